import { EwsError, schemaError } from "./error.ts";

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
 * its bytes are no such text, or it declares another encoding
 */
export function readDocument(body: Buffer, contentType = ""): string {
  const text = decode(body, contentType);
  const declared = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)/i.exec(text.slice(0, 200))?.[1];
  if (declared !== undefined && decoders[declared.toLowerCase()] === undefined)
    throw schemaError(`The encoding '${declared}' is not supported.`);
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
