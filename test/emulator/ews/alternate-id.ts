import { entryId, readEntryId } from "./entry-id.ts";
import { EwsError } from "./error.ts";
import { entryInLegacyId, folderId, itemId, legacyId, readId } from "./ids.ts";

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
      return storeId(entry, named.kind).toString("base64");
    case "OwaId":
      return encodeURIComponent(storeId(entry, named.kind).toString("base64"));
    case "EwsLegacyId":
      return legacyId(address, entry);
  }
}

/** The store's own form: the entry id after its length, and what sort of object it is (`LgAA...AQ==`, `RgAA...CQ==`). */
function storeId(entry: Buffer, kind: Named["kind"]): Buffer {
  return Buffer.concat([Buffer.from([entry.length]), entry, Buffer.from([kind === "folder" ? 1 : 9])]);
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
  const bytes = Buffer.from(format === "OwaId" ? unescaped(text) : text, "base64");
  if (format === "EntryId") return bytes;
  return format === "EwsLegacyId" ? entryInLegacyId(bytes) : bytes.subarray(1, -1);
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
