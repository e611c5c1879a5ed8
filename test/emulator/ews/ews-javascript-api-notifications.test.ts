import {
  EventType,
  type ExchangeService,
  FolderId,
  ItemEvent,
  StreamingSubscriptionConnection,
  WellKnownFolderName,
  type NotificationEvent,
} from "ews-javascript-api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { announceMail, moveItem, storeMessage } from "../mailbox.ts";
import type { Item, Mailbox } from "../store.ts";
import { anna, startEws, type EwsTest } from "./client.ts";
import { connect } from "./managed-api.ts";

let clock: ManualClock;
let ews: EwsTest;
let service: ExchangeService;

beforeEach(async () => {
  clock = createManualClock();
  ews = await startEws(undefined, clock);
  service = connect(ews, anna);
});
afterEach(() => ews.close());

function ownMailbox(): Mailbox {
  const mailbox = ews.side.mailboxes.get(ews.recipient(anna).guid);
  if (!mailbox) throw new Error("no mailbox");
  return mailbox;
}

async function mail(): Promise<Item> {
  const mime = Buffer.from("Subject: x\r\n\r\nx");
  const item = await storeMessage(ews.organization, ownMailbox(), "inbox", mime, { at: clock.now() });
  announceMail(ews.organization, ownMailbox(), item);
  return item;
}

const kinds = (events: NotificationEvent[]): string[] =>
  events.map((event) => `${EventType[event.EventType]} ${event instanceof ItemEvent ? "item" : "folder"}`);

describe("ews-javascript-api", () => {
  test("pulls what happened", async () => {
    const subscription = await service.SubscribeToPullNotifications(
      [new FolderId(WellKnownFolderName.Inbox)],
      5,
      null as unknown as string,
      EventType.NewMail,
      EventType.Created,
      EventType.Modified,
      EventType.Moved,
    );
    expect((await subscription.GetEvents()).AllEvents).toEqual([]);
    const item = await mail();
    const first = await subscription.GetEvents();
    expect(kinds(first.AllEvents)).toEqual(["Created item", "NewMail item", "Modified folder"]);
    expect(first.FolderEvents.map((event) => event.UnreadCount)).toEqual([1]);
    expect(subscription.MoreEventsAvailable).toBe(false);
    const told = first.ItemEvents[0]?.ItemId.UniqueId;
    moveItem(ews.organization, ownMailbox(), item, `${ownMailbox().owner}-drafts`);
    const [moved] = (await subscription.GetEvents()).ItemEvents;
    expect(moved?.OldItemId.UniqueId).toBe(told);
    await subscription.Unsubscribe();
    await expect(subscription.GetEvents()).rejects.toThrow(/subscription was not found/);
  });

  test("hears of events over a streaming connection, and that it is closed in time", async () => {
    const subscription = await service.SubscribeToStreamingNotifications(
      [new FolderId(WellKnownFolderName.Inbox)],
      EventType.NewMail,
      EventType.Created,
    );
    const connection = new StreamingSubscriptionConnection(service, [subscription], 1);
    const heard = Promise.withResolvers<NotificationEvent[]>();
    const closed = Promise.withResolvers<unknown>();
    connection.OnNotificationEvent.push((_, { Events }) => heard.resolve(Events));
    connection.OnDisconnect.push((_, { Exception }) => closed.resolve(Exception));
    // It settles when the connection fails, and never otherwise.
    connection.Open().catch(closed.reject);
    await expect.poll(() => clock.waiting()).toHaveLength(2);
    await mail();
    expect(kinds(await heard.promise)).toEqual(["Created item", "NewMail item"]);
    clock.pass(60_000);
    expect(await closed.promise).toBeFalsy();
    expect(clock.waiting()).toHaveLength(0);
  });
});
