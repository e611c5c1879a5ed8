import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDns } from "../../../providers/doctor/dns.ts";
import type { Examination } from "../../../providers/doctor/examine.ts";
import { lints, type LintCode } from "../../../providers/doctor/lints.ts";
import type { Parameters, SideName } from "../../../providers/exchange/port.ts";
import { rows, sideOf } from "../../emulator/store.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { deploy } from "./patient.ts";
import { startDns } from "./dns-server.ts";
import { of, saidOf, type Edit } from "./said.ts";

let embedded: Embedded;
const said = (name: string, edit?: Edit, more: Partial<Examination> = {}): Promise<string[]> =>
  saidOf(name, embedded, edit, more);
const cmdlet = (side: SideName, name: string, parameters: Parameters) =>
  embedded.exchange(side).invoke(name, parameters);

/** Something that is done at the server, looked for, and undone. */
type Trouble = [
  code: LintCode,
  side: SideName,
  breaking: [string, Parameters],
  mending: [string, Parameters],
  message: RegExp,
];

/** The lint finds it while it is there. */
async function happens(stack: string, [code, side, breaking, mending, message]: Trouble): Promise<void> {
  await cmdlet(side, ...breaking);
  const found = await said(stack);
  await cmdlet(side, ...mending);
  expect(of(code, found).join("\n")).toMatch(message);
}

const rule = "CodeTwo Exchange transport rule";
const out = "CodeTwo Outbound Connector";
const forInside = { FromScope: "InOrganization", Enabled: true };

describe("a hybrid organization", () => {
  beforeAll(async () => {
    embedded = await startEmbedded();
    await deploy("demo", embedded);
  });
  afterAll(() => embedded.close());

  const quiet = ["SIU020", "SIU016", "SIU023", "SIU047", "SIU050", "SIU081"];
  test("in order has no error, and no warning but of the day on which its application needs another right", async () => {
    expect((await said("demo")).map((each) => each.slice(0, 6))).toEqual(quiet);
  });

  test.each<Trouble>([
    [
      "SIU012",
      "onPremises",
      [
        "New-ManagementRoleAssignment",
        { Name: "Wide", Role: "ApplicationImpersonation", User: "siu@contoso.com" },
      ],
      ["Remove-ManagementRoleAssignment", { Identity: "Wide", Confirm: false }],
      /'Wide' \(ApplicationImpersonation\) reaches every mailbox, not only the senders\. Remove it: Remove-/,
    ],
    [
      "SIU040",
      "online",
      [
        "Set-TransportRule",
        { Identity: rule, ExceptIfHeaderMatchesMessageHeader: null, ExceptIfHeaderMatchesPatterns: null },
      ],
      [
        "Set-TransportRule",
        {
          Identity: rule,
          ExceptIfHeaderMatchesMessageHeader: "X-CodeTwoProcessed",
          ExceptIfHeaderMatchesPatterns: ["true"],
        },
      ],
      /ATTR1.*Set-TransportRule -Identity .*-ExceptIfHeaderMatchesPatterns 'true'/,
    ],
    [
      "SIU041",
      "online",
      ["Set-OutboundConnector", { Identity: out, Enabled: false }],
      ["Set-OutboundConnector", { Identity: out, Enabled: true }],
      /is switched off: mail in its scope bounces\. At once: Disable-TransportRule/,
    ],
    [
      "SIU042",
      "online",
      ["Set-OutboundConnector", { Identity: out, IsValidated: false }],
      ["Set-OutboundConnector", { Identity: out, IsValidated: true }],
      /nobody tested the connector 'CodeTwo Outbound Connector'/,
    ],
    [
      "SIU043",
      "online",
      [
        "New-TransportRule",
        { Name: "Stop", ...forInside, PrependSubject: "x", StopRuleProcessing: true, Priority: 0 },
      ],
      ["Remove-TransportRule", { Identity: "Stop", Confirm: false }],
      /'Stop' runs before it and stops rule processing/,
    ],
    [
      "SIU044",
      "online",
      [
        "New-OutboundConnector",
        {
          Name: "Gateway",
          ConnectorType: "Partner",
          RecipientDomains: ["*"],
          SmartHosts: ["gw.example"],
          UseMXRecord: false,
        },
      ],
      ["Remove-OutboundConnector", { Identity: "Gateway", Confirm: false }],
      /'Gateway' takes all mail to the outside/,
    ],
    [
      "SIU045",
      "online",
      [
        "New-TransportRule",
        {
          Name: "Strange",
          ...forInside,
          RouteMessageOutboundConnector: out,
          ExceptIfHeaderMatchesMessageHeader: "X-CodeTwoProcessed",
          ExceptIfHeaderMatchesPatterns: ["true"],
        },
      ],
      ["Remove-TransportRule", { Identity: "Strange", Confirm: false }],
      /'Strange' sends mail through .* was not created from a stack: its senders cost licences/,
    ],
    [
      "SIU051",
      "onPremises",
      ["Set-Mailbox", { Identity: "anna.weber@contoso.com", LitigationHoldEnabled: true }],
      ["Set-Mailbox", { Identity: "anna.weber@contoso.com", LitigationHoldEnabled: false }],
      /^SIU051 1 mailbox is on litigation hold/,
    ],
  ])("%s is found on %s when it happens", (...trouble) => happens("demo", trouble));

  test("SIU041: a rule whose connector is gone bounces mail", async () => {
    const connectors = sideOf(embedded.emulator.organization, "online").objects.get("OutboundConnector");
    const [guid = "", row] = [...(connectors ?? [])].find(([, { Name }]) => Name === out) ?? [];
    connectors?.delete(guid);
    expect(of("SIU041", await said("demo"))).toEqual([
      expect.stringContaining("does not exist: mail in its scope"),
    ]);
    if (row) connectors?.set(guid, row);
  });

  test("SIU044: another rule that sends the same mail elsewhere", async () => {
    const hybrid = rows(sideOf(embedded.emulator.organization, "online"), "OutboundConnector").find(
      ({ ConnectorSource }) => ConnectorSource === "HybridWizard",
    );
    await cmdlet("online", "Set-OutboundConnector", {
      Identity: String(hybrid?.["Name"]),
      IsTransportRuleScoped: true,
    });
    await cmdlet("online", "New-TransportRule", {
      Name: "Elsewhere",
      ...forInside,
      RouteMessageOutboundConnector: String(hybrid?.["Name"]),
    });
    expect(of("SIU044", await said("demo"))).toEqual([expect.stringContaining("different connectors")]);
    await cmdlet("online", "Remove-TransportRule", { Identity: "Elsewhere", Confirm: false });
    await cmdlet("online", "Set-OutboundConnector", {
      Identity: String(hybrid?.["Name"]),
      IsTransportRuleScoped: false,
    });
  });

  test("SIU046: a dynamic group in a rule stands for whoever was in it", async () => {
    await cmdlet("online", "New-DynamicDistributionGroup", {
      Name: "Everyone new",
      PrimarySmtpAddress: "new@contoso.com",
      RecipientFilter: "RecipientTypeDetails -eq 'UserMailbox'",
    });
    const edit: Edit = (text) => text.replace("group: signatures@contoso.com", "group: new@contoso.com");
    expect(of("SIU046", await said("demo", edit))).toEqual([
      expect.stringContaining("'new@contoso.com' stand in the rule"),
    ]);
  });

  test("SIU052: a sender without a mailbox", async () => {
    const edit: Edit = (text) =>
      text.replace(
        "include: allExcept\n  users: [otto.outsider@contoso.com]",
        "include: only\n  users: [sales@contoso.com]",
      );
    expect(of("SIU052", await said("demo", edit))).toEqual([
      expect.stringMatching(/'sales@contoso\.com' in senders\.users has no mailbox/),
    ]);
  });

  test("SIU012: the file itself asks for everybody", async () => {
    const edit: Edit = (text) => text.replace("scope: senders", "scope: organization");
    expect(of("SIU012", await said("demo", edit))).toEqual([
      expect.stringContaining("impersonation.scope: organization"),
    ]);
  });

  test("SIU071: an intake whose domain became an accepted one", async () => {
    // No cmdlet of Exchange Online adds one: that is done in Microsoft 365.
    const domains = sideOf(embedded.emulator.organization, "online").objects.get("AcceptedDomain");
    const [row] = domains?.values() ?? [];
    domains?.set("siu", { ...row, Guid: "siu", Name: "siu", DomainName: "siu.contoso.com" });
    expect(of("SIU071", await said("demo"))).toEqual([
      expect.stringContaining("siu.contoso.com is an accepted domain, so Exchange looks for"),
    ]);
    domains?.delete("siu");
  });

  test("SIU070: journal reports that nobody gets", async () => {
    const edit: Edit = (text) =>
      text.replace(
        "via: connector\n  address",
        "via: journal\n  journalingReportNdrTo: anna.weber@contoso.com\n  address",
      );
    expect(of("SIU070", await said("demo", edit))).toEqual([
      expect.stringContaining("Set-TransportConfig -JournalingReportNdrTo"),
    ]);
    await cmdlet("online", "Set-TransportConfig", { JournalingReportNdrTo: "anna.weber@contoso.com" });
    expect(of("SIU070", await said("demo", edit))).toEqual([]);
  });

  test("SIU080, SIU082, SIU083: what the file says itself", async () => {
    const edit: Edit = (text) =>
      text
        .replace("subdomain: contoso", "subdomain: contoso\n  region: germany")
        .replace("status: on", "status: off")
        .replace(
          "via: rest\n      url: ${env:SIU_DEMO_ONPREMISES_ADMIN}",
          "via: powershell\n      url: http://127.0.0.1:1/PowerShell/",
        );
    const found = await said("demo", edit, { platform: "linux" });
    for (const code of ["SIU080", "SIU082", "SIU083"] as const) expect(of(code, found)).toHaveLength(1);
    expect(of("SIU082", await said("demo", edit, { platform: "win32" }))).toEqual([]);
  });

  test("SIU030, SIU031, SIU032: certificates, of the file and as the listener shows them", async () => {
    const { cert } = await embedded.emulator.organization.authority.issue(["other.contoso.com"]);
    const shown = new X509Certificate(cert);
    const listen = async () => ({ certificate: shown.raw });
    const at = (time: number): Partial<Examination> => ({
      listen,
      world: { ...embedded.world, now: () => time },
    });
    const ends = shown.validToDate.getTime();
    const now = await said("demo", undefined, at(ends - 90 * 86_400_000));
    expect(of("SIU032", now)).toEqual([
      expect.stringMatching(
        /listener at siu\.contoso\.com shows is for DNS:other\.contoso\.com, and whoever connects demands/,
      ),
    ]);
    expect([...of("SIU030", now), ...of("SIU031", now)]).toEqual([]);
    const late = await said("demo", undefined, at(ends - 10 * 86_400_000));
    expect(of("SIU031", late).join("\n")).toMatch(/intake\.listen\.certificate expires on[^]*listener at/);
    const over = await said("demo", undefined, at(ends + 60_000));
    expect(of("SIU030", over).join("\n")).toMatch(/intake\.listen\.certificate expired on[^]*listener at/);
    expect(
      of("SIU030", await said("demo", undefined, at(shown.validFromDate.getTime() - 60_000))),
    ).not.toEqual([]);
  });

  test("SIU001: a certificate that is none", async () => {
    const resolved = () => "no certificate";
    expect(of("SIU001", await said("demo", undefined, { resolved }))).toEqual(
      ["intake.listen.certificate", "connections.certificateAuthority"].map((what) =>
        expect.stringContaining(`${what}: It is no certificate in PEM form`),
      ),
    );
  });

  test("SIU060, SIU061: what DNS says of the organization's domain", async () => {
    const dns = await startDns({
      "contoso.smtp.codetwo.online": { A: ["192.0.2.9"] },
      "contoso.com": { TXT: [] },
    });
    const look = async (): Promise<string[]> => said("demo", undefined, { dns: openDns([dns.address]) });
    expect(of("SIU060", await look())).toEqual([expect.stringContaining("contoso.com has no SPF record")]);
    dns.zone["contoso.com"] = { TXT: ["v=spf1 ip4:198.51.100.0/24 -all"] };
    expect(of("SIU060", await look())).toEqual([
      expect.stringMatching(/does not let the signature service .*192\.0\.2\.9/),
    ]);
    dns.zone["contoso.com"] = { TXT: ["v=spf1 ip4:x -all"] };
    expect(of("SIU060", await look())).toEqual([expect.stringContaining("is not valid: 'x' is no network")]);
    dns.zone["contoso.com"] = { TXT: ["v=spf1 a:contoso.smtp.codetwo.online -all"] };
    expect(of("SIU060", await look())).toEqual([]);
    expect(of("SIU061", await look())).toEqual([expect.stringContaining("selector1._domainkey")]);
    dns.zone["selector1._domainkey.contoso.com"] = { TXT: ["v=DKIM1; p=x"] };
    expect(of("SIU061", await look())).toEqual([]);
    dns.fail();
    expect(of("SIU001", await look())).toEqual([
      expect.stringContaining("DNS of contoso.com: DNS does not answer"),
    ]);
    await dns.close();
  });

  test("SIU001: what nobody may read is said, and nothing is concluded from it", async () => {
    const world = {
      ...embedded.world,
      on: (side: SideName) => {
        const session = embedded.world.on(side);
        const rows: typeof session.rows = (noun, query) =>
          noun === "TransportConfig" ? session.run("Get-NoSuchThing", {}) : session.rows(noun, query);
        return { ...session, rows };
      },
    };
    expect(of("SIU001", await said("demo", undefined, { world }))).toEqual(
      ["your own servers", "Exchange Online"].map((side) =>
        expect.stringContaining(`Get-TransportConfig (${side}): Get-NoSuchThing failed`),
      ),
    );
  });

  test("all of it is over once it is mended", async () => {
    expect((await said("demo")).map((each) => each.slice(0, 6))).toEqual(quiet);
  });
});

test("codes have the form that the page's anchors rely on", () => {
  expect(Object.keys(lints).filter((code) => !/^SIU\d{3}$/.test(code))).toEqual([]);
});
