import { EwsError } from "./error.ts";
import { element, type Element } from "./xml.ts";

/**
 * Ids on the wire: base64 of the mailbox's guid and the store's own id, in Exchange's manner (`AAMkA...`), so that
 * an id of another mailbox is recognised as such.
 */
const start = Buffer.from([0x00, 0x03, 0x24, 0x00]);
const kinds = { item: 0x46, folder: 0x2e, immutable: 0x49 } as const;
type Kind = keyof typeof kinds;
/** The byte that tells an immutable id from others, at 41. */
export const immutableMark = kinds.immutable;

export interface WireId {
  owner: string;
  id: string;
  /** Of an attachment id: the attachment within the item. */
  attachment?: string;
}

function encode(kind: Kind, owner: string, id: string): string {
  return Buffer.concat([
    start,
    Buffer.from(owner),
    Buffer.from([0, kinds[kind], 0]),
    Buffer.from(id),
  ]).toString("base64");
}

/** Reads an item's, folder's or attachment's id. @throws EwsError ErrorInvalidIdEmpty | ErrorInvalidIdMalformed | ErrorCannotUse... */
export function readId(kind: Kind, text: string): WireId {
  if (text === "") throw new EwsError("ErrorInvalidIdEmpty");
  const bytes = Buffer.from(text, "base64");
  const mark = bytes[41];
  if (!bytes.subarray(0, 4).equals(start) || bytes.toString("base64") !== text) {
    throw new EwsError("ErrorInvalidIdMalformed");
  }
  if (mark !== kinds[kind]) {
    if (kind === "immutable") throw new EwsError("ErrorInvalidIdMalformed");
    if (mark === kinds.folder) throw new EwsError("ErrorCannotUseFolderIdForItemId");
    throw new EwsError(mark === kinds.item ? "ErrorCannotUseItemIdForFolderId" : "ErrorInvalidIdMalformed");
  }
  const [id = "", attachment] = bytes.toString("utf8", 43).split("\u0001");
  return { owner: bytes.toString("utf8", 4, 40), id, ...(attachment === undefined ? {} : { attachment }) };
}

/** Whose mailbox an id of an item, folder or attachment leads into, as far as the id says; undefined where it is none. */
export function ownerIn(text: string): string | undefined {
  const bytes = Buffer.from(text.slice(0, 56), "base64");
  return bytes.subarray(0, 4).equals(start) ? bytes.toString("utf8", 4, 40) : undefined;
}

export function itemId(owner: string, id: string): string {
  return encode("item", owner, id);
}

export function folderId(owner: string, id: string): string {
  return encode("folder", owner, id);
}

/** An item's id of Graph that moves within the mailbox do not change; `id` is the first that the item had. */
export function immutableId(owner: string, id: string): string {
  return encode("immutable", owner, id);
}

export function attachmentId(owner: string, item: string, attachment: string): string {
  return encode("item", owner, `${item}\u0001${attachment}`);
}

/** `CQAAABYA...` of items, `AQAAABYA...` of folders: it names one state of the object. */
export function changeKey(kind: "item" | "folder", change: number): string {
  const bytes = Buffer.from([kind === "item" ? 9 : 1, 0, 0, 0, 0x16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  bytes.writeBigUInt64BE(BigInt(change), 8);
  return bytes.toString("base64");
}

/** The change number in an item's change key. @throws EwsError ErrorInvalidChangeKey */
export function readChangeKey(text: string): number {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== 16 || bytes[4] !== 0x16) throw new EwsError("ErrorInvalidChangeKey");
  return Number(bytes.readBigUInt64BE(8));
}

export function itemIdElement(owner: string, item: { id: string; change: number }): Element {
  return element("t:ItemId", { Id: itemId(owner, item.id), ChangeKey: changeKey("item", item.change) });
}

export function folderIdElement(
  name: string,
  owner: string,
  folder: { id: string; change: number },
): Element {
  return element(name, { Id: folderId(owner, folder.id), ChangeKey: changeKey("folder", folder.change) });
}
