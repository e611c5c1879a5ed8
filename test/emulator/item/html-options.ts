import type { Attachment } from "../store.ts";
import { bufferOf } from "./bytes.ts";
import { safeHtml } from "./safe-html.ts";

/** What a client wants done to an HTML body before it is answered. */
export interface HtmlOptions {
  /** Scripts, frames, forms, event handlers and beacons go. */
  filter?: boolean;
  /** Pictures that would be fetched from elsewhere lose their source. */
  blockExternalImages?: boolean;
  /** Links open in a new window. */
  blankTarget?: boolean;
  /** Source of pictures in the message, with `{id}` for the attachment's id. */
  inlineImages?: { template: string; idOf: (attachment: Attachment) => string };
  /** The name of a character set that the document is to declare instead of utf-8. */
  charset?: string;
}

const image = /<img\b[^>]*>/gi;
const source = /\ssrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i;

/** An HTML body with its options carried out. */
export function shapeHtml(html: string, attachments: Attachment[], options: HtmlOptions): string {
  let shaped = html;
  if (options.filter) shaped = safeHtml(shaped);
  if (options.blockExternalImages)
    shaped = shaped.replace(image, (tag) => (isExternal(tag) ? tag.replace(source, "") : tag));
  if (options.blankTarget)
    shaped = shaped.replace(
      /<a\b([^>]*)>/gi,
      (_, rest: string) =>
        `<a${rest.replace(/\starget\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/i, "")} target="_blank">`,
    );
  const { inlineImages: inline } = options;
  if (inline)
    shaped = shaped.replace(image, (tag) => {
      const [whole = "", ...sources] = source.exec(tag) ?? [];
      const cid = /^cid:(.*)$/i.exec(sources.find((each) => each !== undefined) ?? "")?.[1];
      const shown = attachments.find(({ contentId }) => cid !== undefined && contentId === cid);
      // A function, since `$` in the template is no pattern.
      return shown
        ? tag.replace(whole, () => ` src="${inline.template.replaceAll("{id}", () => inline.idOf(shown))}"`)
        : tag;
    });
  if (options.charset) shaped = shaped.replace(/charset=utf-8/i, `charset=${options.charset}`);
  return shaped;
}

/** Whether a body shows pictures that would be fetched from elsewhere. */
export function hasExternalImages(html: string): boolean {
  return (html.match(image) ?? []).some(isExternal);
}

function isExternal(tag: string): boolean {
  const [, ...sources] = source.exec(tag) ?? [];
  return /^\s*(?:https?:)?\/\//i.test(sources.find((each) => each !== undefined) ?? "");
}

/** The character set that the message itself names for its HTML part, if any. */
export function htmlCharset(mime: Uint8Array): string | undefined {
  const text = bufferOf(mime).toString("latin1");
  return /^Content-Type:\s*text\/html;(?:[^\r\n]|\r?\n[ \t])*?charset="?([\w.-]+)/im.exec(text)?.[1];
}
