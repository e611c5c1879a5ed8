import { folderId, itemId } from "../ids.ts";
import { dateTime } from "../time.ts";
import { element, type Element } from "../xml.ts";
import type { Notice } from "./notice.ts";
import type { Batch, Subscription } from "./subscription.ts";
import { writeWatermark } from "./watermark.ts";

/** Events carry ids without a state to change: these keys are the same for every object, as in Exchange. */
const changeKeys = { item: "CQAAAA==", folder: "AQAAAA==" } as const;

/**
 * A `Notification`: the events of a batch, or a StatusEvent when there are none. With `table` it has watermarks, as all but streaming ones
 * have; `name` differs between the places in which it stands.
 */
export function notificationElement(
  name: "m:Notification" | "t:Notification",
  subscription: Subscription,
  { notices, previous, more }: Batch,
  table?: string,
): Element {
  const mark = (number: number): Element | undefined =>
    table === undefined ? undefined : element("t:Watermark", {}, writeWatermark(table, number));
  return element(
    name,
    {},
    element("t:SubscriptionId", {}, subscription.id),
    table === undefined ? undefined : element("t:PreviousWatermark", {}, writeWatermark(table, previous)),
    table === undefined ? undefined : element("t:MoreEvents", {}, String(more)),
    ...(notices.length > 0
      ? notices.map((notice) => eventElement(notice, mark(notice.number)))
      : [element("t:StatusEvent", {}, mark(subscription.told))]),
  );
}

function eventElement(notice: Notice, watermark: Element | undefined): Element {
  const { type, of, owner, at, id, parentId, before, unread } = notice;
  const self = (name: string, which: string): Element =>
    of === "item"
      ? element(`t:${name}ItemId`, { Id: itemId(owner, which), ChangeKey: changeKeys.item })
      : folder(`t:${name}FolderId`, which);
  const folder = (name: string, which: string): Element =>
    element(name, { Id: folderId(owner, which), ChangeKey: changeKeys.folder });
  return element(
    `t:${type}`,
    {},
    watermark,
    element("t:TimeStamp", {}, dateTime(at)),
    self("", id),
    folder("t:ParentFolderId", parentId),
    before && self("Old", before.id),
    before && folder("t:OldParentFolderId", before.parentId),
    unread === undefined ? undefined : element("t:UnreadCount", {}, String(unread)),
  );
}
