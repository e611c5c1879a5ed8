import { createPublicKey, verify } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readJwt } from "../../login/jwt.ts";
import { copyItem, findFolder, moveItem, removeItem, replaceItem } from "../../mailbox.ts";
import type { Item } from "../../store.ts";
import { mimeOf, startGraph, uma, type GraphTest } from "../client.ts";
import { checkNotifications } from "../schema.ts";
import type { EncryptedContent } from "./encrypt.ts";
import { startReceiver, type Receiver } from "./receiver.ts";
import { createSubscriber } from "./subscriber.ts";
import { createManualClock, type ManualClock } from "../../manual-clock.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
let clock: ManualClock;
let graph: GraphTest;
let hook: Receiver;
beforeEach(async () => {
  clock = createManualClock(Date.UTC(2026, 10, 22));
  graph = await startGraph({ ...clock });
  hook = await startReceiver(graph.organization);
});
afterEach(async () => {
  for (const { body } of hook.received) checkNotifications(JSON.parse(body));
  await hook.close();
  await graph.close();
});

const sent = `users/${uma}/mailFolders('sentitems')/messages`;
const all = `users/${uma}/messages`;

async function subscribe(more: object = {}): Promise<string> {
  const answer = await graph.ask("POST /subscriptions", {
    changeType: "created,updated,deleted",
    notificationUrl: `${hook.origin}/hook`,
    resource: sent,
    expirationDateTime: new Date(clock.now() + 24 * hour).toISOString(),
    clientState: "secret",
    ...more,
  });
  expect(answer).toMatchObject({ status: 201 });
  return String(answer.data["id"]);
}

async function told(): Promise<Record<string, unknown>[]> {
  await graph.notifications.idle();
  return hook.taken();
}

async function kinds(): Promise<unknown[]> {
  return (await told()).map(({ changeType }) => changeType);
}

const store = (name: string, folder = "sentitems"): Promise<Item> =>
  graph.store(folder, mimeOf(name, `${name}@x`));
const folder = (name: string): string => findFolder(graph.mailbox(), name)?.id ?? "";

describe("what happens in a mailbox", () => {
  test("is told with what is needed to read it", async () => {
    const id = await subscribe();
    await store("Offer");
    const [one, ...more] = await told();
    expect(more).toEqual([]);
    const [message] = (await graph.ask(`GET /${sent}`)).value;
    const resource = `Users/${graph.recipient(uma).guid}/Messages/${String(message?.["id"])}`;
    expect(one).toEqual({
      subscriptionId: id,
      subscriptionExpirationDateTime: new Date(clock.now() + 24 * hour).toISOString(),
      tenantId: graph.organization.store.tenantId,
      clientState: "secret",
      changeType: "created",
      resource,
      resourceData: {
        "@odata.type": "#Microsoft.Graph.Message",
        "@odata.id": resource,
        "@odata.etag": message?.["@odata.etag"],
        id: message?.["id"],
      },
    });
    expect(await graph.ask(`GET /${resource}`)).toMatchObject({ status: 200, data: { subject: "Offer" } });
  });

  test("is told of the folder alone: changes, copies into it, and moves out of it, which take a message away", async () => {
    await subscribe();
    const item = await store("Offer");
    await store("Other", "inbox");
    replaceItem(graph.organization, graph.mailbox(), { ...item, isRead: false });
    copyItem(graph.organization, graph.mailbox(), item, folder("sentitems"));
    moveItem(graph.organization, graph.mailbox(), item, folder("inbox"));
    expect(await kinds()).toEqual(["created", "updated", "created", "deleted"]);
  });

  test("is told of the whole mailbox, but for what only recovery sees", async () => {
    await subscribe({ resource: all });
    const item = await store("Offer");
    const moved = moveItem(graph.organization, graph.mailbox(), item, folder("deleteditems"));
    const gone = moveItem(graph.organization, graph.mailbox(), moved, folder("recoverableitemsdeletions"));
    removeItem(graph.organization, graph.mailbox(), gone);
    expect(await kinds()).toEqual(["created", "deleted", "created", "deleted"]);
  });

  test("is told in the types that were asked for, and to nobody else's subscriptions", async () => {
    await subscribe({ changeType: "deleted" });
    await subscribe({ resource: "users/victor.hugo@contoso.com/messages" });
    const item = await store("Offer");
    removeItem(graph.organization, graph.mailbox(), item);
    expect(await kinds()).toEqual(["deleted"]);
  });

  test("with a filter, what begins to match counts as created, and what no longer does as deleted", async () => {
    const before = await store("Before");
    await subscribe({ resource: `${sent}?$filter=isRead eq false` });
    const set = (item: Item, change: Partial<Item>): Item => {
      const changed = { ...item, ...change };
      replaceItem(graph.organization, graph.mailbox(), changed);
      return changed;
    };
    const unread = set(before, { isRead: false });
    set(set(unread, { categories: ["Red"] }), { isRead: true });
    set(before, { categories: ["Blue"], isRead: true });
    await store("Read");
    expect(await kinds()).toEqual(["created", "updated", "deleted"]);
  });

  test("ends with the subscription", async () => {
    const id = await subscribe();
    await graph.ask(`DELETE /subscriptions/${id}`);
    await subscribe();
    clock.pass(24 * hour);
    await store("Late");
    expect(await told()).toEqual([]);
    expect((await graph.ask("GET /subscriptions")).value).toEqual([]);
    expect(graph.organization.store.subscriptions?.size).toBe(0);
  });
});

test("what comes together while an endpoint is busy comes in one request", async () => {
  await subscribe();
  hook.answer = () => undefined;
  const came = hook.next();
  await store("First");
  await came;
  hook.answer = () => ({ status: 202 });
  for (let index = 0; index < 4; index++) await store(`m${index}`);
  clock.pass(3 * second);
  await graph.notifications.idle();
  expect(hook.received.map(({ type }) => type)).toEqual(Array(2).fill("application/json; charset=utf-8"));
  expect(hook.received.map(({ body }) => (JSON.parse(body) as { value: unknown[] }).value.length)).toEqual([
    1, 4,
  ]);
});

describe("an endpoint that does not accept", () => {
  test("is asked again after ten seconds, twenty, forty, until it does", async () => {
    await subscribe();
    hook.answer = () => ({ status: 503 });
    await store("Offer");
    for (const wait of [10, 20, 40]) {
      expect(await kinds()).toEqual(["created"]);
      clock.pass(wait * second - 1);
      expect(await kinds()).toEqual([]);
      if (wait === 40) hook.answer = () => ({ status: 202 });
      clock.pass(1);
    }
    expect(await kinds()).toEqual(["created"]);
    clock.pass(hour);
    expect(await kinds()).toEqual([]);
    expect(graph.organization.store.outbox?.size).toBe(0);
  });

  test("within three seconds is asked again as well", async () => {
    await subscribe();
    hook.answer = () => undefined;
    const came = hook.next();
    await store("Offer");
    await came;
    clock.pass(3 * second);
    await graph.notifications.idle();
    hook.answer = () => ({ status: 200 });
    clock.pass(10 * second);
    expect(await kinds()).toEqual(["created", "created"]);
  });

  test("for four hours loses the notification, and is told that something was missed", async () => {
    const lifecycleNotificationUrl = `${hook.origin}/life`;
    const id = await subscribe({ lifecycleNotificationUrl });
    hook.answer = ({ url }) => ({ status: url.pathname === "/life" ? 202 : 500 });
    await store("Offer");
    await graph.notifications.idle();
    for (let passed = 0; passed < 4.5 * hour; passed += minute) {
      clock.pass(minute);
      await graph.notifications.idle();
    }
    const missed = (await told()).filter((each) => "lifecycleEvent" in each);
    expect(missed).toMatchObject([{ lifecycleEvent: "missed", subscriptionId: id, clientState: "secret" }]);
    hook.answer = () => ({ status: 202 });
    await store("Next");
    expect(await kinds()).toEqual(["created"]);
  });

  test("in time a hundred times over is made to wait, or gets nothing for ten minutes", async () => {
    await subscribe();
    const slowly = async (count: number, took: number): Promise<void> => {
      for (let index = 0; index < count; index++) {
        hook.answer = () => {
          clock.pass(took);
          return { status: 202 };
        };
        await store(`m${count}-${index}`);
        await graph.notifications.idle();
      }
      hook.answer = () => ({ status: 202 });
      hook.taken();
    };
    await slowly(12, 2950);
    await slowly(88, 0);
    await store("Waits");
    expect(await kinds()).toEqual([]);
    clock.pass(10 * second);
    expect(await kinds()).toEqual(["created"]);
    for (let index = 0; index < 20; index++) {
      hook.answer = () => {
        clock.pass(2950);
        return { status: 202 };
      };
      await store(`again${index}`);
      clock.pass(10 * second);
      await graph.notifications.idle();
    }
    hook.answer = () => ({ status: 202 });
    hook.taken();
    await store("Lost");
    clock.pass(10 * minute);
    expect(await kinds()).toEqual([]);
    await store("Heard");
    expect(await kinds()).toEqual(["created"]);
  });
});

test("with resource data the chosen properties come encrypted, with a token that proves the sender", async () => {
  const subscriber = await createSubscriber();
  await subscribe({
    resource: `${sent}?$select=subject,isRead`,
    includeResourceData: true,
    encryptionCertificate: subscriber.certificate,
    encryptionCertificateId: "key-1",
  });
  const item = await store("Grüße");
  removeItem(graph.organization, graph.mailbox(), item);
  await graph.notifications.idle();
  const [body] = hook.received.map((each) => JSON.parse(each.body) as Record<string, unknown>);
  const [created, deleted] = hook.taken();
  const content = created?.["encryptedContent"] as EncryptedContent;
  expect(content).toMatchObject({
    encryptionCertificateId: "key-1",
    encryptionCertificateThumbprint: subscriber.thumbprint,
  });
  expect(subscriber.read(content)).toMatchObject({ subject: "Grüße", isRead: true });
  expect(JSON.stringify(created)).not.toContain("Grüße");
  expect(() => subscriber.read({ ...content, dataSignature: "AAAA" })).toThrow("signature");
  expect(deleted).toMatchObject({ changeType: "deleted" });
  expect(deleted).not.toHaveProperty("encryptedContent");
  const [token] = (body?.["validationTokens"] ?? []) as string[];
  const jwt = readJwt(token ?? "");
  const { tenantId } = graph.organization.store;
  expect(jwt?.claims).toMatchObject({
    aud: graph.application.appId,
    appid: "0bf30f3b-4a52-48df-9a82-234910c4a086",
    iss: `https://sts.windows.net/${tenantId}/`,
    tid: tenantId,
  });
  const keys = await graph.fetch(`${graph.server.origin}/common/discovery/v2.0/keys`, {});
  const found = ((await keys.json()) as { keys: Record<string, unknown>[] }).keys.find(
    ({ kid }) => kid === jwt?.header["kid"],
  );
  if (!jwt || !found) throw new Error("no key");
  expect(verify("sha256", jwt.signed, createPublicKey({ key: found, format: "jwk" }), jwt.signature)).toBe(
    true,
  );
});
