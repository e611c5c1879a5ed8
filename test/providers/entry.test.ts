import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { driftCheck, patience, tellLife, up, type Life } from "./entry/life.ts";

describe("the life of a stack of a hybrid organization", () => {
  tellLife({ stack: "hybrid", environment: "hybrid", meanwhile });
});

function meanwhile(life: () => Life): void {
  test("Exchange shows the manual's values", () => {
    const { embedded } = life();
    expect(embedded.stored("online", "InboundConnector", "CodeTwo Inbound Connector 2.0")).toMatchObject({
      Comment: "[sent-items-update:hybrid]",
      ConnectorType: "OnPremises",
      Enabled: true,
      RequireTls: true,
      RestrictDomainsToCertificate: true,
      RestrictDomainsToIPAddresses: false,
      SenderDomains: ["smtp:*;1"],
      TlsSenderCertificateName: "contoso.smtp.codetwo.online",
      CloudServicesMailEnabled: true,
    });
    expect(embedded.stored("online", "OutboundConnector", "CodeTwo Outbound Connector")).toMatchObject({
      SmartHosts: ["contoso.smtp.codetwo.online"],
      RecipientDomains: [],
      TlsSettings: "DomainValidation",
      TlsDomain: "*.codetwo.com",
      IsTransportRuleScoped: true,
      UseMXRecord: false,
      IsValidated: true,
    });
    expect(embedded.stored("online", "TransportRule", "CodeTwo Exchange transport rule")).toMatchObject({
      State: "Enabled",
      FromScope: "InOrganization",
      FromMemberOf: ["stamped@contoso.com"],
      RouteMessageOutboundConnector: "CodeTwo Outbound Connector",
      ExceptIfFromAddressMatchesPatterns: ["<>"],
      ExceptIfMessageTypeMatches: "Calendaring",
      ExceptIfHeaderMatchesMessageHeader: "X-CodeTwoProcessed",
      ExceptIfHeaderMatchesPatterns: ["true"],
      RuleErrorAction: "Defer",
      SenderAddressLocation: "HeaderOrEnvelope",
      Mode: "Enforce",
    });
    expect(
      embedded.stored("onPremises", "ManagementRoleAssignment", "Sent Items Update impersonation (hybrid)"),
    ).toMatchObject({
      Role: "ApplicationImpersonation",
      CustomRecipientWriteScope: "Sent Items Update senders (hybrid)",
    });
  });

  test(
    "an Exchange that cannot be read is an error, not drift and not absence",
    { timeout: patience },
    async () => {
      const { embedded, deployment } = life();
      const { faults } = embedded.emulator.organization;
      faults.add({ protocol: "admin", operation: "Get-InboundConnector", failure: "expired", times: 99 });
      const { code, output } = await deployment.pulumi(...driftCheck);
      faults.clear();
      expect([code, output]).toEqual([1, expect.stringContaining("refused the credentials")]);
    },
  );

  test("a kind's module may move between two deployments", { timeout: patience }, async () => {
    const { embedded, deployment } = life();
    const file = (...path: string[]): string => join(deployment.folder, "providers", "kinds", ...path);
    await mkdir(file("connectors"));
    await rename(file("inbound-connector.ts"), file("connectors", "inbound.ts"));
    await deployment.edit("providers/kinds/connectors/inbound.ts", (text) =>
      text.replaceAll('"../', '"../../'),
    );
    await deployment.edit("providers/kinds/all.ts", (text) =>
      text.replace("./inbound-connector.ts", "./connectors/inbound.ts"),
    );
    await embedded
      .exchange("online")
      .invoke("Set-InboundConnector", { Identity: "CodeTwo Inbound Connector 2.0", Enabled: false });
    const { code, output } = await deployment.pulumi(...up, "--refresh");
    expect([code, output]).toEqual([0, expect.stringContaining("1 updated")]);
    expect(embedded.stored("online", "InboundConnector", "CodeTwo Inbound Connector 2.0")).toMatchObject({
      Enabled: true,
    });
  });

  test("state holds no secret and no address of Exchange or the daemon", { timeout: patience }, async () => {
    const { embedded, deployment, daemon } = life();
    const { output } = await deployment.pulumi("stack", "export");
    expect(JSON.parse(output)).toHaveProperty("deployment.resources");
    for (const [name, value] of Object.entries({
      ...embedded.environment,
      url: daemon.url,
      token: daemon.token,
    }))
      expect([name, output.includes(value)]).toEqual([name, false]);
  });
}
