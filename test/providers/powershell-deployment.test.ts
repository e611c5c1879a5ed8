import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rows, sideOf } from "../emulator/store.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { isAlive, overPowerShell, type PowerShellDeployment } from "./powershell-deployment.ts";
import { realPowerShell, shells } from "./powershell.ts";
import { startDaemonInterface, type RunningDaemon } from "./running-daemon.ts";

const timeout = 300_000;
if (realPowerShell === undefined)
  test.skip("a deployment over PowerShell itself: there is no pwsh on the PATH", () => {});

describe.each(shells)("over %s", (_name, executable) => {
  let organization: Embedded;
  let daemon: RunningDaemon;
  let deployment: PowerShellDeployment;
  /** Sessions that were opened, by side, as the servers counted them. */
  let sessions: { onPremises: number; online: number };

  beforeAll(async () => {
    organization = await startEmbedded();
    daemon = await startDaemonInterface();
    deployment = await overPowerShell("demo", organization, { DAEMON: daemon.token }, executable);
    await deployment.edit(
      "stacks/demo.yaml",
      (text) => `${text}daemon: { url: "${daemon.url}", token: "\${env:DAEMON}" }\n`,
    );
    const { faults } = organization.emulator.organization;
    const { take } = faults;
    faults.take = (protocol, operation, side, mailbox) => {
      // What each kind of session begins with: a remote one with a cmdlet of its own, the other with a token.
      if (operation === "Get-OrganizationConfig" && side === "onPremises") sessions.onPremises++;
      if (protocol === "token") sessions.online++;
      return take(protocol, operation, side, mailbox);
    };
  }, timeout);
  afterAll(async () => {
    await deployment.close();
    await daemon.close();
    await organization.close();
  });

  /** Runs the CLI, and tells how many sessions and processes that took, and what was left of them. */
  async function counted(...args: string[]) {
    sessions = { onPremises: 0, online: 0 };
    const { code, output } = await deployment.pulumi(...args);
    const { started, closed } = await deployment.processes();
    return {
      code,
      output,
      sessions: { ...sessions },
      processes: started.length,
      closed: closed.length,
      left: started.filter(isAlive),
    };
  }

  /** How many resources there are, the stack among them. */
  let created = 0;
  const oneEach = { sessions: { onPremises: 1, online: 1 }, processes: 2, closed: 2, left: [] };
  /** Once in a deployment, the account check reads that noun too, and two tokens of the application's tell what it was consented to. */
  const oneEachLooking = { ...oneEach, sessions: { onPremises: 2, online: 3 } };
  const up = ["up", "--yes", "--skip-preview"];

  test(
    "both sides are provisioned over one session each, whose processes end with the deployment",
    { timeout },
    async () => {
      const run = await counted(...up);
      expect(run).toMatchObject({ ...oneEachLooking, code: 0 });
      created = Number(/(\d+) created/.exec(run.output)?.[1]);
      expect(created).toBeGreaterThan(10);
      expect(organization.stored("online", "TransportRule", "CodeTwo Exchange transport rule")).toMatchObject(
        {
          State: "Enabled",
        },
      );
      expect(daemon.stored()?.settings.status).toBe("on");
    },
  );

  test("a second run changes nothing", { timeout }, async () => {
    expect(await counted(...up, "--refresh")).toMatchObject({
      ...oneEachLooking,
      code: 0,
      output: expect.stringContaining(`${created} unchanged`) as string,
    });
  });

  test("drift on either side and in the daemon is found, and repaired", { timeout }, async () => {
    const change = (
      side: "online" | "onPremises",
      cmdlet: string,
      parameters: Record<string, string | boolean>,
    ) => organization.exchange(side).invoke(cmdlet, parameters);
    await change("online", "Set-InboundConnector", {
      Identity: "CodeTwo Inbound Connector 2.0",
      RequireTls: false,
    });
    await change("onPremises", "Set-ManagementScope", {
      Identity: "Sent Items Update senders (demo)",
      RecipientRestrictionFilter: "Alias -eq 'nobody'",
    });
    const stored = daemon.stored();
    if (stored) stored.settings = { ...stored.settings, keepOriginal: true };
    const found = await counted("preview", "--refresh", "--expect-no-changes");
    expect(found).toMatchObject({ ...oneEachLooking, code: 7 });
    expect(found.output).toContain(`RequireTls is "false" instead of "true"`);
    expect(found.output).toContain("RecipientRestrictionFilter is");
    expect(found.output).toContain(
      "The daemon's settings were changed outside of this stack: keepOriginal is true instead of false.",
    );
    expect(await counted(...up, "--refresh")).toMatchObject({ ...oneEachLooking, code: 0 });
    expect(await counted("preview", "--refresh", "--expect-no-changes")).toMatchObject({
      ...oneEachLooking,
      code: 0,
    });
  });

  test("destroy removes both sides' objects, and switches the daemon off", { timeout }, async () => {
    expect(await counted("destroy", "--yes", "--skip-preview")).toMatchObject({ ...oneEach, code: 0 });
    const { organization: exchange } = organization.emulator;
    const left = [
      ...rows(sideOf(exchange, "online"), "TransportRule"),
      ...rows(sideOf(exchange, "online"), "OutboundConnector"),
      ...rows(sideOf(exchange, "onPremises"), "ManagementScope"),
    ].map((row) => String(row["Name"]));
    expect(left.filter((name) => /CodeTwo|Sent Items Update/.test(name))).toEqual([]);
    expect(daemon.stored()?.settings.status).toBe("off");
  });
});
