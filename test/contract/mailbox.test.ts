import { createHash, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pixel } from "./ews-operator.ts";
import { signIns, targets } from "./targets.ts";
import type { Change, SentItem } from "../../reconciler/mailbox/port.ts";
import type { Stored } from "./ews-operator.ts";
import type { OpenTarget, Target } from "./targets.ts";

const fragment = "<p>Größe 😀 &amp; ]]&gt;</p>\r\n<hr>Signature";
const body = { type: "html", content: `<html><body>${fragment}</body></html>` } as const;
/** The server may put a head around what it is given. */
const shown = { type: "html", content: expect.stringContaining(fragment) };
const change = (rest: Partial<Change> = {}): Change => ({
  body,
  addPictures: [],
  removeAttachments: [],
  mark: "1 updated x",
  ...rest,
});
const picture = (contentId: string) => ({
  contentId,
  name: "logo.png",
  contentType: "image/png",
  content: new Uint8Array(pixel),
});
const freshId = (): string => `<${randomUUID()}@contract.example>`;

for (const target of [...targets, ...signIns]) describe(target.name, () => void contract(target));

function contract(target: Target): void {
  const { mailbox, missing, denied } = target.facts;
  let open: OpenTarget;
  beforeAll(async () => {
    open = await target.open();
  });
  afterAll(() => open.close());

  /** Stores a message and reads it through the port. */
  async function stored(message: Omit<Stored, "messageId"> = { html: "<p>Hello</p>" }): Promise<SentItem> {
    const messageId = freshId();
    await open.operator.store({ messageId, ...message });
    return only(messageId);
  }

  async function only(messageId: string): Promise<SentItem> {
    const [found, ...more] = await open.mailboxes.find(mailbox, messageId);
    expect(more).toEqual([]);
    return again(found);
  }

  async function again(item: { id: string } | undefined): Promise<SentItem> {
    const read = item && (await open.mailboxes.read(mailbox, item.id));
    if (read === undefined) throw new Error("the item is not there");
    return read;
  }

  describe("find", () => {
    test("gives every copy with this Message-ID, and nothing else", async () => {
      const [twice, once] = [freshId(), freshId()];
      await open.operator.store(
        { messageId: twice, text: "one" },
        { messageId: once, text: "other" },
        { messageId: twice, text: "two" },
      );
      const found = await open.mailboxes.find(mailbox, twice);
      expect(found).toHaveLength(2);
      for (const summary of found) {
        expect(summary).toMatchObject({ messageId: twice, itemClass: "IPM.Note", isDraft: false });
        expect(Math.abs(summary.created - Date.now())).toBeLessThan(600_000);
        expect(summary.mark).toBeUndefined();
      }
      expect(new Set(found.map(({ id }) => id)).size).toBe(2);
    });

    test("is empty when there is no copy", async () => {
      expect(await open.mailboxes.find(mailbox, freshId())).toEqual([]);
    });

    test("takes the Message-ID literally", async () => {
      const { messageId } = await stored();
      expect(await open.mailboxes.find(mailbox, messageId.replace("-", "?"))).toEqual([]);
      expect(await open.mailboxes.find(mailbox, messageId.slice(0, -10))).toEqual([]);
      const awkward = `<a&"'b${randomUUID()}@contract.example>`;
      await open.operator.store({ messageId: awkward, text: "x" });
      expect(await open.mailboxes.find(mailbox, awkward)).toHaveLength(1);
    });

    test("finds a copy behind many newer ones", async () => {
      const { messageId } = await stored();
      await open.operator.store(...Array.from({ length: 60 }, () => ({ messageId: freshId(), text: "x" })));
      expect(await open.mailboxes.find(mailbox, messageId)).toHaveLength(1);
    });

    test("says that an address has no mailbox", async () => {
      await expect(open.mailboxes.find(missing, freshId())).rejects.toMatchObject({
        code: "MAILBOX_NOT_FOUND",
      });
    });

    if (denied !== undefined)
      test("says what to do about a mailbox that may not be opened", async () => {
        await expect(open.mailboxes.find(denied, freshId())).rejects.toMatchObject({
          code: "ACCESS_DENIED",
          message: expect.stringMatching(`${denied}.*(ApplicationImpersonation|Application Mail.ReadWrite)`),
        });
      });
  });

  describe("read", () => {
    test("gives an HTML message as HTML, with its attachments", async () => {
      const item = await stored({ html: 'é<img src="cid:pic@x">', pictures: ["pic@x"], files: ["ü 1.txt"] });
      expect(item.subject).toBe("Größe & <Gewicht>");
      expect(item.body).toMatchObject({
        type: "html",
        content: expect.stringContaining('é<img src="cid:pic@x">'),
      });
      const [inline, file] = item.attachments.toSorted((a, b) => Number(b.isInline) - Number(a.isInline));
      expect(item.attachments).toHaveLength(2);
      expect(inline).toMatchObject({
        contentId: "pic@x",
        name: "pic.png",
        contentType: "image/png",
        isInline: true,
        isItem: false,
      });
      expect(file).toMatchObject({ name: "ü 1.txt", isInline: false, isItem: false });
    });

    test("gives a text message as text", async () => {
      const { body: read } = await stored({ text: "a < b & c\r\n  d\r\n" });
      expect(read.type).toBe("text");
      expect(read.content.trimEnd()).toBe("a < b & c\r\n  d");
    });

    test("tells the bytes of the pictures that it is asked for", async () => {
      const { id } = await stored({
        html: '<img src="cid:A@x"><img src="cid:b@x">',
        pictures: ["A@x", "b@x"],
      });
      const read = await open.mailboxes.read(mailbox, id, ({ contentId }) => contentId === "A@x");
      const digests = read?.attachments.map((one) => [one.contentId, one.digest]) ?? [];
      expect(Object.fromEntries(digests)).toEqual({
        "A@x": createHash("sha256").update(pixel).digest("hex"),
        "b@x": undefined,
      });
    });

    test("gives undefined for an item that is gone", async () => {
      const { id } = await stored();
      await open.operator.remove(id);
      expect(await open.mailboxes.read(mailbox, id)).toBeUndefined();
    });
  });

  describe("update", () => {
    test("sets body and mark, and leaves everything else as it was", async () => {
      const before = await stored({ html: "<p>Hello</p>", files: ["offer.pdf"] });
      const facts = await open.operator.facts(before.id);
      expect(Object.keys(facts)).toEqual(expect.arrayContaining(open.operator.preserved));
      const ref = await open.mailboxes.update(mailbox, before, change());
      const after = await again(ref);
      expect(after).toEqual({ ...before, version: ref.version, body: shown, mark: "1 updated x" });
      expect(ref.version).not.toBe(before.version);
      expect(await open.operator.facts(ref.id)).toEqual(facts);
      expect(await only(before.messageId)).toEqual(after);
    });

    test("keeps a text body text", async () => {
      const before = await stored({ text: "Hello" });
      const text = { type: "text", content: "Hello <&>\r\n-- \r\nSignature" } as const;
      await open.mailboxes.update(mailbox, before, change({ body: text }));
      expect((await again(before)).body).toEqual(text);
    });

    test("of an item that has changed meanwhile is a conflict and changes nothing", async () => {
      const before = await stored();
      await open.operator.edit(before.id, "<p>edited</p>");
      for (const addPictures of [[], [picture("logo@siu")]]) {
        await expect(open.mailboxes.update(mailbox, before, change({ addPictures }))).rejects.toMatchObject({
          code: "CONFLICT",
        });
        const after = await again(before);
        expect(after.body.content).toContain("edited");
        expect(after).toMatchObject({ attachments: [] });
        expect(after.mark).toBeUndefined();
      }
    });

    test("of an item that is gone says so", async () => {
      const before = await stored();
      await open.operator.remove(before.id);
      await expect(open.mailboxes.update(mailbox, before, change())).rejects.toMatchObject({
        code: "ITEM_NOT_FOUND",
      });
    });

    test("adds the pictures of the new body and takes out those that it no longer shows", async () => {
      const before = await stored({
        html: '<img src="cid:old@x"><img src="cid:kept@x">',
        pictures: ["old@x", "kept@x"],
        files: ["offer.pdf"],
      });
      const old = before.attachments.filter(({ contentId }) => contentId === "old@x").map(({ id }) => id);
      const addPictures = [picture("logo@siu"), picture("banner@siu")];
      const ref = await open.mailboxes.update(
        mailbox,
        before,
        change({ addPictures, removeAttachments: old }),
      );
      const after = await again(ref);
      expect(after.version).toBe(ref.version);
      expect(after.body).toEqual(shown);
      const inline = after.attachments.map(({ contentId, isInline }) => (isInline ? contentId : "file"));
      expect(inline.toSorted()).toEqual(["banner@siu", "file", "kept@x", "logo@siu"]);
      expect(after.attachments).toContainEqual(
        expect.objectContaining({ name: "logo.png", contentType: "image/png", contentId: "logo@siu" }),
      );
    });

    test("does not double a picture that is there already", async () => {
      const before = await stored({ html: '<img src="cid:logo@siu">', pictures: ["logo@siu"] });
      const ref = await open.mailboxes.update(
        mailbox,
        before,
        change({ addPictures: [picture("logo@siu")] }),
      );
      expect((await again(ref)).attachments).toHaveLength(1);
    });

    test("puts a picture in the place of another one with its Content-ID", async () => {
      const before = await stored({ html: '<img src="cid:logo@siu">', pictures: ["logo@siu"] });
      const other = { ...picture("logo@siu"), content: new Uint8Array(Buffer.concat([pixel, pixel])) };
      const removeAttachments = before.attachments.map(({ id }) => id);
      const ref = await open.mailboxes.update(
        mailbox,
        before,
        change({ addPictures: [other], removeAttachments }),
      );
      const after = await open.mailboxes.read(mailbox, ref.id, ({ isInline }) => isInline);
      expect(after?.attachments.map(({ digest }) => digest)).toEqual([
        createHash("sha256").update(other.content).digest("hex"),
      ]);
    });

    test("can follow upon an update, at the version that it gave", async () => {
      const before = await stored();
      const first = await open.mailboxes.update(mailbox, before, change());
      const second = change({ mark: "1 updated y" });
      await open.mailboxes.update(mailbox, { ...before, ...first }, second);
      expect(await again(before)).toMatchObject({ mark: "1 updated y" });
    });
  });

  describe("copy", () => {
    test("makes a second item that is the same in every respect, both with the mark", async () => {
      const before = await stored({
        html: '<img src="cid:pic@x">',
        pictures: ["pic@x"],
        files: ["offer.pdf"],
      });
      const copied = await open.mailboxes.copy(mailbox, before, "1 original j");
      expect(copied.id).not.toBe(before.id);
      expect(copied.source.id).toBe(before.id);
      const [source, copy] = [await again(copied.source), await again(copied)];
      expect([source.version, copy.version]).toEqual([copied.source.version, copied.version]);
      const plain = ({ attachments, ...item }: SentItem) => ({
        ...item,
        id: "",
        version: "",
        created: 0,
        attachments: attachments.map((attachment) => ({ ...attachment, id: "" })),
      });
      expect(plain(copy)).toEqual({ ...plain(before), mark: "1 original j" });
      expect(plain(source)).toEqual(plain(copy));
      expect(await open.mailboxes.find(mailbox, before.messageId)).toHaveLength(2);
    });

    test("is refused when the item has changed meanwhile", async () => {
      const before = await stored();
      await open.operator.edit(before.id, "<p>edited</p>");
      await expect(open.mailboxes.copy(mailbox, before, "1 original j")).rejects.toMatchObject({
        code: "CONFLICT",
      });
      expect(await open.mailboxes.find(mailbox, before.messageId)).toHaveLength(1);
    });

    test("leaves source and copy to be changed apart", async () => {
      const before = await stored();
      const copied = await open.mailboxes.copy(mailbox, before, "1 original j");
      await open.mailboxes.update(mailbox, { ...before, ...copied.source }, change());
      expect((await again(copied.source)).body).toEqual(shown);
      expect((await again(copied)).body).toEqual(before.body);
    });
  });
}
