import { expect, test } from "vitest";
import { createSide, type Recipient, type Row, type RecipientType } from "../store.ts";
import { directoryOf } from "./directory.ts";
import { route, type Route, type Ways } from "./route.ts";

function recipient(alias: string, type: RecipientType, other: Row = {}): Recipient {
  const address = `${alias}@contoso.com`;
  return {
    guid: alias,
    type,
    name: alias,
    displayName: alias,
    alias,
    distinguishedName: `CN=${alias}`,
    primarySmtpAddress: address,
    emailAddresses: [`SMTP:${address}`],
    hiddenFromAddressLists: false,
    other,
  };
}

const side = createSide("online");
for (const each of [
  recipient("uma", "UserMailbox"),
  recipient("anna", "MailUser", { ExternalEmailAddress: "SMTP:anna@contoso.com" }),
  recipient("rosa", "MailContact", { ExternalEmailAddress: "SMTP:rosa@partner.example" }),
]) {
  side.recipients.set(each.guid, each);
}
const domain = (name: string, type: string): [string, Row] => [name, { DomainName: name, DomainType: type }];
side.objects.set(
  "AcceptedDomain",
  new Map([domain("contoso.com", "Authoritative"), domain("shared.contoso.com", "InternalRelay")]),
);

const connector = (Name: string, RecipientDomains: unknown, more: Row = {}): Row => ({
  Name,
  Enabled: true,
  RecipientDomains,
  SmartHosts: [`${Name.toLowerCase()}.example`],
  TlsSettings: "EncryptionOnly",
  ...more,
});
const ways = (outbound: Row[], send: Row[] = []): Ways => ({
  directory: directoryOf(side),
  hasMailbox: (guid) => guid === "uma",
  outbound,
  send,
});
const through = (found: Route): string =>
  found.to === "hop" ? `${found.hop.connector}:${found.address}` : found.to;

test("who has a mailbox here is delivered here, whatever the connectors say", () => {
  expect(through(route(ways([connector("All", ["*"])]), "uma@contoso.com"))).toBe("mailbox");
});

test("the most specific domain wins, in any order of the connectors", () => {
  const all = [
    connector("All", "*"),
    connector("Sub", ["*.partner.example"]),
    connector("Exact", ["a.partner.example", "x.example"]),
  ];
  for (const outbound of [all, all.toReversed()]) {
    expect(through(route(ways(outbound), "x@a.partner.example"))).toBe("Exact:x@a.partner.example");
    expect(through(route(ways(outbound), "x@b.partner.example"))).toBe("Sub:x@b.partner.example");
    expect(through(route(ways(outbound), "x@partner.example"))).toBe("All:x@partner.example");
  }
});

test("a connector for rules only, or one that is turned off, is used for nothing else", () => {
  const outbound = [
    connector("Scoped", ["*"], { IsTransportRuleScoped: true }),
    connector("Off", ["*"], { Enabled: false }),
  ];
  expect(through(route(ways(outbound), "x@partner.example"))).toBe(":x@partner.example");
});

test("a connector that a rule chose takes everybody, mailboxes here too", () => {
  const outbound = [connector("Scoped", [], { IsTransportRuleScoped: true })];
  expect(through(route(ways(outbound), "uma@contoso.com", "scoped"))).toBe("Scoped:uma@contoso.com");
  expect(route(ways([]), "uma@contoso.com", "scoped")).toMatchObject({
    to: "nowhere",
    answer: expect.stringMatching(/^4/),
  });
});

test("a mail user and a contact go to their other address", () => {
  const outbound = [connector("Hybrid", ["contoso.com"])];
  expect(through(route(ways(outbound), "anna@contoso.com"))).toBe("Hybrid:anna@contoso.com");
  expect(through(route(ways(outbound), "rosa@contoso.com"))).toBe(":rosa@partner.example");
});

test("nobody in an authoritative domain is an error, in a shared one somebody else's affair", () => {
  expect(route(ways([]), "nobody@contoso.com")).toEqual({
    to: "nowhere",
    answer: expect.stringMatching(/^550 5\.1\.10 RESOLVER\.ADR\.RecipientNotFound/),
  });
  expect(through(route(ways([]), "nobody@shared.contoso.com"))).toBe(":nobody@shared.contoso.com");
});

test("on-premises the closest address space wins, then the lowest cost", () => {
  const send = (Name: string, AddressSpaces: unknown): Row => ({
    Name,
    Enabled: true,
    AddressSpaces,
    SmartHosts: ["h"],
  });
  const all = [
    send("Dear", ["SMTP:*;10"]),
    send("Cheap", "SMTP:*;1"),
    send("Close", ["SMTP:*.partner.example;50"]),
  ];
  expect(through(route(ways([], all), "x@fabrikam.example"))).toBe("Cheap:x@fabrikam.example");
  expect(through(route(ways([], all), "x@a.partner.example"))).toBe("Close:x@a.partner.example");
});

test("TLS follows the connector, and is opportunistic without one", () => {
  const outbound = [
    connector("Exact", ["a.example"], { TlsSettings: "DomainValidation", TlsDomain: "*.a.example" }),
  ];
  expect(route(ways(outbound), "x@a.example")).toMatchObject({
    hop: { tls: "DomainValidation", tlsDomain: "*.a.example" },
  });
  expect(route(ways(outbound), "x@b.example")).toMatchObject({
    hop: { tls: "Opportunistic", smartHosts: [] },
  });
});
