import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { announceMail, copyItem, moveItem, removeItem, replaceItem, storeMessage } from "../mailbox.ts";
import type { Item, Mailbox } from "../store.ts";
import { all, anna, at, codes, startEws, type EwsTest } from "./client.ts";
import { folderId } from "./ids.ts";
import { create, folderXml, getXml, keyIn } from "./requests.ts";
import {
  eventsIn,
  getEventsXml,
  namesOf,
  pulled,
  pullXml,
  subscribed,
  unsubscribeXml,
} from "./subscriptions-xml.ts";

const ben = "ben.fischer@contoso.com";
const minute = 60_000;
let clock: ManualClock;
let ews: EwsTest;
let mailbox: Mailbox;

beforeEach(async () => {
  clock = createManualClock();
  ews = await startEws(undefined, { ...clock, policy: { eventTable: 120 } });
  mailbox = mailboxOf(anna);
});
afterEach(() => ews.close());

function mailboxOf(address: string): Mailbox {
  const found = ews.side.mailboxes.get(ews.recipient(address).guid);
  if (!found) throw new Error(`${address} has no mailbox`);
  return found;
}

function store(folder = "inbox", isRead = false): Promise<Item> {
  const mime = Buffer.from("Subject: x\r\n\r\nx");
  return storeMessage(ews.organization, mailbox, folder, mime, { at: clock.now(), isRead });
}

const wireFolder = (name: string): string => folderId(mailbox.owner, `${mailbox.owner}-${name}`);
const idIn = (event: ReturnType<typeof eventsIn>[number] | undefined, name: string): string =>
  at(event, name)?.attributes["Id"] ?? "";

describe("a pull subscription", () => {
  test("is told of new mail: created, new mail, and the folder with its unread count", async () => {
    const subscription = await subscribed(ews, pullXml());
    const before = subscription.watermark;
    const item = await store();
    announceMail(ews.organization, mailbox, item);
    const answered = await ews.ask(getEventsXml(subscription));
    expect(at(all(answered.body, "m:Notification")[0], "t:PreviousWatermark")?.text).toBe(before);
    expect(at(all(answered.body, "m:Notification")[0], "t:MoreEvents")?.text).toBe("false");
    const events = eventsIn(answered.body);
    expect(namesOf(events)).toEqual(["CreatedEvent item", "NewMailEvent item", "ModifiedEvent folder"]);
    const [created, , changed] = events;
    expect(idIn(created, "t:ParentFolderId")).toBe(wireFolder("inbox"));
    expect(at(created, "t:TimeStamp")?.text).toBe("2026-11-25T00:00:00Z");
    expect([idIn(changed, "t:FolderId"), at(changed, "t:UnreadCount")?.text]).toEqual([
      wireFolder("inbox"),
      "1",
    ]);
    expect(codes(await ews.ask(getXml([{ id: idIn(created, "t:ItemId") }])))).toEqual(["NoError"]);
  });

  test("is told that nothing happened, and of each event once", async () => {
    const subscription = await subscribed(ews, pullXml());
    expect(namesOf(await pulled(ews, subscription))).toEqual(["StatusEvent"]);
    await store();
    expect(namesOf(await pulled(ews, subscription))).toEqual(["CreatedEvent item", "ModifiedEvent folder"]);
    expect(namesOf(await pulled(ews, subscription))).toEqual(["StatusEvent"]);
  });

  test("is told of what clients do to its folders, with the old ids of what moved or was copied", async () => {
    const item = await store();
    const subscription = await subscribed(ews, pullXml({ folders: ["inbox", "sentitems"] }));
    const moved = moveItem(ews.organization, mailbox, item, `${mailbox.owner}-sentitems`);
    const events = await pulled(ews, subscription);
    expect(namesOf(events)).toEqual(["MovedEvent item", "ModifiedEvent folder", "ModifiedEvent folder"]);
    expect([idIn(events[0], "t:OldParentFolderId"), idIn(events[0], "t:ParentFolderId")]).toEqual([
      wireFolder("inbox"),
      wireFolder("sentitems"),
    ]);
    expect(idIn(events[0], "t:OldItemId")).not.toBe(idIn(events[0], "t:ItemId"));
    copyItem(ews.organization, mailbox, moved, `${mailbox.owner}-drafts`);
    expect(namesOf(await pulled(ews, subscription))).toEqual(["CopiedEvent item"]);
    replaceItem(ews.organization, mailbox, { ...moved, categories: ["Blue"] });
    expect(namesOf(await pulled(ews, subscription))).toEqual(["ModifiedEvent item"]);
    replaceItem(ews.organization, mailbox, { ...moved, isRead: true });
    expect(namesOf(await pulled(ews, subscription))).toEqual(["ModifiedEvent item", "ModifiedEvent folder"]);
    removeItem(ews.organization, mailbox, moved);
    expect(namesOf(await pulled(ews, subscription))).toEqual(["DeletedEvent item", "ModifiedEvent folder"]);
  });

  test("hears of the folders' own changes, and of folders in them", async () => {
    const subscription = await subscribed(ews, pullXml());
    const made = await ews.ask(
      `<m:CreateFolder><m:ParentFolderId>${folderXml("inbox")}</m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>New</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>`,
    );
    expect(codes(made)).toEqual(["NoError"]);
    const events = await pulled(ews, subscription);
    expect(namesOf(events)).toEqual(["CreatedEvent folder", "ModifiedEvent folder"]);
    expect(idIn(events[0], "t:FolderId")).toBe(all(made.body, "t:FolderId")[0]?.attributes["Id"]);
  });

  test("to all folders sees what leaves the visible ones as deleted", async () => {
    const subscription = await subscribed(ews, pullXml({ folders: "all" }));
    const own = await subscribed(ews, pullXml({ folders: ["drafts"] }));
    const item = await store("drafts", true);
    expect(namesOf(await pulled(ews, subscription))).toEqual(["CreatedEvent item", "ModifiedEvent folder"]);
    await pulled(ews, own);
    moveItem(ews.organization, mailbox, item, `${mailbox.owner}-recoverableitemsdeletions`);
    expect(namesOf(await pulled(ews, subscription))).toEqual(["DeletedEvent item", "ModifiedEvent folder"]);
    expect(namesOf(await pulled(ews, own))).toEqual(["MovedEvent item", "ModifiedEvent folder"]);
  });

  test("is told only what it asked for", async () => {
    const subscription = await subscribed(ews, pullXml({ types: ["DeletedEvent"] }));
    const item = await store();
    await store("drafts");
    removeItem(ews.organization, mailbox, item);
    expect(namesOf(await pulled(ews, subscription))).toEqual(["DeletedEvent item"]);
  });

  test("gets fifty events at a time, and the last one only of several changes of one item", async () => {
    const subscription = await subscribed(
      ews,
      pullXml({ types: ["CreatedEvent", "ModifiedEvent"], folders: ["drafts"] }),
    );
    const item = await store("drafts", true);
    for (const category of ["Red", "Blue"])
      replaceItem(ews.organization, mailbox, { ...item, categories: [category] });
    expect(namesOf(await pulled(ews, subscription))).toEqual([
      "CreatedEvent item",
      "ModifiedEvent item",
      "ModifiedEvent folder",
    ]);
    for (let number = 0; number < 51; number++) await store("drafts", true);
    const seen: number[] = [];
    for (let more = true; more;) {
      const { body } = await ews.ask(getEventsXml(subscription));
      more = all(body, "t:MoreEvents")[0]?.text === "true";
      expect(eventsIn(body).length).toBeLessThanOrEqual(50);
      seen.push(all(body, "t:CreatedEvent").length);
      subscription.watermark = all(body, "t:Watermark").at(-1)?.text ?? "";
    }
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.reduce((sum, each) => sum + each, 0)).toBe(51);
    expect(namesOf(await pulled(ews, subscription))).toEqual(["StatusEvent"]);
  });

  test("is told when more happened than is kept, and then goes on", async () => {
    const subscription = await subscribed(ews, pullXml());
    for (let number = 0; number < 121; number++) await store();
    expect(codes(await ews.ask(getEventsXml(subscription)))).toEqual(["ErrorMissedNotificationEvents"]);
    expect(namesOf(await pulled(ews, subscription))).toEqual(["StatusEvent"]);
    await store();
    expect(namesOf(await pulled(ews, subscription))).toContain("CreatedEvent item");
  });
});

describe("a subscription's time", () => {
  test("begins anew with each GetEvents, and expires", async () => {
    const subscription = await subscribed(ews, pullXml({}, 10));
    clock.pass(9 * minute);
    await pulled(ews, subscription);
    clock.pass(9 * minute);
    await pulled(ews, subscription);
    clock.pass(10 * minute);
    expect(codes(await ews.ask(getEventsXml(subscription)))).toEqual(["ErrorExpiredSubscription"]);
    expect(codes(await ews.ask(getEventsXml(subscription)))).toEqual(["ErrorSubscriptionNotFound"]);
  });

  test("ends with Unsubscribe", async () => {
    const subscription = await subscribed(ews, pullXml());
    expect(codes(await ews.ask(unsubscribeXml(subscription.id)))).toEqual(["NoError"]);
    expect(codes(await ews.ask(unsubscribeXml(subscription.id)))).toEqual(["ErrorSubscriptionNotFound"]);
    expect(codes(await ews.ask(getEventsXml(subscription)))).toEqual(["ErrorSubscriptionNotFound"]);
  });
});

describe("a watermark", () => {
  test("lets a new subscription begin where an old one ended", async () => {
    const old = await subscribed(ews, pullXml());
    await store();
    const fresh = await subscribed(ews, pullXml({ watermark: old.watermark }));
    expect(fresh).toMatchObject({ watermark: old.watermark });
    expect(namesOf(await pulled(ews, fresh))).toEqual(["CreatedEvent item", "ModifiedEvent folder"]);
  });

  test("is of no use when its events are forgotten, or it is of another server's life", async () => {
    const old = await subscribed(ews, pullXml());
    for (let number = 0; number < 121; number++) await store();
    const other = await startEws();
    const elsewhere = await subscribed(other, pullXml());
    await other.close();
    for (const watermark of [old.watermark, elsewhere.watermark])
      expect(codes(await ews.ask(pullXml({ watermark })))).toEqual(["ErrorEventNotFound"]);
    expect(codes(await ews.ask(getEventsXml(elsewhere)))).toEqual(["ErrorSubscriptionNotFound"]);
    expect(codes(await ews.ask(pullXml({ watermark: "AAAA" })))).toEqual(["ErrorInvalidWatermark"]);
  });

  test("has to be the one that was given last", async () => {
    const subscription = await subscribed(ews, pullXml());
    const before = { ...subscription };
    await store();
    await pulled(ews, subscription);
    for (const watermark of [before.watermark, "nonsense"])
      expect(codes(await ews.ask(getEventsXml({ ...subscription, watermark })))).toEqual([
        "ErrorInvalidWatermark",
      ]);
  });
});

describe("a subscription is refused", () => {
  const foreign = `<t:DistinguishedFolderId Id="inbox"><t:Mailbox><t:EmailAddress>${ben}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`;
  test.each([
    ["to no folder", pullXml({ folders: [] }), "ErrorInvalidSubscriptionRequest"],
    [
      "to some folders and all",
      pullXml({ folders: "all", ids: folderXml() }),
      "ErrorInvalidSubscriptionRequest",
    ],
    ["to somebody else's folder", pullXml({ ids: foreign }), "ErrorSubscriptionDelegateAccessNotSupported"],
    ["to what is no folder", pullXml({ ids: '<t:FolderId Id="x"/>' }), "ErrorInvalidIdMalformed"],
  ])("%s", async (_, xml, code) => {
    expect(codes(await ews.ask(xml))).toEqual([code]);
  });

  test("to events that there are none of, and for longer than a day", async () => {
    for (const xml of [pullXml({ types: ["CoffeeEvent"] }), pullXml({}, 1441), pullXml({ types: [] })]) {
      const answered = await ews.raw(
        `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><Body>${xml}</Body></Envelope>`,
      );
      expect(codes(answered)).toEqual(["ErrorSchemaValidation"]);
    }
  });

  test("to whom it does not belong", async () => {
    const subscription = await subscribed(ews, pullXml());
    for (const xml of [getEventsXml(subscription), unsubscribeXml(subscription.id)])
      expect(codes(await ews.ask(xml, { as: ben }))).toEqual(["ErrorSubscriptionAccessDenied"]);
    expect(codes(await ews.ask(unsubscribeXml("nonsense")))).toEqual(["ErrorInvalidSubscription"]);
  });

  test("beyond as many as a mailbox may have, until one expires", async () => {
    const strict = await startEws(undefined, { ...clock, policy: { ewsMaxSubscriptions: 2 } });
    const first = await subscribed(strict, pullXml({}, 1));
    await subscribed(strict, pullXml({}, 10));
    expect(codes(await strict.ask(pullXml()))).toEqual(["ErrorExceededSubscriptionCount"]);
    expect(codes(await strict.ask(pullXml(), { as: ben }))).toEqual(["NoError"]);
    clock.pass(minute);
    expect(codes(await strict.ask(pullXml()))).toEqual(["NoError"]);
    expect(codes(await strict.ask(getEventsXml(first)))).toEqual(["ErrorSubscriptionNotFound"]);
    await strict.close();
  });
});

describe("what goes wrong with notifications on request", () => {
  test("one is missed, one comes twice", async () => {
    const subscription = await subscribed(ews, pullXml({ types: ["CreatedEvent"] }));
    ews.organization.faults.add({ protocol: "ews", failure: "missed", mailbox: anna });
    ews.organization.faults.add({ protocol: "ews", failure: "duplicate", operation: "CreatedEvent" });
    for (let number = 0; number < 3; number++) await store();
    const events = await pulled(ews, subscription);
    const ids = events.map((event) => idIn(event, "t:ItemId"));
    expect([ids.length, new Set(ids).size]).toEqual([3, 2]);
  });

  test("one comes before its item can be read", async () => {
    const subscription = await subscribed(ews, pullXml({ folders: ["sentitems"], types: ["CreatedEvent"] }));
    ews.organization.faults.add({ protocol: "ews", failure: "early", delay: 500 });
    const key = await create(ews, { before: "<t:Subject>x</t:Subject>" });
    const [event] = await pulled(ews, subscription);
    expect(idIn(event, "t:ItemId")).toBe(key.id);
    expect(codes(await ews.ask(getXml([key])))).toEqual(["ErrorItemNotFound"]);
    clock.pass(500);
    expect(keyIn(await ews.ask(getXml([key]))).id).toBe(key.id);
  });
});
