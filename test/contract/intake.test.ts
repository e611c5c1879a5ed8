import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parseHead } from "../../reconciler/stamp.ts";
import type { Arrival, Sink } from "../../reconciler/intake/port.ts";
import { type OpenWay, type Way, ways } from "./ways.ts";

for (const way of ways) describe(way.name, () => void contract(way));

/** What every way in owes the sink, and those who hand mail in. */
function contract(way: Way): void {
  let started: Awaited<ReturnType<Way["start"]>>;
  let open: OpenWay;
  let accepted: Arrival[];
  let refused: { arrival: Arrival; text: string }[];
  /** What storing a message waits for, or fails of. */
  let storing: () => Promise<void>;
  const sink: Sink = {
    accept: async (arrival) => {
      await storing();
      accepted.push(arrival);
    },
    refuse: async (arrival, text) => void refused.push({ arrival, text }),
    stumble: async () => 1,
  };
  const ids = (): Promise<(string | undefined)[]> =>
    Promise.all(accepted.map(async ({ raw }) => (await parseHead(raw)).messageId));

  beforeAll(async () => {
    started = await way.start();
  });
  afterAll(() => started.close());
  beforeEach(async () => {
    [accepted, refused] = [[], []];
    storing = async () => undefined;
    open = await started.open(sink);
  });
  afterEach(() => open.close());

  const fresh = (): string => `<${randomUUID()}@contoso.com>`;

  /** Brings a message and holds it while it is being stored. */
  async function held(messageId: string) {
    const begun = Promise.withResolvers<void>();
    const stored = Promise.withResolvers<void>();
    storing = () => (begun.resolve(), stored.promise);
    let acknowledged: boolean | undefined;
    const brought = open.bring({ messageId }).then((answer) => (acknowledged = answer));
    await begun.promise;
    return { store: stored.resolve, brought, acknowledged: () => acknowledged };
  }

  test("what proves its origin is taken in, and acknowledged once it is stored", async () => {
    expect(open.intake.problem()).toBeUndefined();
    const messageId = fresh();
    const message = await held(messageId);
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect([message.acknowledged(), accepted]).toEqual([undefined, []]);
    message.store();
    expect(await message.brought).toBe(true);
    expect(await ids()).toEqual([messageId]);
    expect(Buffer.from(accepted[0]?.raw ?? []).toString()).toContain("Content-Type: multipart/related");
    expect(refused).toEqual([]);
  });

  test("what cannot be stored is not acknowledged, and taken in when it comes again", async () => {
    const messageId = fresh();
    storing = () => Promise.reject(new Error("the disk is full"));
    expect(await open.bring({ messageId })).toBe(false);
    storing = async () => undefined;
    expect(await open.bring({ messageId, again: true })).toBe(true);
    expect(await ids()).toEqual([messageId]);
  });

  test("what does not prove its origin is no arrival, and recorded with what it lacks", async () => {
    await open.bring({ messageId: fresh(), proved: false });
    expect(accepted).toEqual([]);
    expect(refused).toMatchObject([{ text: expect.stringMatching(/^Origin not proved: ./) as string }]);
  });

  test("an end waits for what has begun, and takes nothing in after it", async () => {
    const messageId = fresh();
    const message = await held(messageId);
    let ended = false;
    const end = open.close().then(() => (ended = true));
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(ended).toBe(false);
    message.store();
    expect([await message.brought, await end]).toEqual([true, true]);
    expect(await ids()).toEqual([messageId]);
  });
}
