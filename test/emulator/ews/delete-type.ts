import { findFolder } from "../mailbox.ts";
import type { Folder, Mailbox } from "../store.ts";
import { choice } from "./call.ts";
import type { Element } from "./xml.ts";

const places = { MoveToDeletedItems: "deleteditems", SoftDelete: "recoverableitemsdeletions" } as const;

/** Reads `DeleteType`: where in a mailbox what is deleted goes, Deleted Items, the dumpster or (undefined) nowhere. @throws EwsError ErrorSchemaValidation */
export function readDeleteType(request: Element): (mailbox: Mailbox) => Folder | undefined {
  const type = choice(request, "DeleteType", ["HardDelete", "SoftDelete", "MoveToDeletedItems"]);
  return (mailbox) => (type === "HardDelete" ? undefined : findFolder(mailbox, places[type]));
}
