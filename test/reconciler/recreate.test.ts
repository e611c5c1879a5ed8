import { beforeEach, expect, test } from "vitest";
import { cachedDirectory } from "../../reconciler/directory.ts";
import { rememberLocks } from "../../reconciler/locks.ts";
import type { Body, SentItem } from "../../reconciler/mailbox/port.ts";
import { readMark } from "../../reconciler/mark.ts";
import { reconcile } from "../../reconciler/reconcile.ts";
import { Fault } from "../../reconciler/fault.ts";
import type { Turn } from "../../reconciler/standing.ts";
import { type MemoryMailboxes, memoryDirectory, memoryMailboxes, sentItem } from "./memory.ts";
import { settings, stamped } from "./message.ts";
import { startTurns } from "./turns.ts";

const anna = "anna.weber@contoso.com";
const messageId = "<m1@contoso.com>";
const before: Body = { type: "html", content: '<p>Hello Carl <img src="cid:old"></p>' };
const raw = stamped({
  html: '<p>Hello Carl <img src="cid:new"></p><p>Contoso</p>',
  pictures: ["new"],
});
const file = { contentType: "image/png", isItem: false, size: 1 };
const attachments = [
  { ...file, id: "old", name: "old.png", contentId: "old", isInline: true },
  { ...file, id: "offer", name: "offer.png", isInline: false },
];

let mailboxes: MemoryMailboxes;
beforeEach(() => fill(1));

function fill(copies: number): void {
  mailboxes = memoryMailboxes();
  mailboxes.locked = true;
  const make = (_: unknown, created: number) =>
    sentItem(messageId, before, { created, attachments: structuredClone(attachments) });
  mailboxes.items.set(anna, Array.from({ length: copies }, make));
}

const items = (): SentItem[] => mailboxes.items.get(anna) ?? [];
const signed = (item: SentItem): boolean => item.body.content.includes("Contoso");
const run = (change: Partial<ReturnType<typeof settings>> = {}): Promise<Turn> =>
  reconcile(
    {
      job: {
        key: "k",
        messageId,
        senders: [anna],
        arrived: 0,
        notBefore: 0,
        deadline: 3_600_000,
        attempt: 0,
      },
      raw,
      attempt: 0,
    },
    {
      settings: settings(change),
      connected: async () => ({
        mailboxes,
        directory: cachedDirectory(memoryDirectory({ [anna]: anna }), () => 0),
        locks: rememberLocks(() => 0),
      }),
      originals: { rememberOriginal: async () => undefined, originalOf: async () => undefined },
      now: () => 1000,
    },
  );

test("a copy that nobody may change is made anew, and the old one goes", async () => {
  const [old] = items();
  expect(await run()).toMatchObject({ finish: { outcome: "updated", items: 1 } });
  expect(items()).toHaveLength(1);
  const [item] = items();
  expect(item?.id).not.toBe(old?.id);
  expect(signed(item as SentItem)).toBe(true);
  expect(readMark(item?.mark)).toMatchObject({ state: "updated" });
  expect(item?.attachments.map(({ name }) => name)).toEqual(["offer.png", "new.png"]);
});

test("switched off, such a copy is skipped", async () => {
  const untouched = structuredClone(items());
  expect(await run({ recreateLocked: false })).toMatchObject({
    finish: { outcome: "skipped", reason: "locked" },
  });
  expect(items()).toEqual(untouched);
});

test("an edit between making and removing is kept: the new item goes, and the edited one is looked at", async () => {
  // Dies with the old item still there: made, but not removed.
  mailboxes.before = (call) => {
    if (call !== "remove") return;
    mailboxes.before = undefined;
    throw new Error("died");
  };
  expect(await run()).toHaveProperty("later");
  expect(items()).toHaveLength(2);
  const [old] = items();
  Object.assign(old ?? {}, { body: { type: "html", content: "<p>I rewrote this</p>" }, version: "99" });
  expect(await run()).toMatchObject({ finish: { outcome: "skipped", reason: "foreign-body" } });
  expect(items().map(({ body }) => body.content)).toEqual(["<p>I rewrote this</p>"]);
});

test.each([
  { name: "plain", keepOriginal: false, copies: 1, want: 1 },
  { name: "keepOriginal", keepOriginal: true, copies: 1, want: 2 },
  { name: "two copies", keepOriginal: false, copies: 2, want: 2 },
  { name: "two copies, keepOriginal", keepOriginal: true, copies: 2, want: 3 },
])("$name: after a crash at any call the next run converges", async ({ keepOriginal, copies, want }) => {
  fill(copies);
  expect(await run({ keepOriginal })).toMatchObject({ finish: { outcome: "updated", items: copies } });
  expect(items()).toHaveLength(want);
  const calls = mailboxes.calls.length;
  for (let crashAfter = 1; crashAfter <= calls; crashAfter++) {
    fill(copies);
    mailboxes.crashAfter = crashAfter;
    expect(await run({ keepOriginal }), `after call ${crashAfter}`).toHaveProperty("later");
    const told = `after call ${crashAfter}: ${mailboxes.calls.join(", ")}`;
    expect(await run({ keepOriginal }), told).toMatchObject({
      finish: { outcome: "updated", items: copies },
    });
    expect(items(), told).toHaveLength(want);
    const changed = items().filter(signed);
    expect(changed, told).toHaveLength(copies);
    for (const item of changed)
      expect(item.attachments.map(({ name }) => name).toSorted(), told).toEqual(["new.png", "offer.png"]);
    for (const item of items()) if (!changed.includes(item)) expect(item.body, told).toEqual(before);
  }
});

test("that a mailbox's messages may not be changed is learnt once, and forgotten after an hour", async () => {
  const turns = startTurns();
  turns.mailboxes.locked = true;
  const tried: string[] = [];
  turns.mailboxes.before = (call) => void tried.push(call);
  const again = async () => {
    tried.length = 0;
    turns.mailboxes.items.set(anna, [sentItem(messageId, before)]);
    expect(await turns.run(raw)).toMatchObject({ finish: { outcome: "updated", items: 1 } });
    return tried.includes("update");
  };
  expect([await again(), await again()]).toEqual([true, false]);
  turns.now += 3_600_000;
  expect(await again()).toBe(true);
});

test("a copy that can be neither changed nor made anew is skipped", async () => {
  mailboxes.before = (call) => {
    if (call === "recreate") throw new Fault("LOCKED", "a link cannot be attached anew");
  };
  expect(await run()).toMatchObject({ finish: { outcome: "skipped", reason: "locked" } });
});

test("a copy that is too large to be made anew is skipped at once, for that reason", async () => {
  mailboxes.before = (call) => {
    if (call === "recreate") throw new Fault("TOO_LARGE", "an attachment is too large");
  };
  const untouched = structuredClone(items());
  expect(await run()).toMatchObject({ finish: { outcome: "skipped", reason: "copy-too-large" } });
  expect(items()).toEqual(untouched);
});

test("so is one that would get an attachment which is too large", async () => {
  mailboxes.locked = false;
  mailboxes.before = (call) => {
    if (call === "update") throw new Fault("TOO_LARGE", "an attachment is too large");
  };
  expect(await run()).toMatchObject({ finish: { outcome: "skipped", reason: "copy-too-large" } });
});
