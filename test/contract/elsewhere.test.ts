import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { targets } from "./targets.ts";
import type { SentSummary } from "../../reconciler/mailbox/port.ts";
import type { OpenTarget, Target } from "./targets.ts";

for (const target of targets) describe(target.name, () => void contract(target));

function contract(target: Target): void {
  const { mailbox } = target.facts;
  let open: OpenTarget;
  beforeAll(async () => {
    open = await target.open();
  });
  afterAll(() => open.close());

  const freshId = (): string => `<${randomUUID()}@contract.example>`;
  const elsewhere = (messageId: string) => open.mailboxes.elsewhere(mailbox, messageId);
  /** Stores a message in Sent Items. */
  async function stored(messageId = freshId()): Promise<SentSummary> {
    await open.operator.store({ messageId, html: "<p>Hello</p>" });
    const found = await open.mailboxes.find(mailbox, messageId);
    const newest = found.toSorted((a, b) => b.created - a.created)[0];
    if (!newest) throw new Error("it was not stored");
    return newest;
  }
  const folderBelow = (parent: string): Promise<string> => open.mover.makeFolder(parent, `f${randomUUID()}`);

  test("what is in Sent Items, or nowhere, is not elsewhere", async () => {
    expect(await elsewhere((await stored()).messageId)).toEqual({ moved: [], deleted: false });
    expect(await elsewhere(freshId())).toEqual({ moved: [], deleted: false });
  });

  test("a copy that was moved is found in whatever folder it is, and not in Sent Items any more", async () => {
    const deep = await folderBelow(await folderBelow("msgfolderroot"));
    for (const folder of [deep, await folderBelow("sentitems"), "inbox", "junkemail"]) {
      const { id, messageId } = await stored();
      await open.mover.move(id, folder);
      const { moved, deleted } = await elsewhere(messageId);
      expect(moved).toEqual([
        expect.objectContaining({
          messageId,
          isDraft: false,
          itemClass: "IPM.Note",
          folder: expect.any(String),
        }),
      ]);
      expect(deleted).toBe(false);
      expect(await open.mailboxes.find(mailbox, messageId)).toEqual([]);
    }
  });

  test("two copies of a message in two folders are both found", async () => {
    const { id, messageId } = await stored();
    await open.mover.move(id, "inbox");
    await open.mover.move((await stored(messageId)).id, await folderBelow("msgfolderroot"));
    expect((await elsewhere(messageId)).moved).toHaveLength(2);
  });

  test("what was received of a mail to oneself is never taken for a sent copy, wherever it was moved", async () => {
    const messageId = freshId();
    const folder = await folderBelow("msgfolderroot");
    for (const where of ["inbox", folder, "deleteditems"]) await open.mover.receive(messageId, where);
    expect(await elsewhere(messageId)).toEqual({ moved: [], deleted: false });
    const { id } = await stored(messageId);
    await open.mover.move(id, folder);
    expect((await elsewhere(messageId)).moved).toHaveLength(1);
  });

  test("a copy in Deleted Items, below, or among what can be recovered is deleted", async () => {
    for (const folder of ["deleteditems", await folderBelow("deleteditems"), "recoverableitemsdeletions"]) {
      const { id, messageId } = await stored();
      await open.mover.move(id, folder);
      expect(await elsewhere(messageId), folder).toEqual({ moved: [], deleted: true });
    }
  });

  test("a copy among drafts or on its way is neither", async () => {
    for (const folder of ["drafts", "outbox", await folderBelow("drafts")]) {
      const { id, messageId } = await stored();
      await open.mover.move(id, folder);
      expect(await elsewhere(messageId), folder).toEqual({ moved: [], deleted: false });
    }
  });

  test("a moved copy is read, updated and copied where it is", async () => {
    const { id, messageId } = await stored();
    await open.mover.move(id, await folderBelow("msgfolderroot"));
    const [found] = (await elsewhere(messageId)).moved;
    if (!found) throw new Error("it was not found");
    const { source } = await open.mailboxes.copy(mailbox, found, "1 original j");
    const item = await open.mailboxes.read(mailbox, found.id);
    if (!item) throw new Error("it is gone");
    const body = { type: "html", content: "<p>Hello</p><p>Anna</p>" } as const;
    const change = { body, addPictures: [], removeAttachments: [], mark: "1 updated x" };
    await open.mailboxes.update(mailbox, { ...item, ...source }, change);
    const { moved } = await elsewhere(messageId);
    expect(moved.map(({ mark }) => mark).toSorted()).toEqual(["1 original j", "1 updated x"]);
    expect(new Set(moved.map(({ folder }) => folder)).size).toBe(1);
    expect(await open.mailboxes.find(mailbox, messageId)).toEqual([]);
  });
}
