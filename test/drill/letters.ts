import { compose, signed } from "../demo/compose.ts";
import type { Random } from "./random.ts";

/** One message of the drill, with what must become of the sender's copy. */
export interface Letter {
  /** What is special about it. */
  kind: Kind;
  /** What becomes of copies while it is sent. */
  manner: Manner;
  from: string;
  to: string[];
  /** With angle brackets. */
  messageId: string;
  /** As the sender's mail program hands it in. */
  mime: Buffer;
  /** The sender's copy, where it is not what was sent; `gone`: the sender removed it at once. */
  copy?: Buffer | "gone";
  /** The reason of the daemon's audit for which the copy stays as it is; absent where it is to be updated. */
  skipped?: string;
}

/**
 * How copies are updated: in their place; with the original kept beside them; once for each version of a message that is
 * split; or made anew, where Exchange does not let them be changed.
 */
export type Manner = "in place" | "kept" | "versions" | "anew";

/** Somebody who writes; only on-premises a mail program makes the copy, and may make another one than it sends. */
export interface Writer {
  address: string;
  side: "onPremises" | "online";
  /** Whether the settings leave this person's mail alone. */
  outside?: boolean;
}

const kinds = [
  "html",
  "text",
  "both",
  "picture",
  "file",
  "thread",
  "long",
  "smime",
  "edited",
  "gone",
] as const;
export type Kind = (typeof kinds)[number];
/** Of a hundred messages. */
const shares: Record<Kind, number> = {
  html: 26,
  text: 12,
  both: 16,
  picture: 12,
  file: 10,
  thread: 10,
  long: 4,
  smime: 4,
  edited: 3,
  gone: 3,
};
const bag = kinds.flatMap((kind) => Array.from({ length: shares[kind] }, () => kind));

const words =
  "the offer Größe of 日本 contract naïve price <now> & delivery 😀 until Łódź Monday as we talked about".split(
    " ",
  );
const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
  "base64",
);

/** Whom a letter goes to. */
export interface Readers {
  customers: readonly string[];
  colleague: string;
}

/** Message number `index` of a drill: always the same for the same chance, but for the time. */
export async function letter(
  index: number,
  random: Random,
  manner: Manner,
  writers: readonly Writer[],
  { customers, colleague }: Readers,
): Promise<Letter> {
  const writer = random.pick(writers);
  const to = [
    ...customers.slice(random.below(customers.length)),
    ...(manner === "versions" ? [colleague] : []),
  ];
  const drawn = random.pick(bag);
  const own = drawn === "edited" || drawn === "gone";
  const kind = own && writer.side === "online" ? "html" : drawn;
  const sentence = (): string =>
    Array.from({ length: 4 + random.below(12) }, () => random.pick(words)).join(" ");
  const lines = Array.from({ length: kind === "long" ? 400 : 1 + random.below(6) }, sentence);
  const messageId = `<drill-${index}-${random.below(2 ** 31).toString(36)}@contoso.com>`;
  const mail = {
    from: writer.address,
    to,
    subject: `${index}: ${sentence()}`,
    messageId,
    date: new Date(),
    ...content(kind, lines, index),
  };
  const mime = await (kind === "smime" ? signed(mail) : compose(mail));
  const edited = { ...mail, ...content("html", ["Not what was sent.", ...lines.slice(1)], index) };
  // What a message is comes first, then whose it is, then what has become of the copy.
  const skipped =
    kind === "smime"
      ? "smime"
      : writer.outside
        ? "sender-out-of-scope"
        : { edited: "foreign-body", gone: "deleted" }[kind as string];
  return {
    kind,
    manner,
    from: writer.address,
    to,
    messageId,
    mime,
    ...(kind === "edited" && { copy: await compose(edited) }),
    ...(kind === "gone" && { copy: "gone" as const }),
    ...(skipped !== undefined && { skipped }),
  };
}

function content(kind: Kind, lines: string[], index: number) {
  const html = lines.map((line) => `<p>${escaped(line)}</p>`).join("\n");
  const text = lines.join("\n\n");
  const page = (body: string) => ({ html: `<html><head><title>x</title></head><body>${body}</body></html>` });
  switch (kind) {
    case "text":
      return { text };
    case "both":
      return { text, ...page(html) };
    case "picture": {
      const cid = `photo-${index}@contoso.com`;
      const attachments = [
        { cid, filename: "photo.png", content: picture, contentDisposition: "inline" as const },
      ];
      return { ...page(`${html}<p><img src="cid:${cid}"></p>`), attachments };
    }
    case "file":
      return {
        ...page(html),
        attachments: [{ filename: "Angebot ü.pdf", content: Buffer.alloc(20_000, `%PDF ${index}`) }],
      };
    case "thread": {
      const earlier = `<root-${index}@fabrikam.example>`;
      const quoted = `<blockquote><p>Earlier:</p>${html}</blockquote>`;
      return { ...page(`<p>Agreed.</p>${quoted}`), inReplyTo: earlier, references: [earlier] };
    }
    default:
      return page(html);
  }
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
