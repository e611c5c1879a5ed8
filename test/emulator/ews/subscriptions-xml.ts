import { all, messages, type Asking, type EwsTest } from "./client.ts";
import { folderXml } from "./requests.ts";
import { eventTypes } from "./notification/notice.ts";
import type { Element } from "./xml.ts";

const allTypes = eventTypes.filter((type) => type !== "FreeBusyChangedEvent");

/** What a subscription asks for: folders by their distinguished ids, or all. */
export interface Asked {
  folders?: string[] | "all";
  types?: readonly string[];
  watermark?: string;
  /** XML of folder ids, instead of names. */
  ids?: string;
}

function wanted(
  name: string,
  { folders = ["inbox"], types = allTypes, watermark, ids }: Asked,
  end: string,
): string {
  const listed = ids ?? (folders === "all" ? "" : folders.map((folder) => folderXml(folder)).join(""));
  const events = types.map((type) => `<t:EventType>${type}</t:EventType>`).join("");
  const mark = watermark === undefined ? "" : `<t:Watermark>${watermark}</t:Watermark>`;
  const attribute = folders === "all" ? ' SubscribeToAllFolders="true"' : "";
  const list = listed === "" ? "" : `<t:FolderIds>${listed}</t:FolderIds>`;
  return `<m:Subscribe><m:${name}${attribute}>${list}<t:EventTypes>${events}</t:EventTypes>${mark}${end}</m:${name}></m:Subscribe>`;
}

export function pullXml(asked: Asked = {}, minutes = 10): string {
  return wanted("PullSubscriptionRequest", asked, `<t:Timeout>${minutes}</t:Timeout>`);
}

export function streamingXml(asked: Asked = {}): string {
  return wanted("StreamingSubscriptionRequest", asked, "");
}

export function pushXml(url: string, minutes = 1, asked: Asked = {}): string {
  return wanted(
    "PushSubscriptionRequest",
    asked,
    `<t:StatusFrequency>${minutes}</t:StatusFrequency><t:URL>${url}</t:URL>`,
  );
}

export function unsubscribeXml(id: string): string {
  return `<m:Unsubscribe><m:SubscriptionId>${id}</m:SubscriptionId></m:Unsubscribe>`;
}

export function getEventsXml({ id, watermark }: Subscribed): string {
  return `<m:GetEvents><m:SubscriptionId>${id}</m:SubscriptionId><m:Watermark>${watermark}</m:Watermark></m:GetEvents>`;
}

export interface Subscribed {
  id: string;
  /** Empty where there is none. */
  watermark: string;
}

/** Subscribes and answers the subscription. */
export async function subscribed(ews: EwsTest, xml: string, asking: Asking = {}): Promise<Subscribed> {
  const answered = await ews.ask(xml, asking);
  const text = (name: string): string => all(answered.body, name)[0]?.text ?? "";
  if (text("m:SubscriptionId") === "") throw new Error(answered.text);
  return { id: text("m:SubscriptionId"), watermark: text("m:Watermark") };
}

/** Events of a pull subscription, whose watermark moves on. */
export async function pulled(
  ews: EwsTest,
  subscription: Subscribed,
  asking: Asking = {},
): Promise<Element[]> {
  const answered = await ews.ask(getEventsXml(subscription), asking);
  const [notification] = messages(answered).flatMap((message) => all(message, "m:Notification"));
  if (!notification) throw new Error(answered.text);
  const events = eventsIn(notification);
  subscription.watermark = all(notification, "t:Watermark").at(-1)?.text ?? "";
  return events;
}

/** The events of a notification, or of anything with notifications in it. */
export function eventsIn(from: Element): Element[] {
  return from.children.flatMap((each) => (/^t:\w+Event$/.test(each.name) ? [each] : eventsIn(each)));
}

/** `CreatedEvent item`, `ModifiedEvent folder`, `StatusEvent`. */
export function namesOf(events: Element[]): string[] {
  return events.map((event) => {
    const of = event.children.find(({ name }) => name === "t:ItemId" || name === "t:FolderId");
    return [event.name.slice(2), of && (of.name === "t:ItemId" ? "item" : "folder")]
      .filter(Boolean)
      .join(" ");
  });
}
