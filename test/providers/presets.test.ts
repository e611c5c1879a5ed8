import { describe, expect, test } from "vitest";
import { encode } from "../../providers/kind.ts";
import { transportRule } from "../../providers/kinds/transport-rule.ts";
import {
  inboundFromRelay,
  intakeRule,
  outboundToIntake,
  outboundToRelay,
  relayOf,
  signaturesRule,
} from "../../providers/presets.ts";
import type { Connectors } from "../../stacks/config/types.ts";

const host = "contoso.smtp.codetwo.online";
const on = { enabled: true, retainHeaders: true };
const rule = (scope = {}, internalMail = true) =>
  signaturesRule("CodeTwo Exchange transport rule", "CodeTwo Outbound Connector", {
    scope,
    internalMail,
    processedHeader: "X-CodeTwoProcessed",
  });

describe("the manual's objects, as they are sent to Exchange", () => {
  test("inbound connector", () => {
    expect(inboundFromRelay("CodeTwo Inbound Connector 2.0", host, on)).toEqual({
      Name: "CodeTwo Inbound Connector 2.0",
      ConnectorType: "OnPremises",
      ConnectorSource: "Default",
      SenderDomains: ["*"],
      RequireTls: true,
      RestrictDomainsToCertificate: true,
      RestrictDomainsToIPAddresses: false,
      TlsSenderCertificateName: host,
      CloudServicesMailEnabled: true,
      Enabled: true,
    });
  });

  test("outbound connector, without recipient domains", () => {
    const target = { smartHost: host, certificateName: "*.codetwo.com" };
    expect(outboundToRelay("CodeTwo Outbound Connector", target, on)).toEqual({
      Name: "CodeTwo Outbound Connector",
      ConnectorType: "OnPremises",
      ConnectorSource: "Default",
      IsTransportRuleScoped: true,
      UseMXRecord: false,
      SmartHosts: [host],
      TlsSettings: "DomainValidation",
      TlsDomain: "*.codetwo.com",
      CloudServicesMailEnabled: true,
      RouteAllMessagesViaOnPremises: false,
      AllAcceptedDomains: false,
      TestMode: false,
      Enabled: true,
    });
  });

  test("transport rule, created switched off", () => {
    expect(encode(transportRule, rule())).toEqual({
      Name: "CodeTwo Exchange transport rule",
      FromScope: "InOrganization",
      RouteMessageOutboundConnector: "CodeTwo Outbound Connector",
      ExceptIfFromAddressMatchesPatterns: ["<>"],
      ExceptIfMessageTypeMatches: "Calendaring",
      ExceptIfHeaderMatchesMessageHeader: "X-CodeTwoProcessed",
      ExceptIfHeaderMatchesPatterns: ["true"],
      RuleErrorAction: "Defer",
      SenderAddressLocation: "HeaderOrEnvelope",
      Mode: "Enforce",
      StopRuleProcessing: false,
      Enabled: false,
    });
  });

  test("its scopes: a group, people, external mail only", () => {
    expect(rule({ FromMemberOf: ["g@contoso.com"] })).toMatchObject({ FromMemberOf: ["g@contoso.com"] });
    expect(rule({ From: ["a@contoso.com"] })).toMatchObject({ From: ["a@contoso.com"] });
    expect(rule({}, false)).toMatchObject({ SentToScope: "NotInOrganization" });
    expect(rule()).not.toHaveProperty("SentToScope");
  });
});

describe("our own objects", () => {
  test("the intake rule copies only stamped mail of the organization", () => {
    expect(intakeRule("Intake", "stamped@siu.contoso.com", "X-CodeTwoProcessed")).toEqual({
      Name: "Intake",
      HeaderMatchesMessageHeader: "X-CodeTwoProcessed",
      HeaderMatchesPatterns: ["^true$"],
      HeaderContainsMessageHeader: "X-MS-Exchange-Organization-MessageDirectionality",
      HeaderContainsWords: ["Originating"],
      BlindCopyTo: ["stamped@siu.contoso.com"],
      RuleErrorAction: "Ignore",
      Mode: "Enforce",
      Enabled: true,
    });
  });

  test("by audience there are two of it, each for its part of the recipients, over whatever the sender wrote", () => {
    const [external, internal] = (["external", "internal"] as const).map((audience) =>
      intakeRule("Intake", "stamped@siu.contoso.com", "X-CodeTwoProcessed", audience),
    );
    expect(external).toMatchObject({
      SentToScope: "NotInOrganization",
      SetHeaderName: "X-SIU-Audience",
      SetHeaderValue: "external",
    });
    expect(internal).toMatchObject({
      ExceptIfSentToScope: "NotInOrganization",
      SetHeaderName: "X-SIU-Audience",
      SetHeaderValue: "internal",
    });
  });

  test("the connector to the listener serves one domain and checks its certificate", () => {
    expect(outboundToIntake("Intake", "siu.contoso.com", "siu.contoso.com")).toMatchObject({
      RecipientDomains: ["siu.contoso.com"],
      SmartHosts: ["siu.contoso.com"],
      TlsSettings: "DomainValidation",
      TlsDomain: "siu.contoso.com",
      IsTransportRuleScoped: false,
    });
  });
});

describe("the signature service's names", () => {
  const connectors = { inbound: {}, outbound: {} } as Connectors;

  test.each([
    ["global", "contoso.smtp.codetwo.online"],
    ["germany", "contoso.de-smtp.codetwo.online"],
  ] as const)("%s", (region, expected) => {
    expect(relayOf({ preset: "codetwo", subdomain: "contoso", region }, connectors)).toEqual({
      smartHost: expected,
      serverCertificateName: "*.codetwo.com",
      clientCertificateName: expected,
      processedHeader: "X-CodeTwoProcessed",
    });
  });

  test("the connectors' own names win", () => {
    const own = {
      inbound: { certificateName: "in.example" },
      outbound: { smartHost: "out.example", certificateName: "*.out.example" },
    } as Connectors;
    expect(relayOf({ preset: "codetwo", subdomain: "contoso", region: "global" }, own)).toMatchObject({
      smartHost: "out.example",
      serverCertificateName: "*.out.example",
      clientCertificateName: "in.example",
    });
  });
});
