import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../manual-clock.ts";
import { all, anna, codes, startEws, type EwsTest } from "./client.ts";
import { create } from "./requests.ts";
import { eventsIn, getEventsXml, namesOf, pushXml, subscribed, unsubscribeXml } from "./subscriptions-xml.ts";
import { readXml, type Element } from "./xml.ts";

const minute = 60_000;
let clock: ManualClock;
let ews: EwsTest;
const opened: (() => Promise<void>)[] = [];

beforeEach(async () => {
  clock = createManualClock();
  ews = await startEws(undefined, clock);
});
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
  await ews.close();
});

/** A client's web service: every notification that comes, and what it is answered: a status, or an HTTP error. */
async function service(options: { tls?: boolean } = {}) {
  const come: {
    text: string;
    headers: IncomingMessage["headers"];
    answer: (with_: string | number) => void;
  }[] = [];
  let arrived = Promise.withResolvers<void>();
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = (await buffer(request)).toString("utf8");
    const answer = (with_: string | number): void => {
      if (typeof with_ === "number") return void response.writeHead(with_).end();
      const result = `<SendNotificationResult xmlns="http://schemas.microsoft.com/exchange/services/2006/messages"><SubscriptionStatus>${with_}</SubscriptionStatus></SendNotificationResult>`;
      response.end(
        `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${result}</s:Body></s:Envelope>`,
      );
    };
    come.push({ text, headers: request.headers, answer });
    arrived.resolve();
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch((error: unknown) => arrived.reject(error));
  };
  const server = options.tls
    ? createTlsServer(await ews.organization.authority.issue(["localhost", "127.0.0.1"]), listener)
    : createServer(listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  opened.push(
    () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls ? "https" : "http"}://127.0.0.1:${port}/listener`,
    /** The next notification, and how to answer it. */
    next: async (): Promise<{
      body: Element;
      headers: IncomingMessage["headers"];
      answer: (with_: string | number) => void;
    }> => {
      if (come.length === 0) await arrived.promise;
      arrived = Promise.withResolvers<void>();
      const one = come.shift();
      if (!one) throw new Error("Nothing came.");
      return { body: readXml(one.text), headers: one.headers, answer: one.answer };
    },
  };
}

/** Resolves when the server has taken the last answer, and will go on in so many milliseconds. */
async function resting(milliseconds: number): Promise<void> {
  await expect.poll(() => clock.waiting()).toEqual([milliseconds]);
}
const sentItem = () => create(ews, { before: "<t:Subject>x</t:Subject>", folder: "inbox" });

describe("a push subscription", () => {
  test("is told at once that it stands, then of events with their watermarks", async () => {
    const { url, next } = await service();
    const subscription = await subscribed(ews, pushXml(url));
    const first = await next();
    expect(first.headers["soapaction"]).toMatch(/\/messages\/SendNotification"$/);
    expect(all(first.body, "t:SubscriptionId")[0]?.text).toBe(subscription.id);
    expect(all(first.body, "t:PreviousWatermark")[0]?.text).toBe(subscription.watermark);
    expect(namesOf(eventsIn(first.body))).toEqual(["StatusEvent"]);
    first.answer("OK");
    await sentItem();
    const second = await next();
    expect(namesOf(eventsIn(second.body))).toEqual(["CreatedEvent item", "ModifiedEvent folder"]);
    expect(all(second.body, "t:Watermark")).toHaveLength(2);
    second.answer("OK");
  });

  test("gets what happens meanwhile in the next notification, one at a time", async () => {
    const { url, next } = await service();
    await subscribed(ews, pushXml(url));
    const first = await next();
    await sentItem();
    await sentItem();
    first.answer("OK");
    const second = await next();
    expect(namesOf(eventsIn(second.body)).filter((name) => name === "CreatedEvent item")).toHaveLength(2);
    second.answer("OK");
  });

  test("is told after each StatusFrequency of silence that the server lives", async () => {
    const { url, next } = await service();
    await subscribed(ews, pushXml(url, 3));
    (await next()).answer("OK");
    await resting(3 * minute);
    clock.pass(3 * minute);
    const status = await next();
    expect(namesOf(eventsIn(status.body))).toEqual(["StatusEvent"]);
    status.answer("OK");
  });

  test("ends when the client answers so, and with no other word of it", async () => {
    const { url, next } = await service();
    const subscription = await subscribed(ews, pushXml(url));
    expect(codes(await ews.ask(unsubscribeXml(subscription.id)))).toEqual(["ErrorInvalidSubscription"]);
    expect(codes(await ews.ask(getEventsXml(subscription)))).toEqual(["ErrorInvalidPullSubscriptionId"]);
    (await next()).answer("Unsubscribe");
    await expect
      .poll(async () => codes(await ews.ask(getEventsXml(subscription))))
      .toEqual(["ErrorSubscriptionNotFound"]);
    expect(clock.waiting()).toHaveLength(0);
  });

  test("is tried again after 30 s and then twice as long, and given up beyond StatusFrequency", async () => {
    const { url, next } = await service();
    const subscription = await subscribed(ews, pushXml(url, 2));
    const first = await next();
    await sentItem();
    first.answer(500);
    for (const [wait, answer] of [
      [30_000, "Perhaps"],
      [60_000, 503],
      [120_000, 404],
    ] as const) {
      await resting(wait);
      clock.pass(wait);
      const again = await next();
      expect(namesOf(eventsIn(again.body))).toEqual(["StatusEvent"]);
      again.answer(answer);
    }
    await expect
      .poll(async () => codes(await ews.ask(getEventsXml(subscription))))
      .toEqual(["ErrorSubscriptionNotFound"]);
  });

  test("goes on after a failure with what happened since", async () => {
    const { url, next } = await service();
    await subscribed(ews, pushXml(url, 2));
    const first = await next();
    await sentItem();
    first.answer(500);
    await resting(30_000);
    clock.pass(30_000);
    (await next()).answer("OK");
    const events = await next();
    expect(namesOf(eventsIn(events.body))).toContain("CreatedEvent item");
    events.answer("OK");
  });

  test("reaches a service over TLS with a certificate of the organization's authority", async () => {
    const { url, next } = await service({ tls: true });
    await subscribed(ews, pushXml(url));
    const first = await next();
    expect(namesOf(eventsIn(first.body))).toEqual(["StatusEvent"]);
    first.answer("OK");
  });

  test.each([
    ["https://client.example.org/listener"],
    ["http://10.0.0.1/"],
    ["ftp://127.0.0.1/"],
    ["listener"],
  ])("is refused for %s", async (url) => {
    expect(codes(await ews.ask(pushXml(url)))).toEqual(["ErrorInvalidPushSubscriptionUrl"]);
  });

  test("ends with the server, whatever is under way", async () => {
    const { url, next } = await service();
    await subscribed(ews, pushXml(url), { as: anna });
    await next();
    await ews.close();
    await expect.poll(() => clock.waiting()).toHaveLength(0);
    ews = await startEws(undefined, clock);
  });
});
