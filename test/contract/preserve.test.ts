import { createHash, randomUUID } from "node:crypto";
import fc from "fast-check";
import MailComposer from "nodemailer/lib/mail-composer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cachedDirectory } from "../../reconciler/directory.ts";
import { rememberLocks } from "../../reconciler/locks.ts";
import { Fault } from "../../reconciler/fault.ts";
import { reconcile } from "../../reconciler/reconcile.ts";
import { settings } from "../reconciler/message.ts";
import { pixel } from "./ews-operator.ts";
import { targets } from "./targets.ts";
import type { SentItem } from "../../reconciler/mailbox/port.ts";
import type { Details } from "./details.ts";
import type { OpenTarget, Target } from "./targets.ts";

/** What a change of the body changes too, and what another item has of its own. */
const changing =
  /^(id|createdDateTime|webLink|DateTimeCreated|WebClient\w+|InternetMessageHeaders|Preview|.*TextBody)$/;
const common = "00062008-0000-0000-c000-000000000046";
const verbs = Buffer.from("\x02\x01\0\0\0\0\0\0").toString("base64");

const time = fc
  .date({ min: new Date("2020-01-01"), max: new Date("2026-11-01"), noInvalidDate: true })
  .map((date) => `${date.toISOString().slice(0, 19)}Z`);
const number = (tag: string, ...values: number[]) =>
  fc.constantFrom(...values).map((value) => ({ type: "Integer", tag, value: String(value) }));
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const properties: fc.Arbitrary<Details["properties"]> = fc
  .tuple(
    time.map((value) => ({ type: "SystemTime", tag: "0x0039", value })),
    time.map((value) => ({ type: "SystemTime", tag: "0x0E06", value })),
    number("0x0036", 0, 1, 2, 3),
    maybe(number("0x1080", 0x105, 0x106)),
    maybe(number("0x1081", 102, 103, 104)),
    maybe(time.map((value) => ({ type: "SystemTime", tag: "0x1082", value }))),
    maybe(number("0x1090", 1, 2)),
    maybe(number("0x1095", 1, 6)),
    maybe(fc.constant({ type: "Binary", setId: common, number: 0x8520, value: verbs })),
    maybe(fc.constant({ type: "String", setId: common, number: 0x8530, value: "Nachfassen ü" })),
    maybe(fc.constant({ type: "String", tag: "0x1042", value: "<parent@fabrikam.example>" })),
    maybe(
      fc.constant({ type: "String", tag: "0x1039", value: "<root@a.example> <parent@fabrikam.example>" }),
    ),
    maybe(fc.constant({ type: "Binary", tag: "0x3019", value: Buffer.alloc(16, 7).toString("base64") })),
  )
  .map((all) => all.filter((one) => one !== undefined));
const word = fc.constantFrom(
  "Größe",
  "日本語",
  "😀",
  "عربي",
  "a < b & c",
  "naïve",
  "x".repeat(300),
  "'quoted'",
);
const addresses = fc.uniqueArray(
  fc.constantFrom("carl@fabrikam.example", "dora@fabrikam.example", "eva@contoso.com"),
);
const mail = fc.record({
  words: fc.array(word, { minLength: 1, maxLength: 6 }),
  html: fc.boolean(),
  own: fc.uniqueArray(fc.constantFrom("own@x", "photo@x", "logo@siu"), { maxLength: 3 }),
  files: fc.uniqueArray(fc.constantFrom("offer ü.pdf", "prices.xlsx", "日本.txt", "note.eml.txt"), {
    maxLength: 3,
  }),
  stamp: fc.record({
    pictures: fc.uniqueArray(fc.constantFrom("logo@siu", "banner@siu"), { maxLength: 2 }),
    encoding: fc.constantFrom("base64" as const, "quoted-printable" as const),
    alternative: fc.boolean(),
    /** Whether the stamped copy brings the files along, as it does from a relay; the first one may be stamped, too. */
    files: fc.constantFrom("none" as const, "same" as const, "changed" as const),
    card: fc.boolean(),
  }),
  /** Whether the item is to be kept as it was beside the updated one: by the settings, or because the sender edited it. */
  keep: fc.constantFrom("no" as const, "original" as const, "edited" as const),
  details: fc.record({
    categories: fc.uniqueArray(fc.constantFrom("Contract", "Ü & <ö>", "日本"), { maxLength: 3 }),
    importance: fc.constantFrom("Low" as const, "Normal" as const, "High" as const),
    isRead: fc.boolean(),
    cc: addresses,
    bcc: addresses,
    properties,
  }),
});
type Mail = typeof mail extends fc.Arbitrary<infer T> ? T : never;

const image = (cid: string) => `<img src="cid:${cid}">`;
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
/** Another picture than the one of the same Content-ID that the sender may have put in. */
const stampedFile = ", stamped";
const card = "anna.vcf";
const edited = "I rewrote this";
const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");
const stampedPicture = Buffer.concat([pixel, Buffer.from("stamp")]);

function bodies({ words, own, stamp }: Mail) {
  const text = words.join("\r\n");
  const html = words.map((each) => `<p>${escaped(each)}</p>`).join("");
  const sign = `<hr><p>Anna Weber, <b>Contoso</b></p>${stamp.pictures.map(image).join("")}`;
  return {
    sent: { html: `<html><body>${html}${own.map(image).join("")}</body></html>`, text },
    stamped: {
      html: `<html><body>${html}${own.map(image).join("")}${sign}</body></html>`,
      text: `${text}\r\n-- \r\nAnna Weber, Contoso`,
    },
  };
}

function stampedCopy(messageId: string, from: string, mailed: Mail): Promise<Buffer> {
  const { html, own, files, stamp } = mailed;
  const { stamped } = bodies(mailed);
  const pictures = html
    ? [...new Set([...own, ...stamp.pictures])].map((cid) => ({
        cid,
        filename: `${cid}.png`,
        contentType: "image/png",
        content: stamp.pictures.some((one) => one === cid) ? stampedPicture : pixel,
        contentDisposition: "inline" as const,
      }))
    : [];
  return new MailComposer({
    messageId,
    from,
    to: "carl@fabrikam.example",
    subject: "Größe",
    headers: { "X-CodeTwoProcessed": "true" },
    textEncoding: stamp.encoding,
    ...(html ? { html: stamped.html } : {}),
    ...(!html || stamp.alternative ? { text: stamped.text } : {}),
    attachments: [
      ...pictures,
      ...(stamp.files === "none" ? [] : files).map((filename, index) => ({
        filename,
        content: `content of ${filename}${stamp.files === "changed" && index === 0 ? stampedFile : ""}`,
      })),
      ...(stamp.card ? [{ filename: card, content: "BEGIN:VCARD" }] : []),
    ],
  })
    .compile()
    .build();
}

for (const target of targets.slice(0, 2))
  for (const locked of [false, true])
    describe(`${target.name}${locked ? ", where sent messages may not be changed" : ""}`, () =>
      void preserves(target, locked));

function preserves(target: Target, locked: boolean): void {
  const { mailbox } = target.facts;
  let open: OpenTarget;
  beforeAll(async () => {
    open = await target.open();
  });
  afterAll(() => open.close());

  async function facts(id: string): Promise<Record<string, unknown>> {
    const all = Object.entries(await open.operator.facts(id));
    return Object.fromEntries(all.filter(([name]) => !changing.test(name)));
  }

  /** Names, types and bytes of attachments. */
  async function files(id: string): Promise<string[]> {
    const item = await open.mailboxes.read(mailbox, id, () => true);
    return (item as SentItem).attachments
      .map(({ name, contentType, contentId, isInline, size, digest = "" }) =>
        [name, contentType, contentId ?? "", isInline, size, digest].join(" "),
      )
      .toSorted();
  }

  test("everything that an item had before is there after, but what had to change", async () => {
    await fc.assert(
      fc.asyncProperty(mail, async (mailed) => {
        const messageId = `<${randomUUID()}@contoso.com>`;
        const { html, own, stamp, keep } = mailed;
        const { sent, stamped } = bodies(mailed);
        const now = { text: keep === "edited" ? edited : sent.text, html: sent.html };
        if (keep === "edited") now.html = `<p>${edited}</p>${own.map(image).join("")}`;
        await open.operator.store({
          messageId,
          ...(html ? { html: now.html, pictures: own } : { text: now.text }),
          files: mailed.files,
          details: mailed.details,
        });
        const [found] = await open.mailboxes.find(mailbox, messageId);
        const id = found?.id ?? "";
        const [before, filesBefore] = [await facts(id), await files(id)];

        const { mailboxes, directory } = open;
        const refusing = locked
          ? {
              ...mailboxes,
              update: async () => {
                throw new Fault("LOCKED", "sent messages may not be changed");
              },
            }
          : mailboxes;
        const turn = await reconcile(
          {
            job: {
              key: randomUUID(),
              messageId,
              senders: [mailbox],
              arrived: 0,
              notBefore: 0,
              deadline: 9e15,
              attempt: 0,
            },
            raw: await stampedCopy(messageId, mailbox, mailed),
            attempt: 0,
          },
          {
            settings: settings({ keepOriginal: keep === "original", whenEdited: "keepBoth" }),
            connected: async () => ({
              mailboxes: refusing,
              directory: cachedDirectory(directory, Date.now),
              locks: rememberLocks(Date.now),
            }),
            originals: { rememberOriginal: async () => undefined, originalOf: async () => undefined },
            now: Date.now,
          },
        );
        expect(turn).toMatchObject({ finish: { outcome: "updated", items: 1 } });

        const all = await open.mailboxes.find(mailbox, messageId);
        const updated = all.filter(({ mark }) => mark?.startsWith("1 updated "));
        const kept = all.filter((one) => !updated.includes(one));
        expect([updated.length, kept.length]).toEqual([1, keep === "no" ? 0 : 1]);
        for (const one of kept) {
          expect(one.body).toEqual(found?.body);
          expect([await facts(one.id), await files(one.id)]).toEqual([before, filesBefore]);
        }
        const after = updated[0]?.id ?? "";
        if (keep === "no") expect(after === id).toBe(!locked);
        expect(await facts(after)).toEqual(before);
        const added = html ? stamp.pictures : [];
        const isAdded = (line: string) => added.some((cid) => line.includes(` ${cid} `));
        const [changed] = stamp.files === "changed" ? mailed.files : [];
        const isStamped = (line: string) => [changed, card].some((name) => line.startsWith(`${name} `));
        const filesAfter = await files(after);
        const stays = (line: string) => !isAdded(line) && !isStamped(line);
        expect(filesAfter.filter(stays)).toEqual(filesBefore.filter(stays));
        const pictured = filesAfter.filter((line) => isAdded(line) && line.endsWith(sha256(stampedPicture)));
        expect(pictured).toHaveLength(added.length);
        expect(
          filesAfter
            .filter(isStamped)
            .map((line) => line.split(" ").at(-1))
            .toSorted(),
        ).toEqual(
          [
            ...(changed === undefined ? [] : [sha256(`content of ${changed}${stampedFile}`)]),
            ...(stamp.card ? [sha256("BEGIN:VCARD")] : []),
          ].toSorted(),
        );
        const item = await open.mailboxes.read(mailbox, after);
        expect(item).toMatchObject({ isDraft: false, body: { type: html ? "html" : "text" } });
        expect(item?.body.content).toContain(html ? "<b>Contoso</b>" : stamped.text);
      }),
      { numRuns: 10 },
    );
  }, 120_000);
}
