import fc from "fast-check";
import { stringify } from "yaml";
import { parseConfig } from "../../stacks/config/load.ts";
import type { Config } from "../../stacks/config/types.ts";

const listen = { key: "${env:KEY}", certificate: "${env:CERTIFICATE}" };
const admin = { via: "rest", url: "https://mail01.contoso.com", username: "a", password: "${env:P}" };
const listener = { address: "copies@siu.contoso.com", smartHost: "siu.contoso.com", listen };
const custom = {
  preset: "custom",
  smartHost: "relay.contoso.com",
  serverCertificateName: "*.contoso.com",
  clientCertificateName: "relay.contoso.com",
  processedHeader: "X-Stamped",
};
const codetwo = { preset: "codetwo", subdomain: "contoso" };
const optional = <T extends object>(shape: { [Key in keyof T]: fc.Arbitrary<T[Key]> }) =>
  fc.record(shape, { requiredKeys: [] });

/** A rule of one's own; in Exchange Online it may use our connector. */
const ownRule = (name: string, side: "onPremises" | "online") => ({
  preset: "custom",
  name,
  side,
  parameters:
    side === "online"
      ? { SubjectContainsWords: ["sign me"], RouteMessageOutboundConnector: "CodeTwo Outbound Connector" }
      : { PrependSubject: "[x] ", MessageSizeOver: "5MB" },
});

const onPremises = fc.record(
  {
    environment: fc.constant("onPremises"),
    organization: fc.constant({ domain: "contoso.com" }),
    connections: fc.constant({ onPremises: { server: "mail01.contoso.com", admin } }),
    serviceAccount: fc.constant({ create: true }),
    signatureService: fc.constant(custom),
    connectors: optional({
      manage: fc.constantFrom("full", "verify", "none"),
      send: optional({ cost: fc.constantFrom(1, 5), sourceServers: fc.constant(["EX01"]) }),
      receive: fc.oneof(
        fc.constant({ remoteAddresses: ["192.0.2.10"] }),
        fc.constant({ bindings: ["0.0.0.0:2526"], server: "EX01" }),
      ),
    }),
    transportRules: fc.constantFrom(
      [],
      [ownRule("Own", "onPremises")],
      [ownRule("A", "onPremises"), ownRule("B", "onPremises")],
    ),
    intake: fc.constantFrom(
      { via: "mailbox", address: "copies@contoso.com", read: "ews" },
      { via: "journal", ...listener },
      { via: "journal", ...listener, journalingReportNdrTo: "anna.weber@contoso.com" },
      { via: "relay", listen, allow: ["192.0.2.10"] },
    ),
  },
  { requiredKeys: ["environment", "organization", "connections", "serviceAccount", "signatureService"] },
);

const signed = { preset: "signatures", scope: "signatures" };
const hybrid = fc.record(
  {
    environment: fc.constant("hybrid"),
    organization: fc.constant({
      domain: "contoso.com",
      tenant: "contoso.onmicrosoft.com",
      tenantId: "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10",
    }),
    connections: fc.constant({
      onPremises: { autodiscover: true, admin },
      online: {
        admin: { via: "rest", clientId: "0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e", clientSecret: "${env:S}" },
      },
    }),
    serviceAccount: fc.constant({ upn: "siu@contoso.com", password: "${env:P}" }),
    signatureService: fc.constantFrom(codetwo, custom),
    senderScopes: fc.constant({ signatures: { group: "signatures@contoso.com" }, all: { everyone: true } }),
    connectors: optional({
      manage: fc.constantFrom("full", "verify"),
      outbound: fc.constantFrom({}, { validationRecipient: "postmaster@fabrikam.example" }),
    }),
    transportRules: fc.constantFrom(
      [],
      [signed],
      [ownRule("Own", "online")],
      [
        ownRule("Below", "onPremises"),
        signed,
        ownRule("Own", "online"),
        { ...signed, name: "All", scope: "all", before: ["Own"] },
      ],
    ),
    intake: fc.constantFrom(
      { via: "connector", ...listener },
      { via: "mailbox", address: "copies@contoso.com", read: "graph" },
      { via: "mailbox", address: "copies@contoso.com", read: "ews", retentionDays: 1 },
      { via: "journal", ...listener, journalingReportNdrTo: "anna.weber@contoso.com" },
    ),
  },
  {
    requiredKeys: [
      "environment",
      "organization",
      "connections",
      "serviceAccount",
      "signatureService",
      "senderScopes",
    ],
  },
);

/** The same without servers of one's own. */
const online = hybrid
  .filter(
    ({ transportRules = [], intake }) =>
      !JSON.stringify([transportRules, intake]).match(/"onPremises"|"ews"/),
  )
  .map((written) => ({
    ...written,
    environment: "online",
    connections: { online: written.connections.online },
    serviceAccount: {
      application: {
        clientId: "7d0e4a9b-52c6-4b1f-8e3a-91c5d2f6a047",
        objectId: "c1f86a3e-7b29-4d50-a4c8-3e9b0d715f62",
        clientSecret: "${env:S}",
      },
    },
  }));

/** Any mail flow that the configuration can ask for, loaded. */
export const configurations: fc.Arbitrary<Config> = fc
  .oneof(onPremises, hybrid, online)
  .map(
    (written) =>
      parseConfig(stringify(written, { aliasDuplicateObjects: false }), { file: "any.yaml" }).config,
  );
