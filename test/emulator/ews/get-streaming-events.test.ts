import { Agent, request } from "undici";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { storeMessage } from "../mailbox.ts";
import type { Item } from "../store.ts";
import { all, anna, at, codes, soap, startEws, type EwsTest } from "./client.ts";
import { create, getXml, keyIn } from "./requests.ts";
import { openStream } from "./streaming-client.ts";
import {
  eventsIn,
  getEventsXml,
  namesOf,
  pullXml,
  streamingXml,
  subscribed,
  unsubscribeXml,
} from "./subscriptions-xml.ts";
import type { Element } from "./xml.ts";

const ben = "ben.fischer@contoso.com";
const siu = "siu@contoso.com";
const minute = 60_000;
let clock: ManualClock;
let ews: EwsTest;
const impersonate = (address: string): string => `<t:SmtpAddress>${address}</t:SmtpAddress>`;

beforeEach(async () => {
  clock = createManualClock();
  ews = await startEws(undefined, { ...clock, policy: { hangingConnectionLimit: 2, streamingQueue: 30 } });
});
afterEach(() => ews.close());

function store(folder = "inbox", address = anna): Promise<Item> {
  const mailbox = ews.side.mailboxes.get(ews.recipient(address).guid);
  if (!mailbox) throw new Error(`${address} has no mailbox`);
  const mime = Buffer.from("Subject: x\r\n\r\nx");
  return storeMessage(ews.organization, mailbox, folder, mime, { at: clock.now() });
}

const statusOf = (message: Element): string | undefined => at(message, "m:ConnectionStatus")?.text;
/** The error of an envelope, and the subscriptions that have it. */
const errorOf = (message: Element): unknown[] => [
  message.attributes["ResponseClass"],
  at(message, "m:ResponseCode")?.text,
  at(message, "m:ErrorSubscriptionIds")?.children.map(({ text }) => text),
];

describe("a stream", () => {
  test("says that it stands, tells events as they happen, lives, and is closed in time", async () => {
    const { id, watermark } = await subscribed(ews, streamingXml());
    expect(watermark).toBe("");
    const stream = await openStream(ews, [id], { minutes: 1 });
    expect([stream.status, statusOf(await stream.next())]).toEqual([200, "OK"]);
    await store();
    const told = await stream.next();
    expect(namesOf(eventsIn(told))).toEqual(["CreatedEvent item", "ModifiedEvent folder"]);
    expect(all(told, "t:SubscriptionId")[0]?.text).toBe(id);
    expect(all(told, "t:Watermark")).toEqual([]);
    clock.pass(45_000);
    expect(statusOf(await stream.next())).toBe("OK");
    clock.pass(15_000);
    expect(statusOf(await stream.next())).toBe("Closed");
    expect(await stream.ended()).toBe(true);
    expect(clock.waiting()).toHaveLength(0);
  });

  test("serves several subscriptions, names those it cannot serve, and tells what waited for it", async () => {
    await ews.cmdlet("New-ManagementRoleAssignment", { Role: "ApplicationImpersonation", User: siu });
    const as = siu;
    const one = await subscribed(ews, streamingXml(), { as, impersonate: impersonate(anna) });
    const two = await subscribed(ews, streamingXml(), { as, impersonate: impersonate(ben) });
    const own = await subscribed(ews, streamingXml());
    const pull = await subscribed(ews, pullXml());
    await store("inbox", ben);
    const stream = await openStream(ews, [one.id, own.id, pull.id, "nonsense", two.id], { as });
    expect(errorOf(await stream.next())).toEqual(["Error", "ErrorSubscriptionAccessDenied", [own.id]]);
    expect(errorOf(await stream.next())).toEqual([
      "Error",
      "ErrorInvalidSubscription",
      [pull.id, "nonsense"],
    ]);
    expect(statusOf(await stream.next())).toBe("OK");
    expect(all(await stream.next(), "t:SubscriptionId")[0]?.text).toBe(two.id);
    await store("inbox", anna);
    expect(all(await stream.next(), "t:SubscriptionId")[0]?.text).toBe(one.id);
    stream.leave();
  });

  test("without a subscription to serve is closed at once", async () => {
    const { id } = await subscribed(ews, streamingXml());
    await ews.ask(unsubscribeXml(id));
    const stream = await openStream(ews, [id]);
    expect(errorOf(await stream.next())).toEqual(["Error", "ErrorSubscriptionNotFound", [id]]);
    expect(statusOf(await stream.next())).toBe("Closed");
    expect(await stream.ended()).toBe(true);
  });

  test("does not hold up the mailbox's other requests", async () => {
    const { id } = await subscribed(ews, streamingXml({ folders: ["sentitems"] }));
    const stream = await openStream(ews, [id]);
    await stream.next();
    const key = await create(ews, { before: "<t:Subject>x</t:Subject>" });
    const [event] = eventsIn(await stream.next());
    expect(at(event, "t:ItemId")?.attributes["Id"]).toBe(key.id);
    expect(keyIn(await ews.ask(getXml([key]))).id).toBe(key.id);
    stream.leave();
  });

  test("is taken over by a second connection, and ends with Unsubscribe", async () => {
    const { id } = await subscribed(ews, streamingXml());
    const first = await openStream(ews, [id]);
    expect(statusOf(await first.next())).toBe("OK");
    const second = await openStream(ews, [id]);
    expect(errorOf(await first.next())).toEqual(["Error", "ErrorNewEventStreamConnectionOpened", [id]]);
    expect(statusOf(await first.next())).toBe("Closed");
    expect(await first.ended()).toBe(true);
    expect(statusOf(await second.next())).toBe("OK");
    await store();
    expect(namesOf(eventsIn(await second.next()))).toContain("CreatedEvent item");
    await ews.ask(unsubscribeXml(id));
    expect(errorOf(await second.next())).toEqual(["Error", "ErrorSubscriptionUnsubscribed", [id]]);
    expect(statusOf(await second.next())).toBe("Closed");
  });

  test("tells that events were lost, and goes on", async () => {
    const { id } = await subscribed(ews, streamingXml());
    for (let number = 0; number < 31; number++) await store();
    const stream = await openStream(ews, [id]);
    expect(statusOf(await stream.next())).toBe("OK");
    expect(errorOf(await stream.next())).toEqual(["Error", "ErrorMissedNotificationEvents", [id]]);
    await store();
    expect(namesOf(eventsIn(await stream.next()))).toContain("CreatedEvent item");
    stream.leave();
  });

  test("ends when the server ends", async () => {
    const { id } = await subscribed(ews, streamingXml());
    const stream = await openStream(ews, [id]);
    await stream.next();
    await ews.close();
    expect(await stream.ended()).toBe(true);
    expect(clock.waiting()).toHaveLength(0);
    ews = await startEws(undefined, clock);
  });
});

describe("a client that goes away", () => {
  test("is noticed: its connection counts no more, and its events wait", async () => {
    const subscriptions = await Promise.all([1, 2, 3].map(() => subscribed(ews, streamingXml())));
    const [first, second, third] = subscriptions.map(({ id }) => id);
    const streams = [await openStream(ews, [first ?? ""]), await openStream(ews, [second ?? ""])];
    const refused = await openStream(ews, [third ?? ""]);
    expect([refused.status, (await refused.next()).name]).toEqual([500, "s:Fault"]);
    expect(clock.waiting()).toHaveLength(4);
    streams[0]?.leave();
    await expect.poll(() => clock.waiting()).toHaveLength(2);
    await store();
    const again = await openStream(ews, [first ?? ""]);
    expect([again.status, statusOf(await again.next())]).toEqual([200, "OK"]);
    expect(namesOf(eventsIn(await again.next()))).toContain("CreatedEvent item");
    for (const stream of [...streams, again]) stream.leave();
  });

  test("for half an hour loses its subscription, but not while it listens", async () => {
    const { id } = await subscribed(ews, streamingXml());
    clock.pass(29 * minute);
    const stream = await openStream(ews, [id], { minutes: 30 });
    await stream.next();
    clock.pass(30 * minute);
    while (statusOf(await stream.next()) !== "Closed");
    clock.pass(29 * minute);
    const again = await openStream(ews, [id], { minutes: 1 });
    expect(statusOf(await again.next())).toBe("OK");
    again.leave();
    await expect.poll(() => clock.waiting()).toHaveLength(0);
    clock.pass(30 * minute);
    expect(errorOf(await (await openStream(ews, [id])).next())).toEqual([
      "Error",
      "ErrorExpiredSubscription",
      [id],
    ]);
  });

  test("that was away gets what waited, in envelopes of a hundred events at most", async () => {
    const wide = await startEws(undefined, { ...clock, policy: { streamingQueue: 5000 } });
    const { id } = await subscribed(
      wide,
      streamingXml({ folders: ["drafts"], types: ["ModifiedEvent", "CreatedEvent"] }),
    );
    const mailbox = wide.side.mailboxes.get(wide.recipient(anna).guid);
    if (!mailbox) throw new Error("no mailbox");
    for (let number = 0; number < 1000; number++)
      await storeMessage(wide.organization, mailbox, "drafts", Buffer.from("Subject: x\r\n\r\nx"), {
        at: clock.now(),
      });
    const stream = await openStream(wide, [id]);
    let seen = 0;
    while (seen < 1000) {
      const message = await stream.next();
      const created = all(message, "t:CreatedEvent").length;
      expect(created).toBeLessThanOrEqual(100);
      seen += created;
    }
    expect(seen).toBe(1000);
    stream.leave();
    await wide.close();
  });
});

describe("a stream is refused", () => {
  test("for longer than half an hour, without subscriptions, and for more than two hundred", async () => {
    const ask = (ids: string, minutes: number) =>
      ews.raw(
        soap(
          `<m:GetStreamingEvents><m:SubscriptionIds>${ids}</m:SubscriptionIds><m:ConnectionTimeout>${minutes}</m:ConnectionTimeout></m:GetStreamingEvents>`,
        ),
      );
    const id = "<t:SubscriptionId>x</t:SubscriptionId>";
    expect(codes(await ask(id, 31))).toEqual(["ErrorSchemaValidation"]);
    expect(codes(await ask("", 30))).toEqual(["ErrorSchemaValidation"]);
    expect(codes(await ask(id.repeat(201), 30))).toEqual(["ErrorExceededSubscriptionCount"]);
  });

  test("as a pull subscription", async () => {
    const { id } = await subscribed(ews, streamingXml());
    const watermark = (await subscribed(ews, pullXml())).watermark;
    expect(codes(await ews.ask(getEventsXml({ id, watermark })))).toEqual(["ErrorInvalidPullSubscriptionId"]);
  });
});

test("who asks to stay with one server is told which one by a cookie", async () => {
  const dispatcher = new Agent({ connect: { ca: ews.organization.authority.ca } });
  const ask = async (headers: Record<string, string>) => {
    const login = Buffer.from(`${anna}:${ews.recipient(anna).password ?? ""}`).toString("base64");
    const all = { "Content-Type": "text/xml", Authorization: `Basic ${login}`, ...headers };
    const body = soap(streamingXml());
    const answer = await request(ews.url, { dispatcher, method: "POST", headers: all, body });
    expect(await answer.body.text()).toContain("NoError");
    return [answer.headers["set-cookie"] ?? []].flat().find((each) => each.startsWith("X-BackEnd"));
  };
  const asking = { "X-AnchorMailbox": anna, "X-PreferServerAffinity": "true" };
  expect(await ask(asking)).toMatch(/^X-BackEndOverrideCookie=mail\.contoso\.com~/);
  expect(await ask({})).toBeUndefined();
  await dispatcher.close();
});

describe("a failure that a test asked for", () => {
  test.each([
    ["before anything is sent", { failure: "drop" as const }, undefined],
    ["after the first envelope", { failure: "truncate" as const }, "OK"],
  ])("breaks a stream %s, and the subscription stays", async (_, fault, status) => {
    const { id } = await subscribed(ews, streamingXml());
    ews.organization.faults.add({ protocol: "ews", operation: "GetStreamingEvents", ...fault });
    if (status === undefined) await expect(openStream(ews, [id])).rejects.toThrow(/hang up|ECONNRESET/);
    else {
      const stream = await openStream(ews, [id]);
      expect(statusOf(await stream.next())).toBe(status);
      await store();
      expect(await stream.ended()).toBe(true);
    }
    await expect.poll(() => clock.waiting()).toHaveLength(0);
    const again = await openStream(ews, [id]);
    expect(statusOf(await again.next())).toBe("OK");
    again.leave();
  });

  test("impersonation that is not granted opens none", async () => {
    const asking = { as: ben, impersonate: impersonate(anna) };
    expect(codes(await ews.ask(streamingXml(), asking))).toEqual(["ErrorImpersonateUserDenied"]);
  });
});
