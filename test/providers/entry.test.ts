import { mkdir, readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Parameters, SideName } from "../../providers/exchange/port.ts";
import { rows, sideOf } from "../emulator/store.ts";
import { accountOf, inventory, startEmbedded, type Embedded } from "./embedded.ts";
import { createDeployment, type Deployment } from "./deployment.ts";

const patience = 600_000;
const up = ["up", "--yes", "--skip-preview"];
const driftCheck = ["preview", "--refresh", "--expect-no-changes"];
const mark = "[sent-items-update:demo]";

async function byHand(
  embedded: Embedded,
  side: SideName,
  cmdlet: string,
  parameters: Parameters,
): Promise<void> {
  const exchange = embedded.exchange(side);
  await exchange.invoke(cmdlet, parameters);
}

/** Names of everything in an organization that a stack of this project made. */
function ours({ emulator: { organization } }: Embedded): string[] {
  return [...organization.store.sides.keys()].flatMap((side) =>
    [
      "InboundConnector",
      "OutboundConnector",
      "TransportRule",
      "ManagementScope",
      "ManagementRoleAssignment",
    ].flatMap((noun) =>
      rows(sideOf(organization, side), noun)
        .filter((row) =>
          JSON.stringify([row["Comment"], row["Comments"], row["Name"]]).match(
            /sent-items-update|Sent Items Update/,
          ),
        )
        .map((row) => `${side} ${noun} ${String(row["Name"])}`),
    ),
  );
}

describe("the life of a stack", () => {
  let embedded: Embedded;
  let deployment: Deployment;
  let before: string[];
  beforeAll(async () => {
    embedded = await startEmbedded();
    before = inventory(embedded);
    deployment = await createDeployment("demo", embedded.environment);
  }, patience);
  afterAll(async () => {
    await deployment.close();
    await embedded.close();
  });

  test("one command provisions an empty organization", { timeout: patience }, async () => {
    const { code, output } = await deployment.pulumi(...up);
    expect([code, output]).toEqual([0, expect.stringContaining("14 created")]);
    expect(ours(embedded).toSorted()).toEqual([
      "onPremises ManagementRoleAssignment Sent Items Update impersonation (demo)",
      "onPremises ManagementScope Sent Items Update senders (demo)",
      "online InboundConnector CodeTwo Inbound Connector 2.0",
      "online OutboundConnector CodeTwo Outbound Connector",
      "online OutboundConnector Sent Items Update intake",
      "online TransportRule CodeTwo Exchange transport rule",
      "online TransportRule Sent Items Update intake",
    ]);
  });

  test("Exchange then shows the manual's values", async () => {
    expect(embedded.stored("online", "InboundConnector", "CodeTwo Inbound Connector 2.0")).toMatchObject({
      Comment: mark,
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
      FromMemberOf: ["signatures@contoso.com"],
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
      embedded.stored("onPremises", "ManagementRoleAssignment", "Sent Items Update impersonation (demo)"),
    ).toMatchObject({
      Role: "ApplicationImpersonation",
      CustomRecipientWriteScope: "Sent Items Update senders (demo)",
    });
  });

  test("a second run has nothing to change", { timeout: patience }, async () => {
    const { code, output } = await deployment.pulumi(...up);
    expect([code, output]).toEqual([0, expect.stringMatching(/Resources:\s+14 unchanged/)]);
  });

  test(
    "what lies in Exchange is no drift, and is read once for all resources",
    { timeout: patience },
    async () => {
      const { faults } = embedded.emulator.organization;
      const { take } = faults;
      const asked: string[] = [];
      faults.take = (protocol, operation, side) => {
        if (protocol === "admin") asked.push(`${side} ${operation}`);
        return take(protocol, operation, side);
      };
      const run = await deployment.pulumi(...driftCheck);
      faults.take = take;
      expect(run).toMatchObject({ code: 0 });
      const bulk = /Get-(TransportRule|\w+Connector|ManagementScope|AcceptedDomain)$/;
      expect(asked.filter((each) => bulk.test(each)).toSorted()).toEqual([
        "onPremises Get-ManagementScope",
        "online Get-AcceptedDomain",
        "online Get-InboundConnector",
        "online Get-OutboundConnector",
        "online Get-TransportRule",
      ]);
      expect(asked.filter((each) => !each.includes(" Get-"))).toEqual([]);
    },
  );

  test(
    "what somebody changed by hand is told by name, all at once, and repaired",
    { timeout: patience },
    async () => {
      await byHand(embedded, "online", "Disable-TransportRule", {
        Identity: "CodeTwo Exchange transport rule",
      });
      await byHand(embedded, "online", "Remove-TransportRule", { Identity: "Sent Items Update intake" });
      await byHand(embedded, "online", "Set-InboundConnector", {
        Identity: "CodeTwo Inbound Connector 2.0",
        RequireTls: false,
      });
      await byHand(embedded, "online", "Set-OutboundConnector", {
        Identity: "CodeTwo Outbound Connector",
        TlsDomain: "relay.example",
      });
      await byHand(embedded, "online", "Set-OutboundConnector", {
        Identity: "Sent Items Update intake",
        SmartHosts: ["elsewhere.example"],
      });
      await byHand(embedded, "onPremises", "Set-ManagementScope", {
        Identity: "Sent Items Update senders (demo)",
        RecipientRestrictionFilter: "Alias -like '*'",
      });
      await byHand(embedded, "onPremises", "Set-ManagementRoleAssignment", {
        Identity: "Sent Items Update impersonation (demo)",
        Enabled: false,
      });
      const found = await deployment.pulumi(...driftCheck);
      expect(found.code).toBe(7);
      for (const said of [
        `OutboundConnector 'CodeTwo Outbound Connector' was changed outside of this stack: TlsDomain`,
        `OutboundConnector 'Sent Items Update intake' was changed outside of this stack: SmartHosts`,
        `ManagementScope 'Sent Items Update senders (demo)' was changed outside of this stack: RecipientRestrictionFilter`,
        `ManagementRoleAssignment 'Sent Items Update impersonation (demo)' was changed outside of this stack: Enabled`,
      ])
        expect(found.output).toContain(said);
      expect(found.output).toContain(
        `'CodeTwo Exchange transport rule' was changed outside of this stack: Enabled is "false" instead of "true"`,
      );
      expect(found.output).toContain(`RequireTls is "false" instead of "true"`);
      expect(await deployment.pulumi(...up, "--refresh")).toMatchObject({ code: 0 });
      expect(await deployment.pulumi(...driftCheck)).toMatchObject({ code: 0 });
      expect(embedded.stored("online", "TransportRule", "Sent Items Update intake")).toMatchObject({
        State: "Enabled",
      });
    },
  );

  test(
    "an Exchange that cannot be read is an error, not drift and not absence",
    { timeout: patience },
    async () => {
      const { faults } = embedded.emulator.organization;
      faults.add({ protocol: "admin", operation: "Get-InboundConnector", failure: "expired", times: 99 });
      const { code, output } = await deployment.pulumi(...driftCheck);
      faults.clear();
      expect([code, output]).toEqual([1, expect.stringContaining("refused the credentials")]);
      expect(await deployment.pulumi(...driftCheck)).toMatchObject({ code: 0 });
    },
  );

  test("a kind's module may move between two deployments", { timeout: patience }, async () => {
    const file = (...path: string[]): string => join(deployment.folder, "providers", "kinds", ...path);
    await mkdir(file("connectors"));
    await rename(file("inbound-connector.ts"), file("connectors", "inbound.ts"));
    await deployment.edit("providers/kinds/connectors/inbound.ts", (text) =>
      text.replaceAll('"../', '"../../'),
    );
    await deployment.edit("providers/kinds/all.ts", (text) =>
      text.replace("./inbound-connector.ts", "./connectors/inbound.ts"),
    );
    await byHand(embedded, "online", "Set-InboundConnector", {
      Identity: "CodeTwo Inbound Connector 2.0",
      Enabled: false,
    });
    expect(await deployment.pulumi(...driftCheck)).toMatchObject({ code: 7 });
    expect(await deployment.pulumi(...up, "--refresh")).toMatchObject({ code: 0 });
  });

  test("state holds no secret and no address of Exchange", { timeout: patience }, async () => {
    const { output } = await deployment.pulumi("stack", "export");
    expect(JSON.parse(output)).toHaveProperty("deployment.resources");
    for (const [name, value] of Object.entries(embedded.environment))
      expect([name, output.includes(value)]).toEqual([name, false]);
  });

  test(
    "destroy leaves nothing behind, and the account that was only verified alone",
    { timeout: patience },
    async () => {
      expect(await deployment.pulumi("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
      expect(inventory(embedded)).toEqual(before);
      expect(accountOf(embedded.emulator, "siu@contoso.com").disabled).toBeFalsy();
    },
  );
});

describe("a run that is killed in the middle", () => {
  test("is taken up by the next one", { timeout: patience }, async () => {
    const embedded = await startEmbedded();
    onTestFinished(embedded.close);
    const deployment = await createDeployment("demo", embedded.environment);
    onTestFinished(deployment.close);
    const { organization } = embedded.emulator;
    const flush = organization.flush;
    const first = deployment.start(...up);
    // The moment after Exchange made the connector and before anybody hears of it.
    organization.flush = async () => {
      if (embedded.stored("online", "OutboundConnector", "CodeTwo Outbound Connector")) {
        organization.flush = flush;
        first.kill();
      }
      await flush();
    };
    await first.finished;
    expect(embedded.stored("online", "OutboundConnector", "CodeTwo Outbound Connector")).toMatchObject({
      Comment: mark,
    });
    expect(embedded.stored("online", "TransportRule", "CodeTwo Exchange transport rule")).toBeUndefined();

    expect(await deployment.pulumi(...up)).toMatchObject({
      code: expect.not.stringMatching("0") as number,
      output: expect.stringContaining("lock") as string,
    });
    expect(await deployment.pulumi("cancel", "--yes")).toMatchObject({ code: 0 });
    expect(await deployment.pulumi(...up)).toMatchObject({ code: 0 });
    expect(await deployment.pulumi(...driftCheck)).toMatchObject({ code: 0 });
    expect(ours(embedded)).toHaveLength(7);
  });
});

describe("an organization with servers of its own only", () => {
  test(
    "gets an account whose generated password is only in its file and encrypted in state, by an administrator from Pulumi's secrets",
    { timeout: patience },
    async () => {
      const embedded = await startEmbedded("onPremises");
      onTestFinished(embedded.close);
      const before = inventory(embedded);
      const deployment = await createDeployment("onprem", embedded.environment);
      onTestFinished(deployment.close);
      await deployment.edit("stacks/onprem.yaml", (text) =>
        text
          .replace("${env:SIU_DEMO_SERVICE_PASSWORD}", "${file:.siu/onprem/service-account.password}")
          .replace("${env:SIU_DEMO_ADMIN_PASSWORD}", "${config:adminPassword}"),
      );
      const administrator = embedded.environment["SIU_DEMO_ADMIN_PASSWORD"] ?? "";
      await deployment.pulumi("config", "set", "--secret", "adminPassword", administrator);
      const first = await deployment.pulumi(...up);
      expect([first.code, first.output]).toEqual([0, expect.stringContaining("created")]);
      const file = join(deployment.folder, ".siu/onprem/service-account.password");
      const password = (await readFile(file, "utf8")).trimEnd();
      expect(accountOf(embedded.emulator, "CodeTwoSiuAgent@contoso.com").password).toBe(password);
      expect((await stat(file)).mode & 0o777).toBe(0o600);

      const exported = await deployment.pulumi("stack", "export");
      const shown = await deployment.pulumi(
        "stack",
        "output",
        "--stack",
        "onprem",
        "serviceAccount",
        "--show-secrets",
      );
      const hidden = await deployment.pulumi("stack", "output", "--stack", "onprem", "serviceAccount");
      expect(
        [first, exported, hidden].filter(
          ({ output }) => output.includes(password) || output.includes(administrator),
        ),
      ).toEqual([]);
      expect(JSON.parse(shown.output)).toEqual({ upn: "CodeTwoSiuAgent@contoso.com", password });

      expect(await deployment.pulumi(...up)).toMatchObject({
        code: 0,
        output: expect.stringMatching(/\b5 unchanged/) as string,
      });
      expect(await deployment.pulumi(...driftCheck)).toMatchObject({ code: 0 });

      await byHand(embedded, "onPremises", "Set-Mailbox", {
        Identity: "CodeTwoSiuAgent@contoso.com",
        DisplayName: "Somebody else's",
      });
      await byHand(embedded, "onPremises", "Remove-ManagementRoleAssignment", {
        Identity: "Sent Items Update impersonation (onprem)",
      });
      await byHand(embedded, "onPremises", "Set-ManagementScope", {
        Identity: "Sent Items Update senders (onprem)",
        RecipientRestrictionFilter: "Alias -like '*'",
      });
      expect(await deployment.pulumi(...driftCheck)).toMatchObject({ code: 7 });
      expect(await deployment.pulumi(...up, "--refresh")).toMatchObject({ code: 0 });
      expect(await deployment.pulumi(...driftCheck)).toMatchObject({ code: 0 });
      expect(await deployment.pulumi("destroy", "--yes", "--skip-preview")).toMatchObject({ code: 0 });
      expect(inventory(embedded)).toEqual(before);
    },
  );
});
