import { expect, test } from "vitest";
import { createSide, type Row } from "../store.ts";
import { attribute, type Attribution, type Caller } from "./attribution.ts";
import { directoryOf } from "./directory.ts";

const codetwo: Row = {
  Name: "CodeTwo",
  ConnectorType: "OnPremises",
  Enabled: true,
  SenderDomains: ["smtp:*;1"],
  RequireTls: true,
  RestrictDomainsToCertificate: true,
  TlsSenderCertificateName: "contoso.smtp.codetwo.online",
  CloudServicesMailEnabled: true,
};
const hybrid: Row = {
  ...codetwo,
  Name: "Hybrid",
  TlsSenderCertificateName: "mail.contoso.com",
  RestrictDomainsToCertificate: false,
};
const relay: Caller = { secure: true, names: ["contoso.smtp.codetwo.online"], address: "127.0.0.1" };
const server: Caller = { secure: true, names: ["mail.contoso.com"], address: "127.0.0.1" };
const nobody: Caller = { secure: false, names: [], address: "127.0.0.1" };

function attributed(
  connectors: Row[],
  caller: Caller,
  from = "anna@contoso.com",
  domains = ["contoso.com", "contoso.smtp.codetwo.online"],
): Attribution {
  const side = createSide("online");
  side.objects.set(
    "AcceptedDomain",
    new Map(domains.map((name) => [name, { DomainName: name, DomainType: "Authoritative" }])),
  );
  return attribute(connectors, directoryOf(side), caller, from);
}

test("the relay's certificate counts for its connector: originating, but not vouching for the sender", () => {
  expect(attributed([hybrid, codetwo], relay)).toMatchObject({
    as: "connector",
    connector: codetwo,
    trust: { cloudServices: true, direction: "Originating", authenticated: false },
  });
});

test("the organization's own server vouches for senders of its domain only", () => {
  expect(attributed([codetwo, hybrid], server)).toMatchObject({
    connector: hybrid,
    trust: { authenticated: true },
  });
  expect(attributed([codetwo, hybrid], server, "")).toMatchObject({ trust: { authenticated: true } });
  expect(attributed([codetwo, hybrid], server, "x@partner.example")).toMatchObject({
    trust: { authenticated: false },
  });
});

test("a certificate whose domain is not accepted belongs to no tenant", () => {
  expect(attributed([codetwo], relay, "anna@contoso.com", ["contoso.com"])).toEqual({ as: "stranger" });
});

test("no certificate, another certificate, a connector turned off: a stranger", () => {
  expect(attributed([codetwo], nobody)).toEqual({ as: "stranger" });
  expect(attributed([codetwo], { ...relay, names: ["evil.example"] })).toEqual({ as: "stranger" });
  expect(attributed([{ ...codetwo, Enabled: false }], relay)).toEqual({ as: "stranger" });
});

test("a connector by address demands TLS where it is set so", () => {
  const byAddress: Row = { ...codetwo, TlsSenderCertificateName: null, SenderIPAddresses: ["127.0.0.1"] };
  expect(attributed([byAddress], nobody)).toEqual({
    as: "refused",
    answer: expect.stringContaining("STARTTLS"),
  });
  expect(attributed([{ ...byAddress, RequireTls: "False" }], nobody)).toMatchObject({ as: "connector" });
});

test("a partner without the certificate that its connector asks for is refused", () => {
  const partner: Row = {
    ...codetwo,
    ConnectorType: "Partner",
    SenderDomains: "partner.example",
    TlsSenderCertificateName: "mx.partner.example",
    CloudServicesMailEnabled: false,
  };
  expect(attributed([partner], nobody, "x@partner.example")).toEqual({
    as: "refused",
    answer: expect.stringContaining("550 5.7.51"),
  });
  expect(
    attributed([partner], { ...relay, names: ["mx.partner.example"] }, "x@partner.example"),
  ).toMatchObject({ trust: { direction: "Incoming" } });
  expect(attributed([partner], nobody, "x@other.example")).toEqual({ as: "stranger" });
});

test("TreatMessagesAsInternal holds for senders of accepted domains", () => {
  const treating: Row = { ...codetwo, CloudServicesMailEnabled: false, TreatMessagesAsInternal: true };
  expect(attributed([treating], relay)).toMatchObject({ trust: { internal: true } });
  expect(attributed([treating], relay, "x@partner.example")).not.toMatchObject({ trust: { internal: true } });
});
