import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { halfMade } from "../../../stacks/cli/deployment.ts";
import { createDeployment, type Deployment } from "../../providers/deployment.ts";
import { inventory, startEmbedded, type Embedded } from "../../providers/embedded.ts";

const patience = 300_000;

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

test("what a killed run was making is half made until a later run has made it", () => {
  const urn = (name: string): string => `urn:pulumi:demo::sent-items-update::exchange:SendConnector::${name}`;
  const pending = (type: string, name: string) => ({ type, resource: { urn: urn(name) } });
  const state = {
    resources: [{ urn: urn("made") }, { urn: urn("changed") }],
    pending_operations: [
      pending("creating", "made"),
      pending("updating", "changed"),
      pending("creating", "lost"),
      pending("creating", "lost"),
    ],
  };
  expect(halfMade(state)).toEqual(["lost"]);
  expect(halfMade({})).toEqual([]);
});

describe("plan, apply and destroy on the state of plain Pulumi", () => {
  let embedded: Embedded;
  let deployment: Deployment;
  let before: string[];

  const variables = (): NodeJS.ProcessEnv => ({
    ...process.env,
    ...embedded.environment,
    PULUMI_BACKEND_URL: `file://${join(deployment.folder, "../state")}`,
    PULUMI_CONFIG_PASSPHRASE: "of a test",
  });

  /** `siu` in the deployment's copy of the project; `heard` gets what it writes, and may send it a signal. */
  function siu(
    args: string[],
    heard?: (text: string, kill: (signal: NodeJS.Signals) => void) => void,
  ): Promise<Ran> {
    const { folder } = deployment;
    const child = spawn(process.execPath, [join(folder, "stacks/cli/siu.mjs"), ...args], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: variables(),
    });
    const ran = { code: 0, out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (ran.out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      ran.err += text;
      heard?.(ran.err, (signal) => void child.kill(signal));
    });
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ ...ran, code }));
    });
  }

  const locks = (): string[] => {
    const folder = join(deployment.folder, "../state/.pulumi/locks");
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(".json"),
    );
  };

  beforeAll(async () => {
    embedded = await startEmbedded();
    before = inventory(embedded);
    deployment = await createDeployment("demo", embedded.environment);
  }, patience);
  afterAll(async () => {
    await deployment.close();
    await embedded.close();
  });

  test(
    "apply that is interrupted ends in order: what is under way is finished, and no lock stays",
    { timeout: patience },
    async () => {
      let sent = false;
      const ran = await siu(["apply", "demo", "--yes"], (text, kill) => {
        if (sent || !text.includes("+ created")) return;
        sent = true;
        kill("SIGINT");
      });
      expect(ran).toMatchObject({ code: 1, err: expect.stringContaining("siu: stopping") as string });
      expect(locks()).toEqual([]);
      // A rule is the last step.
      expect(embedded.stored("online", "TransportRule", "CodeTwo Exchange transport rule")).toBeUndefined();
    },
  );

  test("plain Pulumi goes on where apply ended", { timeout: patience }, async () => {
    expect(await deployment.pulumi("up", "--yes", "--skip-preview", "--refresh")).toMatchObject({ code: 0 });
    expect(embedded.stored("online", "TransportRule", "CodeTwo Exchange transport rule")).toMatchObject({
      State: "Enabled",
    });
  });

  // Elsewhere `script` is called in another way.
  test.runIf(process.platform === "linux")(
    "apply shows each value that somebody changed, asks whoever sits at a terminal, and repairs it",
    { timeout: patience },
    async () => {
      const exchange = embedded.exchange("online");
      const connector = { Identity: "CodeTwo Outbound Connector" };
      await exchange.invoke("Set-OutboundConnector", { ...connector, TlsDomain: "relay.example" });
      await exchange.invoke("Remove-TransportRule", { Identity: "Sent Items Update intake", Confirm: false });
      const command = `'${process.execPath}' '${join(deployment.folder, "stacks/cli/siu.mjs")}' apply demo`;
      const terminal = spawn("script", ["-qec", command, "/dev/null"], {
        env: { ...variables(), NO_COLOR: "1" },
      });
      let shown = "";
      terminal.stdout.setEncoding("utf8").on("data", (text: string) => {
        shown += text;
        if (!text.includes("[y/N]")) return;
        expect(embedded.stored("online", "OutboundConnector", connector.Identity)?.["TlsDomain"]).toBe(
          "relay.example",
        );
        terminal.stdin.write("y\n");
      });
      expect(await once(terminal, "close")).toEqual([0, null]);
      const lines = shown.replaceAll("\r", "");
      expect(lines).toContain(
        `~ OutboundConnector 'CodeTwo Outbound Connector'\n    TlsDomain: "relay.example" → "*.codetwo.com"\n`,
      );
      expect(lines).toMatch(
        /\+ TransportRule 'Sent Items Update intake'\n( {4}.*\n)* {4}BlindCopyTo: .*"stamped@siu/,
      );
      expect(lines).toContain("1 to create, 1 to change. Do it?");
      expect(lines).toMatch(/~ changed OutboundConnector 'CodeTwo Outbound Connector' \([\d.]+ s\)/);
      expect(lines).toContain("each of whom uses a licence");
      expect(embedded.stored("online", "OutboundConnector", connector.Identity)?.["TlsDomain"]).toBe(
        "*.codetwo.com",
      );
    },
  );

  test("plan then has nothing to change", { timeout: patience }, async () => {
    expect(await siu(["plan", "demo"])).toMatchObject({ code: 0, out: "Nothing to change.\n" });
  });

  test("what fails is told with its reason, and the exit code says so", { timeout: patience }, async () => {
    const { faults } = embedded.emulator.organization;
    faults.add({ protocol: "admin", operation: "Get-InboundConnector", failure: "expired", times: 99 });
    const { code, err } = await siu(["plan", "demo"]);
    faults.clear();
    expect(code).toBe(1);
    expect(err).toContain("refused the credentials");
    expect(err).toContain("siu: It did not end well; the reason is above.");
    expect(err).not.toMatch(/\bat .*\.(js|ts):\d/);
  });

  test("where nobody can be asked, nothing is done without --yes", async () => {
    expect(await siu(["apply", "demo"])).toMatchObject({
      code: 1,
      err: expect.stringContaining("Say --yes") as string,
    });
  });

  test("destroy removes everything, and tells each step as JSON", { timeout: patience }, async () => {
    const { code, out } = await siu(["destroy", "demo", "--yes", "--json", "--parallel", "2"]);
    const heard = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { is: string; step?: { title: string } });
    expect(code).toBe(0);
    expect(heard).toContainEqual({
      is: "done",
      step: {
        resource: "outbound-connector",
        title: "OutboundConnector 'CodeTwo Outbound Connector'",
        act: "delete",
        changes: [],
      },
      looking: false,
    });
    // What was only checked is not said to be removed.
    expect(heard.filter(({ step }) => step?.title.startsWith("ExistingAccount"))).toEqual([]);
    expect(inventory(embedded)).toEqual(before);
  });
});
