import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { replaceItem } from "../../mailbox.ts";
import { mimeOf, startGraph, uma, type GraphTest } from "../client.ts";
import { checkNotifications } from "../schema.ts";
import { startReceiver, type Receiver } from "./receiver.ts";
import { createManualClock, type ManualClock } from "../../manual-clock.ts";

const minute = 60_000;
const hour = 60 * minute;
let clock: ManualClock;
let graph: GraphTest;
let hook: Receiver;
let dataFolder: string;
beforeEach(async () => {
  clock = createManualClock(Date.UTC(2026, 10, 22));
  dataFolder = await mkdtemp(join(tmpdir(), "graph-notifications-"));
  graph = await startGraph({ ...clock, dataFolder });
  hook = await startReceiver(graph.organization);
});
afterEach(async () => {
  for (const { body } of hook.received) checkNotifications(JSON.parse(body));
  await hook.close();
  await graph.close();
  await graph.organization.flush();
  await rm(dataFolder, { recursive: true });
});

async function subscribe(lifetime = 4 * hour, more: object = {}): Promise<string> {
  const answer = await graph.ask("POST /subscriptions", {
    changeType: "created,updated,deleted",
    notificationUrl: `${hook.origin}/hook`,
    lifecycleNotificationUrl: `${hook.origin}/life`,
    resource: `users/${uma}/messages`,
    expirationDateTime: new Date(clock.now() + lifetime).toISOString(),
    clientState: "secret",
    ...more,
  });
  expect(answer).toMatchObject({ status: 201 });
  return String(answer.data["id"]);
}

/** What came to an endpoint: types of change, or lifecycle events. */
async function came(): Promise<unknown[]> {
  await graph.notifications.idle();
  return hook.taken().map((each) => each["lifecycleEvent"] ?? each["changeType"]);
}
const store = (name: string) => graph.store("sentitems", mimeOf(name, `${name}@x`));

describe("a subscription that is about to end", () => {
  test("asks to be reauthorized, every quarter of an hour until it is", async () => {
    const id = await subscribe();
    clock.pass(3 * hour - 1);
    expect(await came()).toEqual([]);
    clock.pass(1);
    await graph.notifications.idle();
    expect(hook.received.map(({ url }) => url.pathname)).toEqual(["/life"]);
    expect(hook.taken()).toEqual([
      {
        subscriptionId: id,
        subscriptionExpirationDateTime: new Date(clock.now() + hour).toISOString(),
        tenantId: graph.organization.store.tenantId,
        clientState: "secret",
        lifecycleEvent: "reauthorizationRequired",
      },
    ]);
    clock.pass(15 * minute);
    expect(await came()).toEqual(["reauthorizationRequired"]);
    expiring(await graph.ask(`PATCH /subscriptions/${id}`, { expirationDateTime: in4Hours() }));
    clock.pass(hour);
    expect(await came()).toEqual([]);
    await store("Still");
    expect(await came()).toEqual(["created"]);
  });

  const in4Hours = (): string => new Date(clock.now() + 4 * hour).toISOString();
  const expiring = (answer: { status: number }): void => expect(answer.status).toBe(200);

  test("says nothing when it has no endpoint for that, and ends without a word", async () => {
    await subscribe(4 * hour, { lifecycleNotificationUrl: null });
    clock.pass(4 * hour);
    await store("Late");
    expect(await came()).toEqual([]);
  });
});

test("who loses the permission is asked to reauthorize, and misses everything until it can", async () => {
  const id = await subscribe();
  const { permissions } = graph.application;
  graph.application.permissions = [];
  await store("Unseen");
  await store("Unseen too");
  expect(await came()).toEqual(["reauthorizationRequired"]);
  expect(await graph.ask(`POST /subscriptions/${id}/reauthorize`)).toMatchObject({ status: 403 });
  graph.application.permissions = permissions;
  await store("Not yet");
  expect(await came()).toEqual([]);
  expect(await graph.ask(`POST /subscriptions/${id}/reauthorize`)).toMatchObject({ status: 204 });
  await store("Seen");
  expect(await came()).toEqual(["created"]);
});

test("a subscription can be removed by the service, which says so", async () => {
  const id = await subscribe();
  const subscription = graph.organization.store.subscriptions?.get(id);
  if (!subscription) throw new Error("no subscription");
  graph.notifications.upset(subscription, "missed");
  graph.notifications.upset(subscription, "subscriptionRemoved");
  await store("Unheard");
  expect(await came()).toEqual(["missed", "subscriptionRemoved"]);
  expect(await graph.ask(`GET /subscriptions/${id}`)).toMatchObject({ status: 404 });
});

test("a mailbox that is removed takes its subscriptions along", async () => {
  await subscribe();
  graph.side.mailboxes.delete(graph.recipient(uma).guid);
  clock.pass(3 * hour);
  expect(await came()).toEqual(["subscriptionRemoved"]);
});

test("subscriptions and what was not accepted yet outlive a restart", async () => {
  const id = await subscribe();
  hook.answer = () => ({ status: 503 });
  await store("Before");
  expect(await came()).toEqual(["created"]);
  await graph.close();
  await graph.organization.flush();
  graph = await startGraph({ ...clock, dataFolder });
  hook.answer = () => ({ status: 202 });
  clock.pass(10_000);
  expect(await came()).toEqual(["created"]);
  await store("After");
  expect(await came()).toEqual(["created"]);
  expect((await graph.ask("GET /subscriptions")).value).toMatchObject([{ id }]);
});

describe("notifications are hints:", () => {
  const fault = (failure: "missed" | "early" | "duplicate", delay?: number) =>
    graph.organization.faults.add({
      protocol: "graph",
      operation: "created",
      mailbox: uma,
      failure,
      ...(delay === undefined ? {} : { delay }),
    });

  test("one that never comes is found by delta", async () => {
    await subscribe();
    const delta = `/users/${uma}/mailFolders/sentitems/messages/delta`;
    const before = (await graph.ask(`GET ${delta}`)).data["@odata.deltaLink"];
    fault("missed");
    await store("Missed");
    await store("Heard");
    expect(await came()).toEqual(["created"]);
    const found = await graph.ask(`GET ${String(before)}`);
    expect(found.value.map(({ subject }) => subject).toSorted()).toEqual(["Heard", "Missed"]);
  });

  test("one that comes early tells of a message that cannot be read for a while", async () => {
    await subscribe();
    fault("early", 5000);
    await store("Early");
    await graph.notifications.idle();
    const [hint] = hook.taken();
    const resource = `/${String(hint?.["resource"])}`;
    const delta = `/users/${uma}/mailFolders/sentitems/messages/delta`;
    expect(await graph.ask(`GET ${resource}`)).toMatchObject({ status: 404, code: "ErrorItemNotFound" });
    const round = await graph.ask(`GET ${delta}`);
    expect(round.value).toEqual([]);
    expect((await graph.ask(`GET /users/${uma}/messages`)).value).toEqual([]);
    clock.pass(5000);
    expect(await graph.ask(`GET ${resource}`)).toMatchObject({ status: 200, data: { subject: "Early" } });
    expect((await graph.ask(`GET ${String(round.data["@odata.deltaLink"])}`)).value).toHaveLength(1);
  });

  test("one may come twice; and faults of requests do not touch them", async () => {
    await subscribe();
    graph.organization.faults.add({ protocol: "graph", failure: "throttle", retryAfter: 1 });
    fault("duplicate");
    const item = await store("Twice");
    expect(await came()).toEqual(["created", "created"]);
    replaceItem(graph.organization, graph.mailbox(), { ...item, isRead: false });
    expect(await came()).toEqual(["updated"]);
    expect(await graph.ask(`GET /users/${uma}/messages`)).toMatchObject({ status: 429 });
  });
});
