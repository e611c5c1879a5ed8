import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cachedDirectory } from "../../reconciler/directory.ts";
import { rememberLocks } from "../../reconciler/locks.ts";
import { reconcile } from "../../reconciler/reconcile.ts";
import { dot, multipart, settings } from "../reconciler/message.ts";
import type { Stored } from "./ews-operator.ts";
import { type OpenTarget, type Target, targets } from "./targets.ts";

/** A part; its content is bytes of whatever charset, one character each. */
const part = (type: string, content: string, ...headers: string[]): string =>
  [`Content-Type: ${type}`, ...headers, "", content].join("\r\n");
const hex = (bytes: string): string => Buffer.from(bytes.replaceAll(" ", ""), "hex").toString("latin1");
const html = (content: string): string => part("text/html; charset=utf-8", content);
const plain = (content: string): string => part("text/plain; charset=utf-8", content);
const picture = (cid: string): string =>
  part(
    "image/png; name=logo.png",
    dot.toString("base64"),
    `Content-ID: <${cid}>`,
    "Content-Disposition: inline",
    "Content-Transfer-Encoding: base64",
  );
const file = part("application/pdf; name=offer.pdf", "%PDF", "Content-Disposition: attachment");

const signed = '<p>Hello Carl</p><p>Anna, <b>Contoso</b> <img src="cid:logo@siu"></p>';
const text = "Hello Carl\r\n-- \r\nAnna, Contoso";
const linked =
  '<p>Hello Carl</p><img src="https://cdn.contoso.com/logo.png?a=1&amp;b=2"><img src="data:image/png;base64,AAAA">';

interface Case {
  stored: Omit<Stored, "messageId">;
  /** Header lines of the content, and the content. */
  stamped: string;
  /** What the body holds then. */
  shows: string;
  /** Names of what is attached then. */
  attached?: string[];
}

const own = { html: "<p>Hello Carl</p>" };
/** Structures that mail programs and services make. */
const structures: Record<string, Case> = {
  "alternative with related within": {
    stored: own,
    stamped: multipart("alternative", [
      plain(text),
      multipart("related", [html(signed), picture("logo@siu")]),
    ]),
    shows: "<b>Contoso</b>",
    attached: ["logo.png"],
  },
  "mixed, related and alternative, each within the other": {
    stored: { ...own, files: ["offer.pdf"] },
    stamped: multipart("mixed", [
      multipart("related", [multipart("alternative", [plain(text), html(signed)]), picture("logo@siu")]),
      part("application/pdf; name=offer.pdf", "content of offer.pdf", "Content-Disposition: attachment"),
    ]),
    shows: "<b>Contoso</b>",
    attached: ["logo.png", "offer.pdf"],
  },
  "alternative whose HTML comes as mixed with a file": {
    stored: own,
    stamped: multipart("alternative", [
      plain(text),
      multipart("mixed", [html("<p>Hello Carl</p><p>Contoso</p>"), file]),
    ]),
    shows: "<p>Contoso</p>",
    attached: ["offer.pdf"],
  },
  "a signature behind the body as a part of its own": {
    stored: own,
    stamped: multipart("mixed", [html("<p>Hello Carl</p>"), html("<p>Contoso</p>")]),
    shows: "<p>Contoso</p>",
  },
  "pictures that are linked, or stand in the HTML itself: only the links are taken": {
    stored: own,
    stamped: html(linked),
    shows: '<img src="https://cdn.contoso.com/logo.png?a=1&amp;b=2">',
    attached: [],
  },
  "text that was wrapped to flow": {
    stored: { text: "One line that is longer than the others are" },
    stamped: part(
      "text/plain; charset=utf-8; format=flowed; delsp=no",
      "One line that is longer \r\nthan the others are\r\n-- \r\nContoso",
    ),
    shows: "Contoso",
  },
  "text alone, of what was written as text": {
    stored: { text: "Hello Carl" },
    stamped: plain(text),
    shows: text,
  },
};

/** The bytes of words, and the words. */
const charsets: [charset: string, bytes: string, words: string][] = [
  ["windows-1252", "80 20 93 fc 94", "€ “ü”"],
  ["iso-8859-15", "a4 20 fc", "€ ü"],
  ["iso-8859-2", "a3 f3 64 bc", "Łódź"],
  ["iso-8859-7", "c1 e8 de ed e1", "Αθήνα"],
  ["windows-1251", "cf f0 e8 e2 e5 f2", "Привет"],
  ["koi8-r", "f0 d2 c9 d7 c5 d4", "Привет"],
  ["iso-8859-8-i", "f9 ec e5 ed", "שלום"],
  ["windows-1256", "d3 e1 c7 e3", "سلام"],
  ["windows-874", "e4 b7 c2", "ไทย"],
  ["iso-2022-jp", "1b 24 42 46 7c 4b 5c 1b 28 42", "日本"],
  ["shift_jis", "93 fa 96 7b", "日本"],
  ["euc-jp", "c6 fc cb dc", "日本"],
  ["gb2312", "d6 d0 ce c4", "中文"],
  ["gb18030", "d6 d0 ce c4 20 94 39 fc 36", "中文 😀"],
  ["big5", "a4 a4 a4 e5", "中文"],
  ["euc-kr", "c7 d1 b1 b9", "한국"],
  ["utf-16le", "3c 00 70 00 3e 00 fc 00", "ü"],
];

for (const target of targets.slice(0, 2)) describe(target.name, () => void contract(target));

function contract(target: Target): void {
  const { mailbox } = target.facts;
  let open: OpenTarget;
  beforeAll(async () => {
    open = await target.open();
  });
  afterAll(() => open.close());

  async function updated({ stored, stamped }: Pick<Case, "stored" | "stamped">) {
    const messageId = `<${randomUUID()}@contoso.com>`;
    await open.operator.store({ messageId, ...stored });
    const head = `From: ${mailbox}\r\nMessage-ID: ${messageId}\r\nX-CodeTwoProcessed: true\r\nMIME-Version: 1.0\r\n`;
    const times = { arrived: 0, notBefore: 0, deadline: 9e15, attempt: 0 };
    const turn = await reconcile(
      {
        job: { key: randomUUID(), messageId, senders: [mailbox], ...times },
        raw: Buffer.from(`${head}${stamped}`, /[^\0-\xff]/.test(stamped) ? "utf8" : "latin1"),
        attempt: 0,
      },
      {
        settings: settings(),
        connected: async () => ({
          mailboxes: open.mailboxes,
          directory: cachedDirectory(open.directory, Date.now),
          locks: rememberLocks(Date.now),
        }),
        originals: { rememberOriginal: async () => undefined, originalOf: async () => undefined },
        now: Date.now,
      },
    );
    expect(turn).toMatchObject({ finish: { outcome: "updated", items: 1 } });
    const [item] = await open.mailboxes.find(mailbox, messageId);
    return item && open.mailboxes.read(mailbox, item.id);
  }

  test.each(Object.entries(structures))("%s", async (_, one) => {
    const item = await updated(one);
    expect(item?.body.type).toBe(one.stored.html === undefined ? "text" : "html");
    expect(item?.body.content).toContain(one.shows);
    expect(item?.attachments.map(({ name }) => name).toSorted()).toEqual(one.attached ?? []);
  });

  test.each(charsets)("words in %s are the same in the mailbox", async (charset, bytes, words) => {
    const wide = charset === "utf-16le";
    const content = wide ? hex(bytes) : `<p>${hex(bytes)}`;
    const ending = wide
      ? hex(Buffer.from("</p><p>Contoso</p>", "utf16le").toString("hex"))
      : "</p><p>Contoso</p>";
    const encoded = Buffer.from(content + ending, "latin1").toString("base64");
    const item = await updated({
      stored: { html: `<p>${words}</p>` },
      stamped: part(`text/html; charset=${charset}`, encoded, "Content-Transfer-Encoding: base64"),
    });
    expect(item?.body.content).toContain(`<p>${words}</p><p>Contoso</p>`);
  });
}
