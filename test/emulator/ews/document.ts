import { EwsError, schemaError } from "./error.ts";

/** Deeper or larger documents are no requests of a client. */
const deepest = 256;
const mostElements = 400_000;

/** Whether the endpoint reads a body of that media type at all; otherwise HTTP itself refuses it (415). */
export function readsType(contentType: string): boolean {
  const charset = charsetOf(contentType);
  return charset === undefined || decoders[charset] !== undefined;
}

const decoders: Record<string, string> = {
  "utf-8": "utf-8",
  "utf-16": "utf-16le",
  "utf-16le": "utf-16le",
  "utf-16be": "utf-16be",
};

function charsetOf(contentType: string): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1]?.toLowerCase();
}

/**
 * The text of a request's body: UTF-8, or UTF-16 by its byte order mark or its media type. @throws EwsError ErrorSchemaValidation when
 * its bytes are no such text, it declares another encoding, or it is nested or numerous beyond measure
 */
export function readDocument(body: Buffer, contentType = ""): string {
  const text = decode(body, contentType);
  const declared = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)/i.exec(text.slice(0, 200))?.[1];
  if (declared !== undefined && decoders[declared.toLowerCase()] === undefined)
    throw schemaError(`The encoding '${declared}' is not supported.`);
  measure(text);
  return text;
}

function decode(body: Buffer, contentType: string): string {
  const marked =
    body[0] === 0xff && body[1] === 0xfe
      ? "utf-16le"
      : body[0] === 0xfe && body[1] === 0xff
        ? "utf-16be"
        : undefined;
  const encoding = marked ?? decoders[charsetOf(contentType) ?? "utf-8"] ?? "utf-8";
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(body);
  } catch (cause) {
    throw Object.assign(schemaError(`The body holds bytes that are no ${encoding}.`), {
      cause,
    }) satisfies EwsError;
  }
}

/** Walks over the tags without building anything: what a hostile document would make of memory and stack is known before. */
function measure(text: string): void {
  let [depth, count] = [0, 0];
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    const skipped = skip(text, at);
    if (skipped !== undefined) {
      at = skipped;
      continue;
    }
    const end = endOfTag(text, at);
    const closes = text[at + 1] === "/";
    if (closes) depth -= 1;
    else if (text[end - 1] !== "/") depth += 1;
    if (!closes) count += 1;
    if (depth > deepest) throw schemaError(`The maximum read depth (${deepest}) has been exceeded.`);
    if (count > mostElements) throw schemaError(`More than ${mostElements} elements cannot be read.`);
    at = end;
  }
}

/** Where a comment, character data, a declaration or an instruction that starts here ends; undefined when none does. */
function skip(text: string, at: number): number | undefined {
  const pairs = [
    ["<!--", "-->"],
    ["<![CDATA[", "]]>"],
    ["<?", "?>"],
  ] as const;
  for (const [start, stop] of pairs) {
    if (!text.startsWith(start, at)) continue;
    const end = text.indexOf(stop, at + start.length);
    return end < 0 ? text.length : end + stop.length;
  }
  return undefined;
}

function endOfTag(text: string, start: number): number {
  let quote = "";
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === ">") return at;
    else if (character === '"' || character === "'") quote = character;
  }
  return text.length;
}
