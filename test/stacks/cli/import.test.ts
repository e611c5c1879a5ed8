import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseConfig } from "../../../stacks/config/load.ts";
import { startEmbedded, type Embedded } from "../../providers/embedded.ts";
import { createStack, wantedFrom } from "../../providers/stack.ts";
import { siu, stackFile } from "./siu.ts";

const connection = `environment: online
organization: { domain: contoso.com, tenant: contoso.onmicrosoft.com, tenantId: 5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10 }
connections:
  certificateAuthority: \${env:SIU_DEMO_CA}
  online:
    admin:
      via: rest
      url: \${env:SIU_DEMO_ONLINE_ADMIN}
      tokenUrl: \${env:SIU_DEMO_TOKEN}
      clientId: 0b7c2f5d-3e1a-4c8b-9d6f-7a5e4b3c2d1e
      clientSecret: \${env:SIU_DEMO_CLIENT_SECRET}
serviceAccount:
  application: { clientSecret: "\${env:SIU_DEMO_APPLICATION_SECRET}" }
connectors: { propagationMinutes: 0 }
`;

/** What an administrator made by hand, as the manual has it, and rules of other purposes. */
const byHand: [string, Parameters<ReturnType<Embedded["exchange"]>["invoke"]>[1]][] = [
  [
    "New-InboundConnector",
    {
      Name: "CodeTwo Inbound Connector 2.0",
      ConnectorType: "OnPremises",
      SenderDomains: ["*"],
      RequireTls: true,
      RestrictDomainsToCertificate: true,
      TlsSenderCertificateName: "contoso.smtp.codetwo.online",
      CloudServicesMailEnabled: true,
      Comment: "Made by Anna",
    },
  ],
  [
    "New-OutboundConnector",
    {
      Name: "CodeTwo Outbound Connector",
      ConnectorType: "OnPremises",
      IsTransportRuleScoped: true,
      UseMXRecord: false,
      SmartHosts: ["contoso.smtp.codetwo.online"],
      TlsSettings: "DomainValidation",
      TlsDomain: "*.codetwo.com",
      CloudServicesMailEnabled: true,
    },
  ],
  [
    "New-TransportRule",
    {
      Name: "Disclaimer",
      FromScope: "InOrganization",
      SentToScope: "NotInOrganization",
      AttachmentSizeOver: "500KB",
      ApplyHtmlDisclaimerText: "<p>Contoso's \u00e9 &amp; more</p>",
      ExceptIfSCLOver: 5,
      Mode: "Audit",
    },
  ],
  [
    "New-TransportRule",
    {
      Name: "CodeTwo Exchange transport rule",
      FromScope: "InOrganization",
      FromMemberOf: ["board@contoso.com"],
      SentToScope: "NotInOrganization",
      RouteMessageOutboundConnector: "CodeTwo Outbound Connector",
      ExceptIfFromAddressMatchesPatterns: ["<>"],
      ExceptIfMessageTypeMatches: "Calendaring",
      ExceptIfHeaderMatchesMessageHeader: "X-CodeTwoProcessed",
      ExceptIfHeaderMatchesPatterns: ["true"],
      RuleErrorAction: "Defer",
      SenderAddressLocation: "HeaderOrEnvelope",
    },
  ],
  ["New-TransportRule", { Name: "Asleep", SubjectContainsWords: ["x"], DeleteMessage: true, Enabled: false }],
  ["New-TransportRule", { Name: "Of old", SubjectContainsWords: ["secret"], ApplyOME: true }],
  [
    "New-ServicePrincipal",
    {
      AppId: "7d0e4a9b-52c6-4b1f-8e3a-91c5d2f6a047",
      ObjectId: "c1f86a3e-7b29-4d50-a4c8-3e9b0d715f62",
      DisplayName: "Mail worker",
    },
  ],
  [
    "New-ManagementRoleAssignment",
    { Name: "By hand", App: "c1f86a3e-7b29-4d50-a4c8-3e9b0d715f62", Role: "Application Mail.ReadWrite" },
  ],
];

describe("an organization that somebody made by hand", () => {
  let embedded: Embedded;
  let from: string;
  let file: string;

  beforeAll(async () => {
    embedded = await startEmbedded("hybrid");
    for (const [cmdlet, parameters] of byHand) await embedded.exchange("online").invoke(cmdlet, parameters);
  });
  afterAll(() => embedded.close());

  const imported = async (...args: string[]): Promise<Awaited<ReturnType<typeof siu>>> => {
    from = await stackFile(connection);
    file = join(dirname(from), "contoso.yaml");
    return siu(["import", file, "--from", from, ...args], embedded.environment);
  };

  test("is written as presets where it is the manual's, and as rules of one's own where it is not", async () => {
    const { code, out } = await imported();
    expect([code, out]).toEqual([
      0,
      expect.stringContaining("contoso.yaml is written; nothing else was touched."),
    ]);
    const { config } = parseConfig(readFileSync(file, "utf8"), { file });
    expect(config).toMatchObject({
      status: "off",
      signatureService: { preset: "codetwo", subdomain: "contoso" },
      connectors: { manage: "full", inbound: { adopt: "restore" }, outbound: { adopt: "restore" } },
      senderScopes: { signatures: { group: "board@contoso.com" } },
      impersonation: { manage: "verify" },
    });
    expect(config.transportRules).toMatchObject([
      {
        preset: "custom",
        name: "Disclaimer",
        adopt: "restore",
        parameters: {
          FromScope: "InOrganization",
          SentToScope: "NotInOrganization",
          AttachmentSizeOver: 512_000,
          ApplyHtmlDisclaimerText: "<p>Contoso's \u00e9 &amp; more</p>",
          ExceptIfSCLOver: 5,
          Mode: "Audit",
        },
      },
      { preset: "signatures", scope: "signatures", internalMail: false, adopt: "restore" },
      { preset: "custom", name: "Asleep", parameters: { DeleteMessage: true, Enabled: false } },
    ]);
  });

  test("says in the file and to the operator what the stack will only check, and what it cannot say", async () => {
    const { err } = await imported();
    expect(err).toContain("impersonation.manage: verify");
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(
      /^# yaml-language-server: .*\n# Written by `siu import`\..*\n# The right to the mailboxes is not/,
    );
    expect(text).toMatch(/# TransportRule 'Of old' stays out of the file, and as it is: ApplyOME must go/);
    expect(text).toContain("# In the order in which they run.\ntransportRules:");
  });

  test("is changed by the deployment in nothing but the stack's mark, and by no second one", async () => {
    await imported();
    const wanted = wantedFrom(readFileSync(file, "utf8"), "contoso", embedded);
    const stack = createStack(embedded, "contoso");
    embedded.said.length = 0;
    await stack.up(wanted);
    const taken = embedded.said.filter((line) => line.includes("taken over"));
    expect(taken.filter((line) => !line.endsWith("taken over (adopt): it is as it has to be."))).toEqual([]);
    expect(taken.length).toBe(5);
    expect(await stack.preview(wanted)).toEqual([]);
  });

  test("is never read into a file that exists", async () => {
    await imported();
    const before = readFileSync(file, "utf8");
    const { code, err } = await siu(["import", file, "--from", from], embedded.environment);
    expect([code, err]).toEqual([1, expect.stringContaining("an import overwrites no file")]);
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  test("comes as one line of JSON with --json", async () => {
    const { out, err } = await imported("--json");
    const answer = JSON.parse(out) as { text: string; remarks: string[] };
    expect([answer.text, answer.remarks.length > 0, err]).toEqual([readFileSync(file, "utf8"), true, ""]);
  });
});

test("flags that are missing are named with 2, and nothing is written", async () => {
  const file = join(dirname(await stackFile("")), "contoso.yaml");
  const { code, err } = await siu(["import", file, "--environment", "online"]);
  expect([code, err]).toEqual([2, expect.stringContaining("--domain is missing")]);
  expect(existsSync(file)).toBe(false);
});

test("a secret that is not there ends with 1, and nothing is written", async () => {
  const from = await stackFile(connection);
  const file = join(dirname(from), "contoso.yaml");
  const { code, err } = await siu(["import", file, "--from", from], { SIU_DEMO_CA: "x" });
  expect([code, err]).toEqual([1, expect.stringContaining("set the environment variable SIU_DEMO_")]);
  expect(existsSync(file)).toBe(false);
});
