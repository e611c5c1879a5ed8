import {
  chosen,
  folderOf,
  ownMailbox,
  required,
  requiredList,
  responses,
  yes,
  type Call,
  type Operation,
} from "../call.ts";
import { callerOf } from "../account.ts";
import type { Folder } from "../../store.ts";
import { EwsError, schemaError } from "../error.ts";
import { itemsIn } from "../folder/search.ts";
import { eventTypes, type EventType } from "../notification/notice.ts";
import { readPushUrl, startPush } from "../notification/push.ts";
import type { Wanted } from "../notification/subscriptions.ts";
import { readWatermark, writeWatermark } from "../notification/watermark.ts";
import { child, element, type Element } from "../xml.ts";

const minute = 60_000;
const kinds = {
  "m:PullSubscriptionRequest": "pull",
  "m:PushSubscriptionRequest": "push",
  "m:StreamingSubscriptionRequest": "streaming",
} as const;
/** A streaming subscription lives so long without a connection. */
const streamingLifetime = 30 * minute;

/** Subscribe: to what happens in folders of one mailbox, or in all that are visible; pull, push and streaming. */
export const subscribe: Operation = (call, request) => {
  const [wanted = element("none")] = request.children;
  const kind = Object.entries(kinds).find(([name]) => name === wanted.name)?.[1];
  if (!kind) throw schemaError(`The element 'Subscribe' has invalid child element '${wanted.name}'.`);
  const types = readTypes(wanted);
  const lifetime = lifetimeOf(kind, wanted);
  const frequency = kind === "push" ? wholeMinutes(required(wanted, "t:StatusFrequency")) : 0;
  return responses("Subscribe", [wanted], () => {
    const url = kind === "push" ? readPushUrl(required(wanted, "t:URL").text.trim()) : undefined;
    const { subscriptions: registry } = call;
    const { mailbox, folders } = readFolders(call, wanted);
    const owner = kind === "streaming" ? callerOf(call.caller) : call.acting.guid;
    const mark = child(wanted, "t:Watermark")?.text;
    const after = mark === undefined ? undefined : readWatermark(registry.table.id, mark);
    const subscription = registry.add({ kind, mailbox, owner, types, lifetime, ...folders }, after);
    if (url) startPush(call.organization, registry, subscription, url, frequency);
    const watermark = writeWatermark(registry.table.id, after ?? subscription.told);
    return [
      element("m:SubscriptionId", {}, subscription.id),
      ...(kind === "streaming" ? [] : [element("m:Watermark", {}, watermark)]),
    ];
  });
};

function readTypes(wanted: Element): ReadonlySet<EventType> {
  return new Set(requiredList(wanted, "t:EventTypes").map((each) => chosen(each, eventTypes)));
}

function lifetimeOf(kind: "pull" | "push" | "streaming", wanted: Element): number {
  if (kind === "pull") return wholeMinutes(required(wanted, "t:Timeout")) * minute;
  return kind === "push" ? Infinity : streamingLifetime;
}

/** @throws EwsError ErrorSchemaValidation outside of 1 to 1440 */
function wholeMinutes({ name, text }: Element): number {
  const minutes = /^\s*\d+\s*$/.test(text) ? Number(text) : 0;
  if (minutes < 1 || minutes > 1440) throw schemaError(`The '${name}' element is invalid: '${text}'.`);
  return minutes;
}

/** @throws EwsError ErrorInvalidSubscriptionRequest for none, or some beside all; ErrorSubscriptionDelegateAccessNotSupported for another's */
function readFolders(
  call: Call,
  wanted: Element,
): { mailbox: Wanted["mailbox"]; folders: Pick<Wanted, "folders" | "searches"> } {
  const all =
    wanted.attributes["SubscribeToAllFolders"] !== undefined && yes(wanted, "SubscribeToAllFolders");
  const ids = child(wanted, "t:FolderIds")?.children ?? [];
  const found = ids.map((id) => ownFolder(call, id));
  if (all === found.length > 0) throw new EwsError("ErrorInvalidSubscriptionRequest");
  const [first] = found;
  if (!first) return { mailbox: ownMailbox(call), folders: {} };
  const { mailbox } = first;
  const searches = found.filter(({ folder }) => folder.search);
  const find = ({ folder: { id } }: { folder: Folder }) => {
    const folder = mailbox.folders.get(id);
    return folder ? itemsIn(call, mailbox, folder) : [];
  };
  return {
    mailbox,
    folders: {
      folders: new Set(found.map(({ folder }) => folder.id)),
      searches: new Map(searches.map((each) => [each.folder.id, () => find(each)])),
    },
  };
}

function ownFolder(call: Call, id: Element): ReturnType<typeof folderOf> {
  try {
    const found = folderOf(call, id);
    if (!found.call.visitor) return found;
  } catch (error) {
    if (!(error instanceof EwsError && error.code === "ErrorAccessDenied")) throw error;
  }
  throw new EwsError("ErrorSubscriptionDelegateAccessNotSupported");
}
