/** MAPI's entry id of a message or folder ([MS-OXCDATA] 2.2.4): flags, the store's guid, the kind, and the store's own id. */
export interface Entry {
  kind: "item" | "folder" | "immutable";
  owner: string;
  id: string;
}

/** Long-term private message and folder, as [MS-OXCDATA] numbers them; the last is Graph's, of an item wherever it lies in its mailbox. */
const kinds = { folder: 0x01, item: 0x07, immutable: 0x49 } as const;
const idStart = 4 + 16 + 2;

export function entryId({ kind, owner, id }: Entry): Buffer {
  return Buffer.concat([Buffer.alloc(4), guidBytes(owner), Buffer.from([kinds[kind], 0]), Buffer.from(id)]);
}

/** The inverse of entryId; undefined when the bytes are none. */
export function readEntryId(entry: Buffer): Entry | undefined {
  const mark = entry[idStart - 2];
  const kind = (["item", "folder", "immutable"] as const).find((each) => kinds[each] === mark);
  if (!kind || entry.length <= idStart || entry[idStart - 1] !== 0 || entry.readUInt32LE(0) !== 0)
    return undefined;
  return { kind, owner: guidText(entry.subarray(4, 20)), id: entry.toString("utf8", idStart) };
}

/** The inverse of guidBytes. */
export function guidText(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A guid's 16 bytes, in the order in which it is written. */
export function guidBytes(guid: string): Buffer {
  return Buffer.from(guid.replaceAll("-", ""), "hex");
}
