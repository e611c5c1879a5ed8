import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mimeOf, startGraph, uma, type GraphTest } from "./client.ts";
import { startReceiver } from "./notifications/receiver.ts";

let graph: GraphTest;
const base = `/users/${uma}`;
const immutable = { Prefer: 'IdType="ImmutableId"' };
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());
beforeEach(() => graph.mailbox().items.clear());

async function first(headers = {}): Promise<Record<string, unknown>> {
  return (await graph.ask(`GET ${base}/messages`, undefined, headers)).value[0] ?? {};
}
const move = async (id: unknown, destinationId: string, headers = {}): Promise<string> => {
  const moved = await graph.ask(`POST ${base}/messages/${String(id)}/move`, { destinationId }, headers);
  expect(moved.status).toBe(201);
  return String(moved.data["id"]);
};

describe("immutable ids", () => {
  test("stay the same when a message moves, and other ids do not", async () => {
    await graph.store("inbox", mimeOf("Offer", "a@x"));
    const [usual, stable] = [(await first())["id"], (await first(immutable))["id"]];
    expect(stable).not.toBe(usual);
    expect(await move(stable, "sentitems", immutable)).toBe(stable);
    expect(await graph.ask(`GET ${base}/messages/${String(usual)}`)).toMatchObject({ status: 404 });
    const read = await graph.ask(`GET ${base}/messages/${String(stable)}`, undefined, immutable);
    expect(read).toMatchObject({ status: 200, data: { id: stable, subject: "Offer" } });
    expect(read.headers.get("preference-applied")).toBe('IdType="ImmutableId"');
    expect(await move(stable, "inbox", immutable)).toBe(stable);
    await graph.ask(`POST ${base}/messages/${String(stable)}/copy`, { destinationId: "inbox" });
    const ids = (await graph.ask(`GET ${base}/messages`, undefined, immutable)).value.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    const other = await graph.ask(`GET /users/victor.hugo@contoso.com/messages/${String(stable)}`);
    expect(other).toMatchObject({ status: 404, code: "ErrorItemNotFound" });
  });

  test("are what delta tells, also of what is gone", async () => {
    await graph.store("inbox", mimeOf("Offer", "a@x"));
    const stable = (await first(immutable))["id"];
    await move(stable, "sentitems", immutable);
    const path = `${base}/mailFolders/sentitems/messages/delta`;
    const round = await graph.ask(`GET ${path}`, undefined, immutable);
    expect(round.value).toMatchObject([{ id: stable }]);
    await graph.ask(`POST ${base}/messages/${String(stable)}/permanentDelete`);
    const next = await graph.ask(`GET ${String(round.data["@odata.deltaLink"])}`, undefined, immutable);
    expect(next.value).toEqual([{ id: stable, "@removed": { reason: "deleted" } }]);
  });

  test("are what a subscription tells that was made so, to which a move within the mailbox is a change", async () => {
    const hook = await startReceiver(graph.organization);
    const made = await graph.ask(
      "POST /subscriptions",
      {
        changeType: "created,updated,deleted",
        notificationUrl: hook.origin,
        resource: `${base}/messages`,
        expirationDateTime: new Date(Date.now() + 3_600_000).toISOString(),
      },
      immutable,
    );
    expect(made.status).toBe(201);
    await graph.store("inbox", mimeOf("Offer", "a@x"));
    const stable = (await first(immutable))["id"];
    await move(stable, "sentitems");
    await graph.ask(`POST ${base}/messages/${String(stable)}/permanentDelete`);
    await graph.notifications.idle();
    const told = hook
      .taken()
      .map(({ changeType, resourceData }) => ({ changeType, ...(resourceData as object) }));
    expect(told).toMatchObject([
      { changeType: "created", id: stable },
      { changeType: "updated", id: stable },
      { changeType: "deleted", id: stable },
    ]);
    await graph.ask(`DELETE /subscriptions/${String(made.data["id"])}`);
    await hook.close();
  });
});

describe("translateExchangeIds", () => {
  const translate = (inputIds: unknown[], sourceIdType: string, targetIdType: string) =>
    graph.ask(`POST ${base}/translateExchangeIds`, { inputIds, sourceIdType, targetIdType });

  test.each(["entryId", "ewsId", "immutableEntryId", "restImmutableEntryId"])(
    "tells ids as %s, and back",
    async (type) => {
      await graph.store("inbox", mimeOf("Offer", "a@x"));
      const { id } = await first();
      const [there] = (await translate([id], "restId", type)).value;
      expect(there?.["sourceId"]).toBe(id);
      const [back] = (await translate([there?.["targetId"]], type, "restId")).value;
      expect(back?.["targetId"]).toBe(id);
    },
  );

  test("says of each id that it cannot tell why not", async () => {
    const answer = await translate(["nonsense"], "ewsId", "restImmutableEntryId");
    expect(answer.value).toMatchObject([
      { sourceId: "nonsense", errorDetails: { code: "ErrorInvalidIdMalformed" } },
    ]);
    expect(await translate([], "smoke", "restId")).toMatchObject({ status: 400 });
    expect(await translate(Array(1001).fill("x"), "ewsId", "restId")).toMatchObject({ status: 400 });
  });
});
