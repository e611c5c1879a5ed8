import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { graphPermissions } from "../access.ts";
import { startGraph, uma, type GraphTest } from "../client.ts";
import { createAuthority } from "../../tls.ts";
import { startReceiver, usualAnswer, type Receiver } from "./receiver.ts";
import { createSubscriber } from "./subscriber.ts";
import { createManualClock, type ManualClock } from "../../manual-clock.ts";

const minute = 60_000;
const start = Date.UTC(2026, 10, 22);
let clock: ManualClock;
let graph: GraphTest;
let hook: Receiver;
beforeEach(async () => {
  clock = createManualClock(start);
  graph = await startGraph({ ...clock, hosts: [["hooks.contoso.com", "127.0.0.1:1"]] });
  hook = await startReceiver(graph.organization);
});
afterEach(async () => {
  await hook.close();
  await graph.close();
});

const later = (minutes: number): string => new Date(clock.now() + minutes * minute).toISOString();
const wanted = (more: object = {}): Record<string, unknown> => ({
  changeType: "created,updated",
  notificationUrl: `${hook.origin}/hook?tenant=1`,
  resource: `users/${uma}/mailFolders('SentItems')/messages`,
  expirationDateTime: later(60),
  clientState: "secret",
  ...more,
});
const create = (more: object = {}) => graph.ask("POST /subscriptions", wanted(more));

test("a subscription is made once its endpoint has echoed the token, and is read, renewed and deleted", async () => {
  const made = await create();
  const [validation] = hook.validations;
  expect(hook.validations).toHaveLength(1);
  expect(validation).toMatchObject({ type: "text/plain; charset=utf-8", body: "" });
  expect(validation?.url.search).toMatch(/^\?tenant=1&validationToken=Validation%3A/);
  expect(made).toMatchObject({
    status: 201,
    data: {
      applicationId: graph.application.appId,
      changeType: "created,updated",
      clientState: "secret",
      resource: `users/${uma}/mailFolders('SentItems')/messages`,
      expirationDateTime: later(60),
      latestSupportedTlsVersion: "v1_2",
      includeResourceData: null,
    },
  });
  const one = `/subscriptions/${String(made.data["id"])}`;
  expect((await graph.ask(`GET ${one}`)).data).toMatchObject({ id: made.data["id"], clientState: "secret" });
  expect((await graph.ask("GET /subscriptions")).value).toHaveLength(1);
  const renewed = await graph.ask(`PATCH ${one}`, { expirationDateTime: later(10_080) });
  expect(renewed).toMatchObject({ status: 200, data: { expirationDateTime: later(10_080) } });
  expect(await graph.ask(`POST ${one}/reauthorize`)).toMatchObject({ status: 204 });
  expect(await graph.ask(`DELETE ${one}`)).toMatchObject({ status: 204 });
  expect(await graph.ask(`GET ${one}`)).toMatchObject({ status: 404, code: "ResourceNotFound" });
  expect(await graph.ask(`DELETE ${one}`)).toMatchObject({ status: 404 });
  expect(await graph.ask(`PATCH ${one}`, { expirationDateTime: later(60) })).toMatchObject({ status: 404 });
});

test("both endpoints are asked when there is one for lifecycle notifications, the same one twice", async () => {
  const url = `${hook.origin}/same`;
  expect(await create({ notificationUrl: url, lifecycleNotificationUrl: url })).toMatchObject({
    status: 201,
  });
  expect(hook.validations).toHaveLength(2);
});

test.each([
  "users/{id}/messages",
  "/users/{upn}/messages",
  "Users('{id}')/Messages",
  "https://graph.microsoft.com/v1.0/users/{upn}/messages",
  "/users/{upn}/mailfolders/inbox/messages",
  "users/{id}/mailFolders('Inbox')/messages?$filter=isRead eq false&$select=subject",
  "users/{id}/messages?$filter=categories/any(c:c eq 'Red') and not (from/emailAddress/address eq 'x@y')",
])("the resource %s is understood, and answered as it was written", async (written) => {
  const resource = written.replace("{id}", graph.recipient(uma).guid).replace("{upn}", uma);
  expect(await create({ resource })).toMatchObject({ status: 201, data: { resource } });
});

describe("an endpoint that does not prove itself gets no subscription:", () => {
  test.each([
    ["another status", { status: 401 }, "HTTP status code is '401'"],
    ["no body", { status: 200 }, "must exactly match validationToken"],
    ["HTML", { status: 200, type: "text/html", body: "?" }, "must exactly match validationToken"],
  ])("%s", async (_what, answer, message) => {
    hook.answer = ({ url }) =>
      "body" in answer ? { ...answer, body: url.searchParams.get("validationToken") ?? "" } : answer;
    const refused = await create();
    expect(refused).toMatchObject({ status: 400, code: "ValidationError" });
    expect(refused.text).toContain(message);
    expect((await graph.ask("GET /subscriptions")).value).toEqual([]);
  });

  test("no answer within ten seconds", async () => {
    hook.answer = () => undefined;
    const [refused] = await Promise.all([create(), hook.next().then(() => clock.pass(10_000))]);
    expect(refused).toMatchObject({ status: 400, code: "ValidationError" });
    expect(refused.text).toContain("timed out");
  });

  test("a certificate of another authority, unless any will do", async () => {
    const other = await createAuthority();
    const stranger = await startReceiver(graph.organization, await other.issue(["127.0.0.1"]));
    const notificationUrl = `${stranger.origin}/`;
    expect(await create({ notificationUrl })).toMatchObject({ status: 400, code: "ValidationError" });
    expect(stranger.validations).toEqual([]);
    const trusting = await startGraph({ ...clock, anyCertificate: true });
    const body = wanted({ notificationUrl });
    expect(await trusting.ask("POST /subscriptions", body)).toMatchObject({ status: 201 });
    await trusting.close();
    await stranger.close();
  });

  test.each([
    "https://hooks.example.com/x",
    "https://10.0.0.1/",
    "http://127.0.0.1/",
    "ftp://localhost/",
    "hook",
  ])("%s is not contacted", async (notificationUrl) => {
    expect(await create({ notificationUrl })).toMatchObject({ status: 400, code: "ValidationError" });
  });

  test("plain HTTP will do where that was asked for", async () => {
    const plain = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? "/", "http://localhost");
      response.setHeader("Content-Type", "text/plain").end(searchParams.get("validationToken"));
    }).listen(0, "127.0.0.1");
    await once(plain, "listening");
    const address = plain.address();
    const notificationUrl = `http://localhost:${typeof address === "object" && address ? address.port : 0}/`;
    const insecure = await startGraph({ ...clock, insecure: true });
    const body = wanted({ notificationUrl });
    expect(await insecure.ask("POST /subscriptions", body)).toMatchObject({ status: 201 });
    await insecure.close();
    plain.close();
  });

  test("a name that stands for this computer is reached there", async () => {
    const named = await graph.organization.authority.issue(["hooks.contoso.com"]);
    const endpoint = await startReceiver(graph.organization, named);
    graph.organization.hosts.set("hooks.contoso.com", new URL(endpoint.origin).host);
    expect(await create({ notificationUrl: "https://hooks.contoso.com/x" })).toMatchObject({ status: 201 });
    expect(endpoint.validations).toHaveLength(1);
    await endpoint.close();
  });
});

describe("what Graph does not take is refused before anybody is contacted:", () => {
  afterEach(() => expect(hook.validations).toEqual([]));

  test.each([
    [{ changeType: undefined }, "InvalidRequest", "changeType is a required property"],
    [{ changeType: "created,read" }, "InvalidRequest", "created,read"],
    [{ expirationDateTime: undefined }, "InvalidRequest", "expirationDateTime is a required property"],
    [{ expirationDateTime: "soon" }, "InvalidRequest", "soon"],
    [{ expirationDateTime: "2020-01-01T00:00:00Z" }, "InvalidRequest", "in the future"],
    [{ notificationUrl: undefined }, "InvalidRequest", "notificationUrl is a required property"],
    [{ clientState: "x".repeat(129) }, "InvalidRequest", "128"],
    [{ latestSupportedTlsVersion: "v9" }, "InvalidRequest", "v9"],
    [{ resource: "me/messages" }, "BadRequest", "/me"],
    [{ resource: "users/x/events" }, "InvalidRequest", "users/x/events"],
    [{ resource: "users/%E0/messages" }, "InvalidRequest", "encoded"],
    [{ resource: "users/x/messages?$top=1" }, "InvalidRequest", "$top"],
    [{ resource: "users/x/messages?$filter=isRead eq" }, "BadRequest", "filter"],
    [{ includeResourceData: true }, "InvalidRequest", "encryptionCertificate"],
    [
      { includeResourceData: true, encryptionCertificate: "AAAA", encryptionCertificateId: "1" },
      "InvalidRequest",
      "X.509",
    ],
  ])("%j", async (more, code, text) => {
    const refused = await create(more);
    expect(refused).toMatchObject({ status: 400, code });
    expect(refused.text).toContain(text);
  });

  test.each([
    [10_081, {}, "10080"],
    [1441, { includeResourceData: true }, "1440"],
  ])("%i minutes %j", async (minutes, more, most) => {
    const { certificate } = await createSubscriber();
    const refused = await create({
      ...more,
      encryptionCertificate: certificate,
      encryptionCertificateId: "1",
      resource: `users/${uma}/messages?$select=subject`,
      expirationDateTime: later(minutes),
    });
    expect(refused).toMatchObject({ status: 400, code: "ExtensionError" });
    expect(refused.text).toContain(`Subscription expiration can only be ${most} minutes in the future.`);
  });
});

test.each([
  "$filter=isRead eq true or nothing eq 1",
  "$filter=isRead eq true or odd(subject)",
  "$expand=nothing",
])("a query that no message could answer, %s, is refused", async (query) => {
  const refused = await create({ resource: `users/${uma}/messages?${query}` });
  expect(refused.status).toBe(400);
  expect((await graph.ask("GET /subscriptions")).value).toEqual([]);
});

test("less than 45 minutes are made 45", async () => {
  expect((await create({ expirationDateTime: later(1) })).data).toMatchObject({
    expirationDateTime: later(45),
  });
});

describe("the mailbox has the last word:", () => {
  test("it has to be there, and online", async () => {
    const missing = await create({ resource: "users/nobody@contoso.com/messages" });
    expect(missing).toMatchObject({ status: 404, code: "ExtensionError" });
    const elsewhere = await create({ resource: "users/anna.weber@contoso.com/messages" });
    expect(elsewhere).toMatchObject({ status: 404, code: "ExtensionError" });
    expect(elsewhere.text).toContain("REST API is not yet supported for this mailbox.");
    const folder = await create({ resource: `users/${uma}/mailFolders('nowhere')/messages` });
    expect(folder).toMatchObject({ status: 400, code: "ExtensionError" });
  });

  test("the application needs to be allowed to read there, also to renew", async () => {
    const made = await create();
    graph.application.permissions = ["User.Read.All"];
    expect(await create()).toMatchObject({ status: 403, code: "ExtensionError" });
    const one = `/subscriptions/${String(made.data["id"])}`;
    const renewal = await graph.ask(`PATCH ${one}`, { expirationDateTime: later(60) });
    expect(renewal).toMatchObject({ status: 403, code: "ExtensionError" });
    expect(await graph.ask(`POST ${one}/reauthorize`)).toMatchObject({ status: 403 });
    graph.application.permissions = ["Mail.ReadBasic.All"];
    expect(await create()).toMatchObject({ status: 201 });
  });

  test("it takes a thousand of all applications", async () => {
    const made = await create();
    const { subscriptions } = graph.organization.store;
    const one = subscriptions?.get(String(made.data["id"]));
    if (!subscriptions || !one) throw new Error("no subscription");
    for (let index = 1; index < 1000; index++)
      subscriptions.set(String(index), { ...one, id: String(index), applicationId: "another" });
    expect(await create()).toMatchObject({ status: 403, code: "ExtensionError" });
    expect((await graph.ask("GET /subscriptions")).value).toHaveLength(1);
    clock.pass(61 * minute);
    expect(await create()).toMatchObject({ status: 201 });
  });
});

test("another endpoint has to prove itself, and the permissions that Graph knows suffice", async () => {
  graph.application.permissions = [...graphPermissions];
  const made = await create();
  const one = `/subscriptions/${String(made.data["id"])}`;
  hook.answer = () => ({ status: 500 });
  const notificationUrl = `${hook.origin}/other`;
  expect(await graph.ask(`PATCH ${one}`, { notificationUrl })).toMatchObject({ code: "ValidationError" });
  hook.answer = usualAnswer;
  expect(await graph.ask(`PATCH ${one}`, { notificationUrl })).toMatchObject({ data: { notificationUrl } });
  expect(await graph.ask(`PATCH ${one}`, {})).toMatchObject({ status: 400, code: "InvalidRequest" });
});
