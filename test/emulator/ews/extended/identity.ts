import { createHash } from "node:crypto";
import { entryId } from "../entry-id.ts";
import type { View } from "../fields/field.ts";
import { changeKeyBytes } from "../ids.ts";

/** Binary properties by which MAPI tells objects, stores and states of them apart ([MS-OXCPRPT] 2.2.1, [MS-OXCFXICS] 2.2.1.2). */
export const identities: Record<string, (view: View) => Buffer> = {
  "0x0E09": ({ call, item }) => entryId({ kind: "folder", owner: call.acting.guid, id: item.folderId }),
  "0x0FF6": instanceKey,
  // Of messages, Exchange has the entry id for a record key too.
  "0x0FF9": itemEntry,
  "0x0FFB": storeEntry,
  "0x0FFF": itemEntry,
  "0x300B": searchKey,
  "0x3013": ({ item }) => Buffer.from(item.conversationId, "hex"),
  "0x65E0": ({ item }) => changeKeyBytes(Number(item.id)),
  "0x65E2": ({ item }) => changeKeyBytes(item.change),
  "0x65E3": predecessors,
};

function itemEntry({ call, item }: View): Buffer {
  return entryId({ kind: "item", owner: call.acting.guid, id: item.id });
}

/** The entry id of the store that holds the item. */
export function storeEntry({ call }: Pick<View, "call">): Buffer {
  return Buffer.from(`\0\0\0\0${call.acting.guid}`);
}

/** What tells rows of a table apart. */
export function instanceKey({ item }: View): Buffer {
  return Buffer.from(item.id);
}

/** 16 bytes that all copies of a message have in common, wherever they lie. */
function searchKey({ item }: View): Buffer {
  return createHash("sha256").update(`${item.internetMessageId} ${item.created}`).digest().subarray(0, 16);
}

/** The last change of every replica, each with its length; there is one. */
function predecessors({ item }: View): Buffer {
  const key = changeKeyBytes(item.change);
  return Buffer.concat([Buffer.from([key.length]), key]);
}
