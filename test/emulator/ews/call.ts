import { findFolder } from "../mailbox.ts";
import type { Organization } from "../organization.ts";
import type { Caller } from "../sign-in/authenticate.ts";
import type { Folder, Item, Mailbox, Recipient, Side } from "../store.ts";
import { recipientByAddress } from "../store.ts";
import { demand, inMailbox, may, visitorOf, type Deed } from "./access.ts";
import { EwsError, messageXml, schemaError, type ResponseCode } from "./error.ts";
import { readId, type WireId } from "./ids.ts";
import type { Subscriptions } from "./notification/subscriptions.ts";
import type { ThrottlingPolicy } from "./throttling-policy.ts";
import type { TimeForm } from "./time.ts";
import type { Version } from "./version.ts";
import { child, element, type Element } from "./xml.ts";

/** Takes a message that an account sends through EWS; `to` are the envelope's recipients. */
export type Submit = (message: {
  account: Recipient;
  from: string;
  to: string[];
  mime: Uint8Array;
}) => Promise<void>;

/** One request: who asks, on whose behalf, and in which version of the schema. */
export interface Call {
  organization: Organization;
  side: Side;
  version: Version;
  /** The account whose mailbox is worked on: the impersonated one, else the one that signed in, until an id leads into another's. */
  acting: Recipient;
  /** Who works in another's mailbox, as far as its folders' permissions go; absent in one's own. */
  visitor?: Recipient;
  /** Whether an item was announced before it can be read. */
  isEarly?: (item: string) => boolean;
  submit?: Submit;
  /** How times are written in the answer; whole seconds in UTC unless told. */
  times?: TimeForm;
}

/** A request that came in over EWS. */
export interface EwsCall extends Call {
  /** Who signed in. */
  caller: Caller;
  policy: ThrottlingPolicy;
  subscriptions: Subscriptions;
  /** Lets a stream in; answers what to call when it ended. @throws EwsError ErrorExceededConnectionCount */
  hang: () => () => void;
}

/** Maps the store and a request to a reply. @throws EwsError answered as a SOAP fault */
export type Operation = (call: EwsCall, request: Element) => Element | Promise<Element>;

/** What a failed item's response message holds besides its code, because the schema demands it. */
const empties: Record<string, string> = {
  CreateItem: "m:Items",
  GetItem: "m:Items",
  UpdateItem: "m:Items",
  CopyItem: "m:Items",
  MoveItem: "m:Items",
  CreateAttachment: "m:Attachments",
  GetAttachment: "m:Attachments",
  GetFolder: "m:Folders",
  CreateFolder: "m:Folders",
  UpdateFolder: "m:Folders",
  CopyFolder: "m:Folders",
  MoveFolder: "m:Folders",
};

/** One response message for each part of a batch, in order; a part that fails does not stop the others. */
export async function responses<Part>(
  operation: string,
  parts: readonly Part[],
  answer: (part: Part) => Element[] | Promise<Element[]>,
): Promise<Element> {
  const messages: Element[] = [];
  for (const part of parts) {
    try {
      messages.push(success(operation, ...(await answer(part))));
    } catch (error) {
      // What the schema forbids fails the request as a whole, wherever it stands.
      if (!(error instanceof EwsError) || error.code === "ErrorSchemaValidation") throw error;
      messages.push(failure(operation, error));
    }
  }
  return element(`m:${operation}Response`, {}, element("m:ResponseMessages", {}, ...messages));
}

function success(operation: string, ...content: Element[]): Element {
  const code = element("m:ResponseCode", {}, "NoError");
  return element(`m:${operation}ResponseMessage`, { ResponseClass: "Success" }, code, ...content);
}

/** A response message that reports an error, or (with content) a warning. */
export function failure(operation: string, error: EwsError, ...warned: Element[]): Element {
  const empty = empties[operation];
  return element(
    `m:${operation}ResponseMessage`,
    { ResponseClass: warned.length > 0 ? "Warning" : "Error" },
    element("m:MessageText", {}, error.message),
    element("m:ResponseCode", {}, error.code),
    element("m:DescriptiveLinkKey", {}, "0"),
    messageXml(error, "m"),
    ...warned,
    empty === undefined ? undefined : element(empty),
  );
}

/** A child that the schema demands. @throws EwsError ErrorSchemaValidation */
export function required(parent: Element, name: string): Element {
  const found = child(parent, name);
  if (!found) throw schemaError(`The element '${parent.name}' lacks '${name}'.`);
  return found;
}

/** Children of a list that the schema demands and wants filled. @throws EwsError ErrorSchemaValidation */
export function requiredList(parent: Element, name: string): Element[] {
  const { children } = required(parent, name);
  if (children.length === 0) throw schemaError(`The element '${name}' has incomplete content.`);
  return children;
}

/** An attribute that has to be one of some values. @throws EwsError ErrorSchemaValidation */
export function choice<const Value extends string>(
  of: Element,
  name: string,
  values: readonly Value[],
): Value {
  return oneOf(values, of.attributes[name] ?? "", `The '${name}' attribute of '${of.name}'`);
}

/** An element's text that has to be one of some values. @throws EwsError ErrorSchemaValidation */
export function chosen<const Value extends string>({ name, text }: Element, values: readonly Value[]): Value {
  return oneOf(values, text.trim(), `The '${name}' element`);
}

function oneOf<Value extends string>(values: readonly Value[], given: string, what: string): Value {
  const found = values.find((value) => value === given);
  if (found === undefined) throw schemaError(`${what} is invalid: '${given}'.`);
  return found;
}

/** An attribute that says yes or no. @throws EwsError ErrorSchemaValidation */
export function yes(of: Element, name: string): boolean {
  return ["true", "1"].includes(choice(of, name, ["true", "1", "false", "0"]));
}

/** The mailbox of the one who asks. @throws EwsError ErrorMissingEmailAddress when it has none on this side */
export function ownMailbox(call: Call): Mailbox {
  const mailbox = call.side.mailboxes.get(visitorOf(call).guid);
  if (!mailbox) throw new EwsError("ErrorMissingEmailAddress");
  return mailbox;
}

/** A mailbox's item or folder, and the request as it works there. */
interface Place {
  call: Call;
  mailbox: Mailbox;
}

/**
 * The item that a `t:ItemId` names; another's only as far as the folder's permissions let the one who asks do something with it.
 * @throws EwsError ErrorItemNotFound | ErrorAccessDenied | ErrorInvalidId...
 */
export function itemOf(call: Call, id: Element, deed: Deed = "read"): Place & { item: Item; wire: WireId } {
  if (!["t:ItemId", "t:AttachmentId", "m:ParentItemId"].includes(id.name))
    throw new EwsError("ErrorInvalidId");
  const wire = readId("item", id.attributes["Id"] ?? "");
  const mailbox = call.side.mailboxes.get(wire.owner);
  const item = mailbox?.items.get(wire.id);
  const folder = mailbox?.folders.get(item?.folderId ?? "");
  if (!mailbox || !item || call.isEarly?.(item.id)) throw new EwsError("ErrorItemNotFound");
  const there = inMailbox(call, mailbox);
  // Who may not see the folder learns nothing of what is in it.
  if (there.visitor && !(folder && may(there, mailbox, folder, "see")))
    throw new EwsError("ErrorItemNotFound");
  if (folder) demand(there, mailbox, folder, deed, item);
  return { call: there, mailbox, item, wire };
}

/**
 * The folder that a `t:FolderId` or `t:DistinguishedFolderId` names; another's only as far as its permissions let the one who asks do something.
 * @throws EwsError ErrorFolderNotFound | ErrorAccessDenied | ErrorNonExistentMailbox ...
 */
export function folderOf(call: Call, id: Element, deed: Deed = "see"): Place & { folder: Folder } {
  if (id.name === "t:FolderId") {
    const wire = readId("folder", id.attributes["Id"] ?? "");
    const mailbox = call.side.mailboxes.get(wire.owner);
    const folder = mailbox?.folders.get(wire.id);
    if (!mailbox || !folder) throw new EwsError("ErrorFolderNotFound");
    const there = inMailbox(call, mailbox);
    if (!may(there, mailbox, folder, "see")) throw new EwsError("ErrorFolderNotFound");
    return { call: there, mailbox, folder: open(there, mailbox, folder, deed) };
  }
  if (id.name !== "t:DistinguishedFolderId") throw schemaError(`The element '${id.name}' is no folder id.`);
  const address = child(child(id, "t:Mailbox"), "t:EmailAddress")?.text;
  const mailbox = address === undefined ? ownMailbox(call) : mailboxAt(call, address);
  const there = inMailbox(call, mailbox);
  const folder = findFolder(mailbox, id.attributes["Id"] ?? "");
  if (folder?.distinguishedId === undefined) throw new EwsError("ErrorFolderNotFound");
  demand(there, mailbox, folder, "see");
  return { call: there, mailbox, folder: open(there, mailbox, folder, deed) };
}

/** The same, with an error of the operation's own where there is no such folder. */
export function folderOr(
  missing: ResponseCode,
  call: Call,
  id: Element,
  deed?: Deed,
): ReturnType<typeof folderOf> {
  try {
    return folderOf(call, id, deed);
  } catch (error) {
    if (error instanceof EwsError && error.code === "ErrorFolderNotFound") throw new EwsError(missing);
    throw error;
  }
}

/** @throws EwsError ErrorAccessDenied, or ErrorInvalidFolderTypeForOperation where something is to be put into a search folder */
function open(call: Call, mailbox: Mailbox, folder: Folder, deed: Deed): Folder {
  demand(call, mailbox, folder, deed);
  if (folder.search && deed === "create") throw new EwsError("ErrorInvalidFolderTypeForOperation");
  return folder;
}

/** The mailbox of whoever carries an address. @throws EwsError ErrorNonExistentMailbox */
export function mailboxAt(call: Call, address: string): Mailbox {
  const mailbox = call.side.mailboxes.get(recipientByAddress(call.side, address)?.guid ?? "");
  if (!mailbox) throw new EwsError("ErrorNonExistentMailbox");
  return mailbox;
}
