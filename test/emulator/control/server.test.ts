import { Agent, request } from "undici";
import { afterEach, beforeEach, expect, test } from "vitest";
import { basic } from "../admin/session.ts";
import { getFoldersXml } from "../ews/folder-requests.ts";
import { folderXml } from "../ews/requests.ts";
import { soap } from "../ews/client.ts";
import { recipientByAddress, sideOf } from "../store.ts";
import { startWorld, type World } from "../world.ts";

let world: World;
let dispatcher: Agent;
beforeEach(async () => {
  world = await startWorld();
  dispatcher = new Agent({ connect: { ca: world.organization.authority.ca } });
});
afterEach(async () => {
  await dispatcher.close();
  await world.close();
});

async function control(
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
  token = world.control.token,
): Promise<{ status: number; text: string }> {
  const answer = await request(`${world.control.url}/${path}`, {
    dispatcher,
    method,
    headers: { Authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}

const inbox = getFoldersXml(folderXml("inbox"), "IdOnly");

async function getInbox(address: string): Promise<{ status: number; text: string }> {
  const password = recipientByAddress(sideOf(world.organization, "onPremises"), address)?.password ?? "";
  const answer = await request(world.onPremises.ews, {
    dispatcher,
    method: "POST",
    headers: { "Content-Type": "text/xml", Authorization: basic(address, password) },
    body: soap(inbox),
  });
  return { status: answer.statusCode, text: await answer.body.text() };
}

const anna = "anna.weber@contoso.com";
const ben = "ben.fischer@contoso.com";

test("who lacks the token may do nothing", async () => {
  expect((await control("GET", "faults", undefined, "guessed")).status).toBe(401);
});

test("requests are counted by side and protocol", async () => {
  const requests = async (): Promise<unknown> => JSON.parse((await control("GET", "requests")).text);
  expect(await requests()).toEqual({});
  await getInbox(anna);
  await getInbox(ben);
  expect(await requests()).toEqual({ "onPremises ews": 2 });
});

test("faults are set, listed and taken back", async () => {
  const fault = {
    protocol: "ews",
    operation: "GetFolder",
    mailbox: anna,
    failure: "throttle",
    retryAfter: 3,
  };
  expect(await control("POST", "faults", fault)).toEqual({ status: 201, text: '{"ids":[1]}' });
  expect(JSON.parse((await control("GET", "faults")).text)).toEqual({
    faults: [{ ...fault, id: 1, left: 1 }],
  });
  expect((await getInbox(ben)).text).toContain("NoError");
  const busy = await getInbox(anna);
  expect(busy.status).toBe(500);
  expect(busy.text).toMatch(/ErrorServerBusy.*BackOffMilliseconds">3000/s);
  await control("POST", "faults", [fault, fault]);
  expect((await control("DELETE", "faults/2")).status).toBe(204);
  expect((await control("DELETE", "faults/2")).status).toBe(404);
  expect((await control("DELETE", "faults")).status).toBe(204);
  expect((await getInbox(anna)).text).toContain("NoError");
});

test("an answer is cut short, and the client is not deceived", async () => {
  await control("POST", "faults", { protocol: "ews", failure: "truncate", bytes: 40 });
  await expect(getInbox(anna)).rejects.toThrow(/terminated|closed|aborted|hang up/i);
});

test("a slow answer comes whole", async () => {
  await control("POST", "faults", { protocol: "ews", failure: "drip", bytes: 20_000 });
  expect((await getInbox(anna)).text).toContain("</Envelope>");
});

test("an error and an expired sign-in have the protocol's own form", async () => {
  await control("POST", "faults", [
    { protocol: "ews", failure: "error" },
    { protocol: "ews", failure: "expired", delay: 1 },
  ]);
  expect((await getInbox(anna)).text).toContain("ErrorInternalServerError");
  expect((await getInbox(anna)).status).toBe(401);
});

test("settings are read and changed while it runs", async () => {
  const usual = {
    mailAdvancedFrom: "2026-12-31T00:00:00.000Z",
    ewsRetired: null,
    tokenLifetime: 3_600_000,
    permissionCache: 0,
    adminLimits: null,
    extendedProtection: "allow",
  };
  expect(JSON.parse((await control("GET", "settings")).text)).toEqual(usual);
  const changed = await control("POST", "settings", { mailAdvancedFrom: "2026-01-01" });
  expect(JSON.parse(changed.text)).toEqual({ ...usual, mailAdvancedFrom: "2026-01-01T00:00:00.000Z" });
  expect(world.organization.settings.mailAdvancedFrom).toBe(Date.UTC(2026, 0, 1));
  expect(await control("POST", "settings", { mailAdvancedFrom: "soon" })).toMatchObject({ status: 400 });
  expect(await control("POST", "settings", { tokenLifetime: -1 })).toMatchObject({ status: 400 });
  expect(await control("POST", "settings", { extendedProtection: "off" })).toMatchObject({ status: 400 });
  const limits = { atOnce: 3, cmdlets: 100, milliseconds: 60_000 };
  await control("POST", "settings", { adminLimits: limits, permissionCache: 5000, ewsRetired: "2026-10-01" });
  expect(JSON.parse((await control("GET", "settings")).text)).toMatchObject({
    adminLimits: limits,
    permissionCache: 5000,
    ewsRetired: "2026-10-01T00:00:00.000Z",
  });
  expect(await control("POST", "settings", { adminLimits: { atOnce: 3 } })).toMatchObject({ status: 400 });
  const back = await control("POST", "settings", { adminLimits: null, ewsRetired: null });
  expect(JSON.parse(back.text)).toMatchObject({ adminLimits: null, ewsRetired: null });
});

test("what an application holds is changed as in Entra, and kept", async () => {
  const held = { directoryRoles: ["Global Reader"], permissions: ["Exchange.ManageAsApp"] };
  expect(await control("POST", "rights", { appId: "nobody", ...held })).toMatchObject({ status: 404 });
  expect(await control("POST", "rights", {})).toMatchObject({ status: 400 });
  expect(await control("POST", "rights", held)).toMatchObject({ status: 204 });
  expect(world.organization.store.applications[0]).toMatchObject(held);
});

test("an application's tokens are revoked", async () => {
  const before = Math.floor(Date.now() / 1000);
  expect(await control("POST", "revocations", { appId: "nobody" })).toMatchObject({ status: 404 });
  expect(await control("POST", "revocations", {})).toMatchObject({ status: 204 });
  expect(world.organization.store.applications[0]?.revokedBefore).toBeGreaterThanOrEqual(before);
});

test("a subscription of Graph is removed on request, and only one that is there", async () => {
  const subscription = {
    id: "7f105c7d-2dc5-4530-97cd-4e7ae6534c07",
    applicationId: "a",
    owner: [...sideOf(world.organization, "online").mailboxes.keys()][0] ?? "",
    resource: "users/x/messages",
    query: "",
    changeTypes: [],
    notificationUrl: "https://localhost/",
    expires: Date.now() + 60_000,
    challengeAt: Date.now() + 60_000,
    latestSupportedTlsVersion: "v1_2",
  };
  world.organization.store.subscriptions?.set(subscription.id, subscription);
  expect(JSON.parse((await control("GET", "subscriptions")).text)).toEqual({ subscriptions: [subscription] });
  const removal = { id: subscription.id, event: "subscriptionRemoved" };
  expect(await control("POST", "subscriptions", { ...removal, event: "ended" })).toMatchObject({
    status: 400,
  });
  expect(await control("POST", "subscriptions", removal)).toMatchObject({ status: 204 });
  expect(await control("POST", "subscriptions", removal)).toMatchObject({ status: 404 });
});

test.each([
  ["{", "The body is no JSON"],
  [{ protocol: "pop3", failure: "error" }, "/protocol must be equal to one of the allowed values: admin,ews"],
  [{ protocol: "ews", failure: "error", often: 1 }, "/ must NOT have additional properties: often"],
  [[], "/ must NOT have fewer than 1 items"],
])("%j is refused with what is wrong", async (body, text) => {
  const refused = await control("POST", "faults", body);
  expect(refused.status).toBe(400);
  expect(refused.text).toContain(text);
});
