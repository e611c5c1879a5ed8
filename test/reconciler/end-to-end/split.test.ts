import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { provision } from "../../emulator/smtp/mail-world.ts";
import { parseMail } from "../../../reconciler/stamp.ts";
import { customer, listeners, type Scene, startScene } from "./scene.ts";

// Whole processes, on a machine that may have much else to do.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const anna = "anna.weber@contoso.com";
const uma = "uma.patel@contoso.com";
const [, journalHost] = listeners;
const journalAt = `journal@${journalHost}`;
const saveAll = { enabled: true, saveAll: true, keep: "first" as const };

let scene: Scene;

beforeAll(async () => {
  scene = await startScene({ environment: "hybrid", relaySplits: true });
  provision(scene.world.organization, ["intakeRule", "intakeConnector"]);
  scene.make("online", "JournalRule", {
    Name: "Intake",
    JournalEmailAddress: journalAt,
    Recipient: null,
    Scope: "Global",
    Enabled: true,
  });
  await scene.start();
  const intake = {
    via: "journal" as const,
    name: "Intake",
    adopt: false,
    clientCertificateName: "mail.protection.outlook.com",
    address: journalAt,
    smartHost: journalHost,
    listen: scene.listen(journalHost),
  };
  expect((await scene.put({ intake, splitMessages: saveAll })).status).toBe(204);
});
afterAll(() => scene.close());

/** What the copies in somebody's Sent Items show and name, once both versions have been worked on. */
async function versions(from: string, messageId: string) {
  const done = new Set<string>();
  await scene.daemon().until((rows) => {
    const row = rows.get(messageId);
    if (row?.done !== undefined) done.add(row.key);
    return done.size === 2;
  });
  const copies = scene.copies(from, messageId);
  const shown = await Promise.all(
    copies.map(async ({ html = "", mime, isDraft, sent, received, isRead }) => {
      const to = [(await parseMail(mime)).to ?? []].flat().flatMap(({ value }) => value);
      return {
        version: html.includes("(internal)") ? "internal" : "external",
        to: to.map(({ address }) => address),
        facts: { isDraft, sent, received, isRead },
      };
    }),
  );
  return shown.toSorted((one, other) => (one.version < other.version ? -1 : 1));
}

test.each([
  ["over EWS", anna, uma],
  ["over Graph, and a group is named as the sender wrote to it", uma, "sales@contoso.com"],
])(
  "each version is an item with its own recipients, the right dates and no draft: %s",
  async (_, from, to) => {
    const before = Date.now();
    const messageId = await scene.send(from, [customer, to]);
    const [external, internal] = await versions(from, messageId);
    expect(external).toMatchObject({ version: "external", to: [customer], facts: { isDraft: false } });
    expect(internal).toMatchObject({ version: "internal", to: [to] });
    expect(internal?.facts).toEqual(external?.facts);
    expect(Math.abs((external?.facts.sent ?? 0) - before)).toBeLessThan(120_000);
  },
);

test("a message that was not split stays the item that it was", async () => {
  const messageId = await scene.send(anna, [customer]);
  const [first] = scene.copies(anna, messageId);
  const rows = await scene.daemon().until((rows) => rows.get(messageId)?.done !== undefined);
  expect(rows.get(messageId)).toMatchObject({ outcome: "updated", items: 1 });
  expect(scene.copies(anna, messageId).map(({ id }) => id)).toEqual([first?.id]);
});
