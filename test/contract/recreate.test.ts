import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pixel } from "./ews-operator.ts";
import { targets } from "./targets.ts";
import type { Change, SentItem } from "../../reconciler/mailbox/port.ts";
import type { Stored } from "./ews-operator.ts";
import type { OpenTarget, Target } from "./targets.ts";

const change: Change = {
  body: { type: "html", content: '<html><body><p>Hello</p><img src="cid:new@siu"></body></html>' },
  addPictures: [
    { contentId: "new@siu", name: "new.png", contentType: "image/png", content: new Uint8Array(pixel) },
  ],
  removeAttachments: [],
  mark: "1 built x 2026-11-22T00:00:00.000Z y",
};
const building = "1 building x 2026-11-22T00:00:00.000Z y";
/** What another item has of its own. */
const own = new Set([
  "id",
  "createdDateTime",
  "webLink",
  "DateTimeCreated",
  "WebClientReadFormQueryString",
  "WebClientEditFormQueryString",
]);

for (const target of targets) describe(target.name, () => void contract(target));

function contract(target: Target): void {
  const { mailbox } = target.facts;
  let open: OpenTarget;
  beforeAll(async () => {
    open = await target.open();
  });
  afterAll(() => open.close());

  async function stored(message: Omit<Stored, "messageId">): Promise<SentItem> {
    const messageId = `<${randomUUID()}@contract.example>`;
    await open.operator.store({ messageId, ...message });
    const [found] = await open.mailboxes.find(mailbox, messageId);
    return again(found);
  }

  async function again(item: { id: string } | undefined): Promise<SentItem> {
    const read = item && (await open.mailboxes.read(mailbox, item.id));
    if (read === undefined) throw new Error("the item is not there");
    return read;
  }

  async function facts(id: string): Promise<Record<string, unknown>> {
    const all = Object.entries(await open.operator.facts(id));
    return Object.fromEntries(
      all
        .filter(([name]) => !own.has(name))
        .map(([name, fact]) => [name, name === "InternetMessageHeaders" ? headers(fact as string[]) : fact]),
    );
  }

  /** Who sent to whom and the conversation are told by properties, and written into header lines anew. */
  const headers = (lines: string[]) =>
    lines.filter((line) => !/^(from|sender|to|thread-(index|topic)):/i.test(line));

  const files = ({ attachments }: SentItem) =>
    attachments
      .map((one) => ({ ...one, id: "" }))
      .toSorted((a, b) => (`${a.name} ${a.contentId}` < `${b.name} ${b.contentId}` ? -1 : 1));

  test("an item made anew shows the change, and is the same in everything else", async () => {
    const source = await stored({
      html: '<p>Hello</p><img src="cid:old@x"><img src="cid:kept@x">',
      pictures: ["old@x", "kept@x"],
      files: ["offer ü.pdf", "prices.txt"],
    });
    const old = source.attachments.filter(({ contentId }) => contentId === "old@x").map(({ id }) => id);
    const before = await facts(source.id);
    const ref = await open.mailboxes.recreate(
      mailbox,
      source,
      { ...change, removeAttachments: old },
      building,
    );
    const made = await again(ref);
    expect(made.id).not.toBe(source.id);
    expect(made).toMatchObject({
      version: ref.version,
      messageId: source.messageId,
      itemClass: source.itemClass,
      subject: source.subject,
      isDraft: false,
      mark: change.mark,
      body: { type: "html", content: expect.stringContaining('<img src="cid:new@siu">') },
    });
    expect(files(made).filter(({ contentId }) => contentId !== "new@siu")).toEqual(
      files(source).filter(({ contentId }) => contentId !== "old@x"),
    );
    expect(files(made).filter(({ contentId }) => contentId === "new@siu")).toHaveLength(1);
    expect(await facts(ref.id)).toEqual(before);
    expect(await again(source)).toEqual(source);
    expect(await open.mailboxes.find(mailbox, source.messageId)).toHaveLength(2);
  });

  test("a text item stays text", async () => {
    const source = await stored({ text: "Hello" });
    const body = { type: "text", content: "Hello\r\n-- \r\nSignature" } as const;
    const ref = await open.mailboxes.recreate(
      mailbox,
      source,
      { ...change, body, addPictures: [] },
      building,
    );
    expect((await again(ref)).body).toEqual(body);
  });

  test("an item that is taken out is not found any more, and taking it out again is no failure", async () => {
    const item = await stored({ text: "Hello" });
    await open.mailboxes.remove(mailbox, item);
    await open.mailboxes.remove(mailbox, item);
    expect(await open.mailboxes.find(mailbox, item.messageId)).toEqual([]);
  });

  test("a mark is set alone, and only on the version that was read", async () => {
    const item = await stored({ text: "Hello" });
    const ref = await open.mailboxes.mark(mailbox, item, change.mark);
    expect(await again(ref)).toEqual({ ...item, ...ref, mark: change.mark });
    await expect(open.mailboxes.mark(mailbox, item, building)).rejects.toMatchObject({ code: "CONFLICT" });
  });
}
