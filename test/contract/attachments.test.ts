import { createHash, randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { targets } from "./targets.ts";
import type { Change, SentItem } from "../../reconciler/mailbox/port.ts";
import type { Stored } from "./ews-operator.ts";
import type { OpenTarget, Target } from "./targets.ts";

const body = { type: "html", content: "<html><body><p>Hello</p><hr>Signature</body></html>" } as const;
const change: Change = { body, addPictures: [], removeAttachments: [], mark: "1 updated x" };
const building = "1 building x 2026-11-22T00:00:00.000Z y";
const file = (name: string, content: Uint8Array) => ({
  name,
  contentType: "application/pdf",
  content: new Uint8Array(content),
});
const sha256 = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");
/** Above what both protocols take in one piece. */
const large = file("large.pdf", randomBytes(5 * 2 ** 20));

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
    return found(messageId);
  }

  async function found(messageId: string): Promise<SentItem> {
    const [item] = await open.mailboxes.find(mailbox, messageId, ({ isItem }) => !isItem);
    if (item === undefined) throw new Error("the item is not there");
    return item;
  }

  const files = ({ attachments }: SentItem) =>
    Object.fromEntries(attachments.map(({ name, digest = "" }) => [name, digest]));

  test("a file takes the place of another, one comes in, and the others stay what they are", async () => {
    const before = await stored({ html: "<p>Hello</p>", files: ["offer.pdf", "prices.txt"] });
    const old = before.attachments.filter(({ name }) => name === "offer.pdf").map(({ id }) => id);
    const addFiles = [file("offer.pdf", Buffer.from("stamped")), file("anna.vcf", Buffer.from("card"))];
    await open.mailboxes.update(mailbox, before, { ...change, addFiles, removeAttachments: old });
    const after = await found(before.messageId);
    expect(files(after)).toEqual({
      "offer.pdf": sha256("stamped"),
      "anna.vcf": sha256("card"),
      "prices.txt": sha256("content of prices.txt"),
    });
    expect(after.attachments).toEqual(
      expect.arrayContaining(before.attachments.filter(({ id }) => !old.includes(id))),
    );
    expect(after.attachments.every(({ isInline }) => !isInline)).toBe(true);
  });

  test("a large file can be added, and is carried over to an item made anew", async () => {
    const before = await stored({ html: "<p>Hello</p>", files: ["prices.txt"] });
    const updated = await open.mailboxes.update(mailbox, before, { ...change, addFiles: [large] });
    const all = { "large.pdf": sha256(large.content), "prices.txt": sha256("content of prices.txt") };
    expect(files(await found(before.messageId))).toEqual(all);

    const ref = await open.mailboxes.recreate(mailbox, updated, change, building);
    await open.mailboxes.remove(mailbox, updated);
    const made = await found(before.messageId);
    expect([made.id, files(made)]).toEqual([ref.id, all]);
  });

  test("an attached message stays what it is, and is carried over to an item made anew with all that it says", async () => {
    const before = await stored({ html: "<p>Hello</p>", messages: ["Inquiry"], files: ["prices.txt"] });
    const attached = before.attachments.filter(({ isItem }) => isItem);
    expect(attached).toMatchObject([{ name: "Inquiry", isInline: false }]);
    const updated = await open.mailboxes.update(mailbox, before, change);
    expect(updated.attachments).toEqual(before.attachments);

    const ref = await open.mailboxes.recreate(mailbox, updated, change, building);
    const made = await open.mailboxes.read(mailbox, ref.id);
    const [message, ...more] = (made?.attachments ?? []).filter(({ name }) => name !== "prices.txt");
    expect(more).toEqual([]);
    // Graph attaches no MIME as a message, and a file keeps all of it.
    expect(message).toMatchObject(
      message?.isItem ? { name: "Inquiry" } : { name: "Inquiry.eml", contentType: "message/rfc822" },
    );
    expect(made?.attachments).toHaveLength(2);
    const [was, is] = await Promise.all([
      open.operator.attached(before.id, attached[0]?.id ?? ""),
      open.operator.attached(ref.id, message?.id ?? ""),
    ]);
    expect(was).toMatch(/^Subject: Inquiry\r$/m);
    expect(was).toContain("<p>Within Inquiry</p>");
    expect(is).toBe(was);
  });

  test("an item made anew names only those whom the change names, and is the same in everything else", async () => {
    const people = { cc: ["carl@fabrikam.example", "dora@fabrikam.example"], bcc: ["eve@fabrikam.example"] };
    const details = { categories: ["Contract"], importance: "High" as const, isRead: true, properties: [] };
    const source = await stored({ html: "<p>Hello</p>", details: { ...details, ...people } });
    const { to, cc, bcc } = source.recipients;
    expect([to, cc, bcc].map((some) => some.map(({ address }) => address))).toEqual([
      ["somebody@example.net"],
      people.cc,
      people.bcc,
    ]);
    const recipients = { to: [], cc: cc.slice(1), bcc };
    const ref = await open.mailboxes.recreate(mailbox, source, { ...change, recipients }, building);
    const made = await open.mailboxes.read(mailbox, ref.id);
    const addresses = (some: { address: string }[] = []) => some.map(({ address }) => address);
    expect(addresses(made?.recipients.to)).toEqual([]);
    expect(addresses(made?.recipients.cc)).toEqual(["dora@fabrikam.example"]);
    expect(addresses(made?.recipients.bcc)).toEqual(people.bcc);
    expect(made).toMatchObject({ isDraft: false, subject: source.subject, messageId: source.messageId });
    const own =
      /^(id|createdDateTime|webLink|DateTimeCreated|WebClient.*|InternetMessageHeaders|(to|cc)Recipients|ToRecipients|CcRecipients|Display(To|Cc)|.*0xe0?[34]\b.*)$/i;
    const facts = async (id: string) =>
      Object.entries(await open.operator.facts(id)).filter(([name]) => !own.test(name));
    expect(await facts(ref.id)).toEqual(await facts(source.id));
  });
}
