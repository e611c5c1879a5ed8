import type { IncomingHttpHeaders } from "node:http";
import type { Call as StoreCall, Submit } from "../ews/call.ts";
import { EwsError } from "../ews/error.ts";
import { immutableId, isImmutableId, itemId, readId } from "../ews/ids.ts";
import type { Reply, Request } from "../http.ts";
import { findFolder } from "../mailbox.ts";
import type { Organization } from "../organization.ts";
import {
  recipientByAddress,
  type Application,
  type Folder,
  type Item,
  type Mailbox,
  type Recipient,
  type Side,
} from "../store.ts";
import { badBody, badRequest, GraphError } from "./error.ts";
import type { Notifications } from "./notifications/service.ts";

/** One request, its path matched. */
export interface Call {
  organization: Organization;
  side: Side;
  application: Application;
  /** `https://host/v1.0` */
  root: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** What the path names, decoded: `user`, `folder`, `message` ... */
  params: Record<string, string>;
  notifications: Notifications;
  /** A fault: the answer says success, and nothing is done. */
  ignored: boolean;
  /** Answers another request of the same application: a part of a batch. */
  again: (request: Request) => Promise<Reply>;
  submit?: Submit;
}

/** Maps the store and a request to a reply. @throws GraphError | EwsError answered as an error body */
export type Operation = (call: Call) => Reply | Promise<Reply>;

/** A mailbox, its owner, and the call in the form in which the store's item properties take it. */
export interface Opened {
  owner: Recipient;
  mailbox: Mailbox;
  store: StoreCall;
}

/** A query option, with or without its `$`. @throws GraphError BadRequest when it is there twice */
export function option({ url }: Pick<Call, "url">, name: string): string | undefined {
  if (url.searchParams.getAll(`$${name}`).length > 1)
    throw badRequest(
      `Query option '$${name}' was specified more than once, but it must be specified at most once.`,
    );
  return url.searchParams.get(`$${name}`) ?? url.searchParams.get(name) ?? undefined;
}

/** A value of the Prefer header: `odata.maxpagesize`, `outlook.body-content-type`; quotes removed. */
export function preference({ headers }: Pick<Call, "headers">, name: string): string | undefined {
  for (const each of String(headers["prefer"] ?? "").split(/[,;]/)) {
    const [key = "", value = ""] = each.split("=");
    if (key.trim().toLowerCase() === name) return value.trim().replace(/^"|"$/g, "");
  }
  return undefined;
}

/** The body as a JSON object. @throws GraphError RequestBodyRead */
export function jsonBody({ body }: Pick<Call, "body">): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString("utf8").replace(/^\uFEFF/, ""));
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw badBody(
    "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
  );
}

/** A parameter of an action: Graph's own metadata writes some with a capital, its documentation none. */
export function parameter(body: Record<string, unknown>, name: string): unknown {
  const wanted = name.toLowerCase();
  return Object.entries(body).find(([key]) => key.toLowerCase() === wanted)?.[1];
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The person that a path names by id or UPN; addresses other than the UPN do not count. */
export function userOf({ side }: Pick<Call, "side">, id: string): Recipient | undefined {
  const wanted = id.toLowerCase();
  const found = side.recipients.get(wanted) ?? recipientByAddress(side, wanted);
  const named = found?.guid === wanted || found?.userPrincipalName?.toLowerCase() === wanted;
  return named && found.userPrincipalName !== undefined ? found : undefined;
}

/** The mailbox of the person in the path. @throws GraphError ErrorInvalidUser | MailboxNotEnabledForRESTAPI */
export function openMailbox(call: Call): Opened {
  const { organization, side } = call;
  const owner = knownUser(call, call.params["user"] ?? "");
  const mailbox = side.mailboxes.get(owner.guid);
  if (!mailbox)
    throw new GraphError(
      404,
      "MailboxNotEnabledForRESTAPI",
      "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
    );
  const opened = openedFor(organization, side, owner, mailbox);
  return call.submit ? { ...opened, store: { ...opened.store, submit: call.submit } } : opened;
}

/** A mailbox as its owner works with it. */
export function openedFor(
  organization: Organization,
  side: Side,
  owner: Recipient,
  mailbox: Mailbox,
): Opened {
  return { owner, mailbox, store: { organization, side, version: "Exchange2016", acting: owner } };
}

/** A folder that every mailbox begins with, by its distinguished id. @throws EwsError ErrorFolderNotFound when it is gone */
export function defaultFolder({ mailbox }: Opened, distinguishedId: string): Folder {
  const folder = findFolder(mailbox, distinguishedId);
  if (!folder) throw new EwsError("ErrorFolderNotFound");
  return folder;
}

/** The user whom a path names. @throws GraphError ErrorInvalidUser for nobody, whatever the caller may do */
export function knownUser(call: Call, id: string): Recipient {
  const user = userOf(call, id);
  if (user) return user;
  throw new GraphError(404, "ErrorInvalidUser", `The requested user '${id}' is invalid.`);
}

/** Well-known names that not every mailbox has a folder for: https://learn.microsoft.com/graph/api/resources/mailfolder */
const perhaps =
  /^(archive|clutter|conflicts|conversationhistory|localfailures|recoverableitemsdeletions|scheduled|serverfailures|syncissues)$/i;

/** A folder by its id on the wire or its well-known name. @throws EwsError ErrorFolderNotFound | ErrorInvalidIdMalformed */
export function folderOf({ mailbox, owner }: Opened, id: string): Folder {
  const known = findFolder(mailbox, id.toLowerCase());
  if (known?.distinguishedId === id.toLowerCase()) return known;
  if (perhaps.test(id)) throw new EwsError("ErrorFolderNotFound");
  const wire = readId("folder", fromUrl(id));
  const folder = wire.owner === owner.guid ? mailbox.folders.get(wire.id) : undefined;
  if (!folder) throw new EwsError("ErrorFolderNotFound");
  return folder;
}

/** The item with a wire id of either sort: that of where it lies, or the one that outlives moves. @throws EwsError ErrorInvalidIdMalformed */
function itemNamed({ mailbox, owner }: Opened, text: string): Item | undefined {
  if (!isImmutableId(text)) {
    const wire = readId("item", text);
    return wire.owner === owner.guid ? mailbox.items.get(wire.id) : undefined;
  }
  const { owner: of, id } = readId("immutable", text);
  if (of !== owner.guid) return undefined;
  return itemFrom(mailbox, id);
}

/** The item that had an id before it was ever moved. */
export function itemFrom(mailbox: Mailbox, id: string): Item | undefined {
  return mailbox.items.get(id) ?? [...mailbox.items.values()].find(({ origin }) => origin === id);
}

/** Whether a client wants ids that outlive moves within the mailbox. */
export function wantsImmutable(call: Pick<Call, "headers">): boolean {
  return preference(call, "idtype")?.toLowerCase() === "immutableid";
}

/** An item's id as Graph spells it: where it lies, or (`immutable`) the one that outlives moves. */
export function graphId(owner: string, item: Pick<Item, "id" | "origin">, immutable: boolean): string {
  return toUrl(immutable ? immutableId(owner, item.origin ?? item.id) : itemId(owner, item.id));
}

/** The message in the path; where the path names a folder too, it has to be in there. @throws EwsError ErrorItemNotFound | ErrorInvalidIdMalformed */
export function messageOf(call: Call, opened: Opened): Item {
  const { message = "", folder } = call.params;
  const item = itemNamed(opened, fromUrl(message));
  const there = folder === undefined || item?.folderId === folderOf(opened, folder).id;
  if (!item || !there || call.notifications.isHidden(item.id)) throw new EwsError("ErrorItemNotFound");
  return item;
}

/** An id of EWS as Graph spells it, so that it fits into a path; and back. */
export function toUrl(id: string): string {
  return id.replaceAll("/", "-").replaceAll("+", "_");
}

export function fromUrl(id: string): string {
  return id.replaceAll("-", "/").replaceAll("_", "+");
}
