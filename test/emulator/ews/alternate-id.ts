import { entryId, readEntryId } from "./entry-id.ts";
import { EwsError } from "./error.ts";
import { folderId, itemId, readId } from "./ids.ts";

/** What an id names, whatever its form. */
export interface Named {
  kind: "item" | "folder";
  owner: string;
  id: string;
}

/** The forms in which Exchange writes one id ([MS-OXWSCVTID] IdFormatType). */
export const idFormats = ["EwsLegacyId", "EwsId", "EntryId", "HexEntryId", "StoreId", "OwaId"] as const;
export type IdFormat = (typeof idFormats)[number];

/** Writes an id in a format; `address` is the mailbox's, which stands in legacy ids. */
export function writeAlternateId(format: IdFormat, named: Named, address: string): string {
  const entry = entryId(named);
  switch (format) {
    case "EwsId":
      return named.kind === "item" ? itemId(named.owner, named.id) : folderId(named.owner, named.id);
    case "EntryId":
      return entry.toString("base64");
    case "HexEntryId":
      return entry.toString("hex").toUpperCase();
    case "StoreId":
      return Buffer.concat([entry, Buffer.from([entry.length])]).toString("base64");
    case "OwaId":
      return encodeURIComponent(Buffer.concat([Buffer.from("Rg"), entry]).toString("base64"));
    case "EwsLegacyId": {
      const name = Buffer.from(address);
      return Buffer.concat([Buffer.from([0, 0, name.length, 0]), name, entry]).toString("base64");
    }
  }
}

/** The inverse of writeAlternateId. @throws EwsError ErrorInvalidIdEmpty | ErrorInvalidIdMalformed | ErrorInvalidIdMalformedEwsLegacyIdFormat */
export function readAlternateId(format: IdFormat, text: string, address: string): Named {
  if (text === "") throw new EwsError("ErrorInvalidIdEmpty");
  const named = format === "EwsId" ? readEwsId(text) : entryNamed(entryIn(format, text));
  // Only what the server itself would write is one.
  if (named && writeAlternateId(format, named, address) === text) return named;
  throw new EwsError(
    format === "EwsLegacyId" ? "ErrorInvalidIdMalformedEwsLegacyIdFormat" : "ErrorInvalidIdMalformed",
  );
}

function readEwsId(text: string): Named | undefined {
  for (const kind of ["item", "folder"] as const) {
    try {
      const { owner, id } = readId(kind, text);
      return { kind, owner, id };
    } catch (error) {
      if (!(error instanceof EwsError)) throw error;
    }
  }
  return undefined;
}

function entryIn(format: Exclude<IdFormat, "EwsId">, text: string): Buffer {
  if (format === "HexEntryId") return Buffer.from(text, "hex");
  const plain = format === "OwaId" ? unescaped(text) : text;
  const bytes = Buffer.from(plain, "base64");
  if (format === "StoreId") return bytes.subarray(0, -1);
  if (format === "OwaId") return bytes.subarray(2);
  return format === "EwsLegacyId" ? bytes.subarray(4 + (bytes[2] ?? 0)) : bytes;
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new EwsError("ErrorInvalidIdMalformed");
  }
}

function entryNamed(bytes: Buffer): Named | undefined {
  const entry = readEntryId(bytes);
  return entry && entry.kind !== "immutable" ? { ...entry, kind: entry.kind } : undefined;
}
