import { entryId, readEntryId, type Entry } from "./entry-id.ts";
import { EwsError } from "./error.ts";
import { compressId, decompressId } from "./id-compression.ts";
import { element, type Element } from "./xml.ts";

/**
 * Ids on the wire, as [MS-OXWSITEMID] lays them out: how the rest is compressed, what sort of store it is, the mailbox's guid as text,
 * an instruction (none), the entry id, and of an attachment the ids on the way down to it; all in base64. Legacy ids have the mailbox's
 * address in the place of its guid.
 */
const storages = { legacy: 0, mailbox: 3, conversation: 4 } as const;

export interface WireId {
  owner: string;
  id: string;
  /** Of an attachment id: the attachment within the item. */
  attachment?: string;
}

function sized(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([bytes.length & 0xff, bytes.length >> 8]), bytes]);
}

function encode(storage: keyof typeof storages, mailbox: string, id: Buffer, attachment?: string): string {
  const parts = [Buffer.from([storages[storage]]), sized(Buffer.from(mailbox)), Buffer.from([0]), sized(id)];
  if (attachment !== undefined) parts.push(Buffer.from([1]), sized(Buffer.from(attachment)));
  return compressId(Buffer.concat(parts)).toString("base64");
}

/** What an id says, whatever it names; undefined when it is none. */
function decode(text: string): (Entry & Pick<WireId, "attachment">) | undefined {
  const given = Buffer.from(text, "base64");
  const bytes = given.toString("base64") === text ? decompressId(given) : undefined;
  if (bytes?.[0] !== storages.mailbox) return undefined;
  let at = 1;
  const next = (): Buffer | undefined => {
    const length = at + 2 <= bytes.length ? bytes.readUInt16LE(at) : bytes.length;
    at += 2 + length;
    return at <= bytes.length ? bytes.subarray(at - length, at) : undefined;
  };
  const owner = next()?.toString();
  at += 1;
  const entry = readEntryId(next() ?? Buffer.alloc(0));
  if (!entry || entry.owner !== owner) return undefined;
  if (at === bytes.length) return entry;
  at += 1;
  const attachment = bytes[at - 1] === 1 ? next() : undefined;
  return attachment && at === bytes.length ? { ...entry, attachment: attachment.toString() } : undefined;
}

/** Reads an item's, folder's or attachment's id. @throws EwsError ErrorInvalidIdEmpty | ErrorInvalidIdMalformed | ErrorCannotUse... */
export function readId(kind: Entry["kind"], text: string): WireId {
  if (text === "") throw new EwsError("ErrorInvalidIdEmpty");
  const { kind: found, ...wire } = decode(text) ?? {};
  if (found === kind && "owner" in wire) return wire;
  if (kind === "item" && found === "folder") throw new EwsError("ErrorCannotUseFolderIdForItemId");
  if (kind === "folder" && found === "item") throw new EwsError("ErrorCannotUseItemIdForFolderId");
  throw new EwsError("ErrorInvalidIdMalformed");
}

/** Whose mailbox an id of an item, folder or attachment leads into; undefined where it is none. */
export function ownerIn(text: string): string | undefined {
  return decode(text)?.owner;
}

export function itemId(owner: string, id: string): string {
  return encode("mailbox", owner, entryId({ kind: "item", owner, id }));
}

export function folderId(owner: string, id: string): string {
  return encode("mailbox", owner, entryId({ kind: "folder", owner, id }));
}

/** An item's id of Graph that moves within the mailbox do not change; `id` is the first that the item had. */
export function immutableId(owner: string, id: string): string {
  return encode("mailbox", owner, entryId({ kind: "immutable", owner, id }));
}

export function isImmutableId(text: string): boolean {
  return decode(text)?.kind === "immutable";
}

export function attachmentId(owner: string, item: string, attachment: string): string {
  return encode("mailbox", owner, entryId({ kind: "item", owner, id: item }), attachment);
}

/** The id of an item or a folder as Exchange 2007 wrote it before its first service pack. */
export function legacyId(address: string, entry: Buffer): string {
  return encode("legacy", address, entry);
}

/** The entry id where a legacy id has it; of what is no such id, any bytes. */
export function entryInLegacyId(id: Buffer): Buffer {
  const bytes = decompressId(id) ?? Buffer.alloc(0);
  return bytes.length < 3 ? bytes : bytes.subarray(1 + 2 + bytes.readUInt16LE(1) + 1 + 2);
}

/** A conversation's id; `id` is its 16 bytes in hexadecimal digits. */
export function conversationId(owner: string, id: string): string {
  return encode("conversation", owner, Buffer.from(id, "hex"));
}

/** Who numbers the changes: this server. */
const replica = Buffer.from("e6b5d43d0c4c4f0e9a5b7f2d41c86a17", "hex");

/** PR_CHANGE_KEY: who numbered the change, and its number (6 bytes). */
export function changeKeyBytes(change: number): Buffer {
  const bytes = Buffer.concat([replica, Buffer.alloc(6)]);
  bytes.writeUIntBE(change, 16, 6);
  return bytes;
}

const lengths = Buffer.from([0x16, 0, 0, 0]);

/** `CQAAABYA...` of items, `AQAAABYA...` of folders: it names one state of the object by its PR_CHANGE_KEY. */
export function changeKey(kind: "item" | "folder", change: number): string {
  const type = Buffer.from([kind === "item" ? 9 : 1, 0, 0, 0]);
  return Buffer.concat([type, lengths, changeKeyBytes(change)]).toString("base64");
}

/** The change number in an item's change key. @throws EwsError ErrorInvalidChangeKey */
export function readChangeKey(text: string): number {
  const bytes = Buffer.from(text, "base64");
  const start = bytes.subarray(4, 8).equals(lengths) && bytes.subarray(8, 24).equals(replica);
  if (bytes.length !== 30 || !start) throw new EwsError("ErrorInvalidChangeKey");
  return bytes.readUIntBE(24, 6);
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
