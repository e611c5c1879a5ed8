import { rightsIn } from "../folder-rights.ts";
import type { Folder, Item, Mailbox } from "../store.ts";
import type { FolderRights } from "../stored-folder.ts";
import type { Call } from "./call.ts";
import { EwsError } from "./error.ts";
import { element, type Element } from "./xml.ts";

/** What somebody wants of a folder, or of an item in it. */
export type Deed = "see" | "read" | "create" | "edit" | "delete" | "createFolder" | "own";

/** A request as it works in a mailbox: where that is another's, its owner acts, and the one who asks is a visitor. */
export function inMailbox(call: Call, { owner }: Mailbox): Call {
  if (owner === call.acting.guid) return call;
  const { visitor: _, ...rest } = call;
  const visitor = visitorOf(call);
  if (owner === visitor.guid) return { ...rest, acting: visitor };
  const acting = call.side.recipients.get(owner);
  if (!acting) throw new EwsError("ErrorNonExistentMailbox");
  return { ...rest, acting, visitor };
}

/** Who asks, in whatever mailbox. */
export function visitorOf({ acting, visitor = acting }: Call): Call["acting"] {
  return visitor;
}

/** Whether the one who asks may do something with a folder of the mailbox that is worked on, or with an item in it. */
export function may(call: Call, mailbox: Mailbox, folder: Folder, deed: Deed, item?: Item): boolean {
  if (!call.visitor) return true;
  const rights = rightsIn(call.side, mailbox, folder, call.visitor);
  const isOwn = item?.creator === call.visitor.guid;
  return allows(rights, deed, isOwn);
}

/** @throws EwsError ErrorAccessDenied */
export function demand(call: Call, mailbox: Mailbox, folder: Folder, deed: Deed, item?: Item): void {
  if (!may(call, mailbox, folder, deed, item)) throw new EwsError("ErrorAccessDenied");
}

/** Whoever may read nothing still reads what is his own ([MS-OXCPERM] 2.2.7, ReadAny). */
function allows(rights: FolderRights, deed: Deed, isOwn: boolean): boolean {
  const within = (extent: FolderRights["edit"]): boolean => extent === "All" || (extent === "Owned" && isOwn);
  switch (deed) {
    case "see":
      return rights.visible || rights.owner || rights.read === "FullDetails";
    case "read":
      return rights.read === "FullDetails" || isOwn;
    case "create":
      return rights.createItems;
    case "edit":
      return within(rights.edit);
    case "delete":
      return within(rights.delete);
    case "createFolder":
      return rights.createSubFolders;
    case "own":
      return rights.owner;
  }
}

/** `t:EffectiveRights` of the one who asks, in a folder or (with `item`) to an item. */
export function effectiveRights(call: Call, folder: Folder | undefined, item?: Item): Element {
  const mailbox = call.side.mailboxes.get(call.acting.guid);
  const has = (deed: Deed): boolean =>
    !call.visitor ||
    (mailbox !== undefined && folder !== undefined && may(call, mailbox, folder, deed, item));
  const granted = {
    CreateAssociated: !item && has("own"),
    CreateContents: !item && has("create"),
    CreateHierarchy: !item && has("createFolder"),
    Delete: has(item ? "delete" : "own"),
    Modify: has(item ? "edit" : "own"),
    Read: has("read"),
    ViewPrivateItems: !call.visitor,
  };
  return element(
    "t:EffectiveRights",
    {},
    ...Object.entries(granted).map(([name, is]) => element(`t:${name}`, {}, String(is))),
  );
}
