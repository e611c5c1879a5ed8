import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { examine, type Examination } from "../../providers/doctor/examine.ts";
import type { Part, Report, Step } from "../../providers/doctor/report.ts";
import type { Parameters, SideName } from "../../providers/exchange/port.ts";
import { rows, sideOf } from "../emulator/store.ts";
import { deploy, patientOf } from "./doctor/patient.ts";
import { readLine } from "./doctor/powershell-line.ts";
import { accountOf, inventory, startEmbedded, type Embedded } from "./embedded.ts";
import { startDaemonInterface } from "./running-daemon.ts";
import { createStack } from "./stack.ts";

let embedded: Embedded;
const look = async (name: string, more: Partial<Examination> = {}): Promise<Report> => {
  embedded.renew();
  return examine({ ...(await patientOf(name, embedded)), ...more });
};

const ofPart = ({ steps }: Report, part: Part): Step[] => steps.filter((step) => step.part === part);

/** What is not green, as `part title`. */
const red = ({ steps }: Report): string[] =>
  steps.filter(({ state }) => state === "error").map(({ part, title }) => `${part} ${title}`);

/** Every cause of a report, in one text. */
const causes = ({ steps }: Report): string => steps.flatMap((step) => step.causes).join("\n");

const cmdlet = (side: SideName, name: string, parameters: Parameters): Promise<unknown> =>
  embedded.exchange(side).invoke(name, parameters);

/** Does what the report says to do by hand, word for word, where it says it. */
async function byHand({ steps }: Report): Promise<void> {
  for (const { title, byHand } of steps)
    for (const line of byHand) {
      const { cmdlet: name, parameters } = readLine(line);
      await cmdlet(title.includes("(your own servers)") ? "onPremises" : "online", name, parameters);
    }
}

describe.each([
  ["demo", 24],
  ["online", 17],
])("an organization that %s.yaml finds empty", (name, green) => {
  beforeAll(async () => void (embedded = await startEmbedded()));
  afterAll(() => embedded.close());

  test("is looked at without a trace: writes are only rehearsed", async () => {
    const before = inventory(embedded);
    embedded.calls.length = 0;
    const report = await look(name);
    expect(report.healthy).toBe(false);
    expect(inventory(embedded)).toEqual(before);
    expect(embedded.calls.filter((each) => !/ (Get|Test|New)-/.test(each))).toEqual([]);
    expect(ofPart(report, "rights").every(({ state }) => state === "ok")).toBe(true);
  });

  test("gets green by the cmdlets of the report, word for word, and a deployment takes up what was made", async () => {
    await byHand(await look(name));
    // The connector that the first round made can be validated in the second.
    await byHand(await look(name));
    const report = await look(name);
    expect(red(report)).toEqual([]);
    expect(report.healthy).toBe(true);
    expect(report.steps.filter(({ state }) => state === "ok")).toHaveLength(green);
    const stack = createStack(embedded, name);
    const { resources } = await patientOf(name, embedded);
    await stack.up(resources);
    expect(await stack.preview(resources)).toEqual([]);
  });
});

describe("a hybrid organization in order", () => {
  beforeAll(async () => {
    embedded = await startEmbedded();
    await deploy("demo", embedded);
  });
  afterAll(() => embedded.close());

  const rule = "CodeTwo Exchange transport rule";
  const out = "CodeTwo Outbound Connector";

  test.each<[string, Part, SideName, [string, Parameters], [string, Parameters], RegExp, string?]>([
    [
      "a rule that is off",
      "rule",
      "online",
      ["Disable-TransportRule", { Identity: rule, Confirm: false }],
      ["Enable-TransportRule", { Identity: rule }],
      /Enabled is "false" and has to be "true"/,
      `Enable-TransportRule -Identity '${rule}'`,
    ],
    [
      "a rule that lost its exception",
      "rule",
      "online",
      ["Set-TransportRule", { Identity: rule, ExceptIfFromAddressMatchesPatterns: null }],
      ["Set-TransportRule", { Identity: rule, ExceptIfFromAddressMatchesPatterns: ["<>"] }],
      /ExceptIfFromAddressMatchesPatterns is not set and has to be "<>"/,
      `Set-TransportRule -Identity '${rule}' -ExceptIfFromAddressMatchesPatterns @('<>')`,
    ],
    [
      "a connector that is off",
      "connectors",
      "online",
      ["Set-InboundConnector", { Identity: "CodeTwo Inbound Connector 2.0", Enabled: false }],
      ["Set-InboundConnector", { Identity: "CodeTwo Inbound Connector 2.0", Enabled: true }],
      /Enabled is "false"/,
      "Set-InboundConnector -Identity 'CodeTwo Inbound Connector 2.0' -Enabled:$true",
    ],
    [
      "a connector that is not validated",
      "connectors",
      "online",
      ["Set-OutboundConnector", { Identity: out, IsValidated: false }],
      ["Set-OutboundConnector", { Identity: out, IsValidated: true }],
      /is not validated.*401 4\.5\.4/,
      `Validate-OutboundConnector -Identity '${out}' -Recipients @('postmaster@fabrikam.example')`,
    ],
    [
      "an intake rule that only tests",
      "intake",
      "online",
      ["Set-TransportRule", { Identity: "Sent Items Update intake", Mode: "Audit" }],
      ["Set-TransportRule", { Identity: "Sent Items Update intake", Mode: "Enforce" }],
      /Mode is "audit" and has to be "enforce"/,
      "Set-TransportRule -Identity 'Sent Items Update intake' -Mode 'Enforce'",
    ],
    [
      "an account that has to change its password",
      "account",
      "onPremises",
      ["Set-User", { Identity: "siu@contoso.com", ResetPasswordOnNextLogon: true }],
      ["Set-User", { Identity: "siu@contoso.com", ResetPasswordOnNextLogon: false }],
      /change its password at the next logon.*ResetPasswordOnNextLogon \$false/,
    ],
    [
      "an account that is not in Organization Management",
      "account",
      "onPremises",
      [
        "Remove-RoleGroupMember",
        { Identity: "Organization Management", Member: "siu@contoso.com", Confirm: false },
      ],
      ["Add-RoleGroupMember", { Identity: "Organization Management", Member: "siu@contoso.com" }],
      /not in Organization Management.*Add-RoleGroupMember/,
    ],
    [
      "a right that does not count",
      "grant",
      "onPremises",
      [
        "Set-ManagementRoleAssignment",
        { Identity: "Sent Items Update impersonation (demo)", Enabled: false },
      ],
      ["Set-ManagementRoleAssignment", { Identity: "Sent Items Update impersonation (demo)", Enabled: true }],
      /Enabled is "false"[^]*Impersonation does not work: .*ErrorImpersonateUserDenied/,
      "Set-ManagementRoleAssignment -Identity 'Sent Items Update impersonation (demo)' -Enabled:$true",
    ],
  ])("%s makes its step red, with what to do", async (_, part, side, breaking, mending, why, line) => {
    await cmdlet(side, ...breaking);
    const report = await look("demo");
    await cmdlet(side, ...mending);
    expect(ofPart(report, part).some(({ state }) => state === "error")).toBe(true);
    expect(causes(report)).toMatch(why);
    expect(report.healthy).toBe(false);
    if (line !== undefined) expect(report.steps.flatMap(({ byHand }) => byHand)).toContain(line);
  });

  test("a domain that is not accepted is red, with the refusal that it leads to", async () => {
    const domains = sideOf(embedded.emulator.organization, "online").objects.get("AcceptedDomain");
    const [guid, row] =
      [...(domains ?? [])].find(([, { DomainName }]) => DomainName === "contoso.smtp.codetwo.online") ?? [];
    domains?.delete(String(guid));
    const report = await look("demo");
    if (row) domains?.set(String(guid), row);
    expect(red(report)).toEqual(["connectors The accepted domain 'contoso.smtp.codetwo.online'"]);
    expect(causes(report)).toContain("550 5.7.64 TenantAttribution");
  });

  test("credentials that Exchange refuses leave impersonation untried; the account says why", async () => {
    const account = accountOf(embedded.emulator, "siu@contoso.com");
    account.disabled = true;
    const report = await look("demo");
    account.disabled = false;
    expect(ofPart(report, "server")).toMatchObject([{ state: "ok" }]);
    expect(ofPart(report, "credentials")).toMatchObject([{ state: "error" }]);
    // What the application may do in Exchange Online does not depend on it.
    expect(ofPart(report, "impersonation")).toMatchObject([{ state: "skipped" }, { state: "ok" }]);
    expect(ofPart(report, "account")[0]?.causes.join()).toMatch(/is disabled\. The manual:/);
  });

  test("a server that is not found leaves credentials and impersonation untried", async () => {
    const world = {
      ...embedded.world,
      impersonate: async () => ({ result: "NO_SERVER", detail: "https://x: ENOTFOUND" }) as const,
    };
    const report = await look("demo", { world });
    expect(ofPart(report, "server")[0]?.causes.join()).toMatch(/^Cannot locate the server: https:\/\/x/);
    expect([...ofPart(report, "credentials"), ...ofPart(report, "impersonation")]).toMatchObject([
      { state: "skipped" },
      { state: "skipped" },
      { state: "ok" },
    ]);
  });

  test.each<[SideName, () => () => void]>([
    [
      "online",
      () => {
        const application = embedded.emulator.organization.store.applications[0];
        const secret = application?.secret ?? "";
        if (application) application.secret = "another";
        return () => void (application && (application.secret = secret));
      },
    ],
    [
      "onPremises",
      () => {
        const account = accountOf(embedded.emulator, "admin@contoso.com");
        const { password = "" } = account;
        account.password = "another";
        return () => void (account.password = password);
      },
    ],
  ])(
    "an operator whom %s refuses hears it once; nothing is said of what nobody looked at",
    async (side, lock) => {
      embedded.renew();
      // Whoever connects has the credentials already.
      embedded.world.on(side);
      const unlock = lock();
      const report = await examine(await patientOf("demo", embedded));
      unlock();
      expect(red(report)).toEqual([expect.stringMatching(/^connection /)]);
      const title = side === "online" ? "Exchange Online" : "your own servers";
      const untried = report.steps.filter(
        ({ state, causes }) => state === "skipped" && causes[0]?.includes(title),
      );
      expect(untried.length).toBeGreaterThan(3);
    },
  );

  test("an operator without rights is told of each cmdlet that a deployment would run", async () => {
    const { organization } = embedded.emulator;
    const groups = rows(sideOf(organization, "onPremises"), "RoleGroup");
    const [whole, viewers] = ["Organization Management", "View-Only Organization Management"].map((name) =>
      groups.find((row) => row["Name"] === name),
    );
    const members = whole?.["Members"];
    Object.assign(viewers ?? {}, { Members: members });
    Object.assign(whole ?? {}, { Members: [] });
    const report = await look("demo");
    Object.assign(whole ?? {}, { Members: members });
    Object.assign(viewers ?? {}, { Members: [] });
    expect(ofPart(report, "rights")).toMatchObject([
      {
        state: "error",
        causes: [
          expect.stringMatching(
            /may not run New-ManagementScope\. .*Add-RoleGroupMember "Organization Management"/,
          ),
          expect.stringMatching(/may not run New-ManagementRoleAssignment/),
        ],
      },
      { state: "ok" },
    ]);
  });

  test.each([
    ["a sender's", "anna.weber@contoso.com", "ok", /^$/],
    [
      "one outside of the scope",
      "otto.outsider@contoso.com",
      "error",
      /may not act as 'otto\.outsider@contoso\.com'/,
    ],
    ["nobody's", "nobody@contoso.com", "error", /No mailbox has this user principal name/],
  ])("the mailbox of --mailbox is tried: %s", async (_, mailbox, state, why) => {
    embedded.renew();
    const patient = await patientOf("demo", embedded, (text) =>
      text.replace("  scope: senders", `  scope: senders\n  testMailbox: ${mailbox}`),
    );
    const report = await examine({ ...patient, mailbox });
    const worst = ofPart(report, "impersonation").find((step) => step.state !== "ok")?.state ?? "ok";
    expect(worst).toBe(state);
    expect(causes({ ...report, steps: ofPart(report, "impersonation") })).toMatch(why);
  });

  test("a listener that nobody reaches is red", async () => {
    const asked: string[] = [];
    const listen = async (host: string) => {
      asked.push(host);
      return { trouble: "no answer" };
    };
    const report = await look("demo", { listen });
    expect(asked).toEqual(["siu.contoso.com"]);
    expect(red(report)).toEqual(["listener The listener at siu.contoso.com"]);
  });

  test("a daemon is red until it has the file's settings and can work with them", async () => {
    const daemon = await startDaemonInterface();
    const patient = await patientOf("demo", embedded, (text) => `${text}\ndaemon:\n  url: ${daemon.url}\n`);
    const { openDaemon } = await import("../../providers/daemon.ts");
    const world = { ...embedded.world, daemon: () => openDaemon(daemon) };
    const state = async (): Promise<Step | undefined> =>
      ofPart(await examine({ ...patient, world }), "daemon")[0];
    expect(await state()).toMatchObject({
      state: "error",
      causes: ["It has none yet. Run: npx siu publish demo"],
    });
    const to = openDaemon(daemon);
    await to.put({ ...patient.settings, status: "off" }, undefined);
    expect(await state()).toMatchObject({
      causes: ['status is "off" instead of "on". Run: npx siu publish demo'],
    });
    await to.put(patient.settings, await to.settings());
    expect(await state()).toMatchObject({ state: "ok" });
    daemon.problems.push("The mailbox server does not answer.");
    expect(await state()).toMatchObject({ state: "error", causes: ["The mailbox server does not answer."] });
    await daemon.close();
    expect(await state()).toMatchObject({
      causes: [expect.stringContaining("does not answer. Is it running")],
    });
  });

  test("everything that was mended is green again", async () => {
    expect(red(await look("demo"))).toEqual([]);
  });
});

describe("an organization with servers of its own", () => {
  beforeAll(async () => {
    embedded = await startEmbedded("onPremises");
    await deploy("onprem", embedded);
  });
  afterAll(() => embedded.close());

  test("is green with the account that the stack made, and says that the updates are off", async () => {
    const report = await look("onprem");
    expect(red(report)).toEqual([]);
    expect(ofPart(report, "account")).toMatchObject([
      { title: "Mailbox 'CodeTwoSiuAgent' (your own servers)" },
    ]);
    expect(report.findings.map(({ code }) => code)).toEqual(["SIU083"]);
  });

  test("an account that is gone is red, with the cmdlet that makes it", async () => {
    await cmdlet("onPremises", "Remove-Mailbox", { Identity: "CodeTwoSiuAgent", Confirm: false });
    const world = {
      ...embedded.world,
      impersonate: async () => ({ result: "WRONG_CREDENTIALS", detail: "HTTP 401" }) as const,
    };
    const [step] = ofPart(await look("onprem", { world }), "account");
    expect(step).toMatchObject({ state: "error", causes: ["It does not exist. Run: npx siu up onprem"] });
    expect(step?.byHand).toEqual([
      "New-Mailbox -Name 'CodeTwoSiuAgent' -UserPrincipalName 'CodeTwoSiuAgent@contoso.com' -DisplayName 'Sent Items Update service account [sent-items-update:onprem]' -Password (Read-Host -AsSecureString)",
    ]);
  });
});
