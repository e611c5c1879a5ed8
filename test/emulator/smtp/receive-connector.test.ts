import { afterEach, beforeEach, expect, test } from "vitest";
import { createSide, sideOf, type Row } from "../store.ts";
import { anna, ben, headerIn, outsider, plain, startMailWorld, type MailWorld } from "./mail-world.ts";
import { connectorFor } from "./receive-connector.ts";

let world: MailWorld;
beforeEach(async () => {
  world = await startMailWorld({ environment: "onPremises" });
  sideOf(world.organization, "onPremises").objects.delete("ReceiveConnector");
});
afterEach(() => world.close());

const everywhere = ["0.0.0.0-255.255.255.255", "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"];
const frontend: Row = {
  Name: "Default Frontend EX01",
  Enabled: true,
  Bindings: ["[::]:25", "0.0.0.0:25"],
  RemoteIPRanges: everywhere,
  AuthMechanism: "Tls, Integrated, BasicAuth, BasicAuthRequireTLS, ExchangeServer",
  PermissionGroups: "AnonymousUsers, ExchangeServers, ExchangeLegacyServers",
  RequireTLS: false,
  MaxHopCount: 60,
  MaxMessageSize: "36 MB (37,748,736 bytes)",
};
const connector = (row: Row): Row => world.create("ReceiveConnector", { ...frontend, ...row }, "onPremises");
const bring = (to: string, from = outsider, mime = plain(from, to, "Hi")): Promise<string> =>
  world.bring(world.flow.onPremises, { from, to: [to] }, mime);

test("the frontend of a new server takes strangers' mail for people here, and relays nothing", async () => {
  connector({});
  await expect(bring(anna)).resolves.toMatch(/^250/);
  await expect(bring("x@elsewhere.example")).rejects.toThrow("550 5.7.54 SMTP; Unable to relay");
});

test("without AnonymousUsers a server has to sign in", async () => {
  connector({ PermissionGroups: "ExchangeUsers" });
  await expect(bring(anna)).rejects.toThrow("530 5.7.57 Client not authenticated to send mail");
});

test("an externally secured connector relays for its addresses without a sign-in, and counts as internal", async () => {
  connector({});
  connector({
    Name: "Relay",
    RemoteIPRanges: ["127.0.0.1"],
    AuthMechanism: ["Tls", "ExternalAuthoritative"],
    PermissionGroups: ["ExchangeServers"],
  });
  await expect(bring("x@elsewhere.example", anna)).resolves.toMatch(/^250/);
  await bring(ben, anna);
  await world.flow.idle();
  expect(world.flow.internet.received.map(({ to }) => to)).toEqual([["x@elsewhere.example"]]);
  const [mail] = world.folder(ben, "inbox");
  expect(headerIn(mail?.mime, "X-MS-Exchange-Organization-AuthAs")).toBe("Internal");
});

test("an address that no connector means is turned away", async () => {
  connector({ RemoteIPRanges: ["10.0.0.0/8"] });
  await expect(bring(anna)).rejects.toThrow("421 4.3.2 Service not available");
});

test("connectors of other ports, and those turned off, take nothing on port 25", async () => {
  connector({ Bindings: ["0.0.0.0:587"], PermissionGroups: "ExchangeUsers" });
  connector({ Enabled: false, PermissionGroups: "None" });
  await expect(bring(anna)).rejects.toThrow("421 4.3.2 Service not available");
});

test("the hop count and the size that a connector takes are its own", async () => {
  connector({ MaxHopCount: 2, MaxMessageSize: "1 KB (1,024 bytes)" });
  const hops = (count: number): string[] => Array.from({ length: count }, () => "Received: from a by b; x");
  await expect(bring(anna, outsider, plain(outsider, anna, "Near", hops(1)))).resolves.toMatch(/^250/);
  await expect(bring(anna, outsider, plain(outsider, anna, "Far", hops(2)))).rejects.toThrow(
    "554 5.4.14 Hop count",
  );
  await expect(bring(anna, outsider, plain(outsider, anna, "x".repeat(1024)))).rejects.toThrow(
    "552 5.3.4 Message size exceeds fixed maximum message size",
  );
});

test("port 587 offers no sign-in where its connector has none", async () => {
  const client = connector({
    Name: "Client",
    Bindings: ["0.0.0.0:587"],
    AuthMechanism: "Tls",
    PermissionGroups: "ExchangeUsers",
  });
  await expect(world.submit(anna, [ben], plain(anna, ben, "Hi"))).rejects.toThrow("504 5.7.4");
  client["AuthMechanism"] = "Tls, BasicAuth, BasicAuthRequireTLS";
  await expect(world.submit(anna, [ben], plain(anna, ben, "Hi"))).resolves.toBeUndefined();
});

test("a hybrid server believes Exchange Online's headers where TlsDomainCapabilities says so", async () => {
  const row = connector({ TlsDomainCapabilities: null });
  const from = { from: anna, to: [outsider] };
  const cloud = (): Promise<string> =>
    world.bring(world.flow.onPremises, from, plain(anna, outsider, "Hi"), ["mail.protection.outlook.com"]);
  await expect(cloud()).rejects.toThrow("550 5.7.54");
  row["TlsDomainCapabilities"] = ["mail.protection.outlook.com:AcceptCloudServicesMail"];
  await expect(cloud()).resolves.toMatch(/^250/);
});

test("TLS is demanded where the connector does", async () => {
  connector({ RequireTLS: true });
  await expect(bring(anna)).resolves.toMatch(/^250/);
  const { createTransport } = await import("nodemailer");
  const plainly = createTransport({
    host: "127.0.0.1",
    port: Number(world.flow.onPremises.split(":")[1]),
    ignoreTLS: true,
  });
  const mail = { envelope: { from: outsider, to: [anna] }, raw: plain(outsider, anna, "Hi") };
  await expect(plainly.sendMail(mail)).rejects.toThrow("451 5.7.3 Must issue a STARTTLS command first");
  plainly.close();
});

test.each([
  ["10.1.2.3", "narrow"],
  ["10.9.9.9", "wide"],
  ["192.0.2.4", "range"],
  ["::ffff:10.1.2.3", "narrow"],
  ["2001:db8::5", "six"],
  ["2001:db9::5", "all"],
])("the narrowest range around %s wins: %s", (address, name) => {
  const side = createSide("onPremises");
  const ranges: Record<string, string[]> = {
    all: everywhere,
    wide: ["10.0.0.0/8"],
    narrow: ["10.1.2.0/24", "172.16.0.0/12"],
    range: ["192.0.2.1-192.0.2.9"],
    six: ["2001:db8::/32"],
  };
  const objects = Object.entries(ranges).map(
    ([key, given]) => [key, { ...frontend, Name: key, RemoteIPRanges: given }] as const,
  );
  side.objects.set("ReceiveConnector", new Map(objects));
  expect(connectorFor(side, 25, address)?.["Name"]).toBe(name);
});
