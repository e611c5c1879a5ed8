import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Environment } from "../emulator/organization.ts";
import { accountOf, startEmbedded, type Embedded } from "./embedded.ts";
import { overPowerShell, type PowerShellDeployment } from "./powershell-deployment.ts";
import { startDaemonInterface } from "./running-daemon.ts";

const timeout = 300_000;
const linux = existsSync("/proc/self/cmdline");
if (!linux)
  process.stderr.write("Arguments and environments of processes are not searched: there is no /proc here.\n");

/** As much as Pulumi and the libraries can be made to say. */
const loud = ["--debug", "-v=9", "--logtostderr"];

/** An organization, a daemon and a stack over PowerShell, and everything that was said and shown meanwhile. */
interface Watched {
  organization: Embedded;
  deployment: PowerShellDeployment;
  /** Runs the CLI; what it says is kept. */
  run: (command: string, ...args: string[]) => Promise<number | null>;
  /** Where a secret was seen: names of texts. */
  found: (secrets: Record<string, string>) => string[];
}

async function watched(
  stack: string,
  environment: Environment,
  more: (organization: Embedded) => Promise<Record<string, string>> = async () => ({}),
): Promise<Watched> {
  const organization = await startEmbedded(environment);
  onTestFinished(organization.close);
  const daemon = await startDaemonInterface();
  onTestFinished(daemon.close);
  const deployment = await overPowerShell(stack, organization, {
    ...(await more(organization)),
    SIU_DEMO_DAEMON: daemon.url,
    SIU_DEMO_DAEMON_TOKEN: daemon.token,
    DEBUG: "*",
    PULUMI_DEBUG_COMMANDS: "true",
  });
  onTestFinished(deployment.close);
  const section = 'daemon: { url: "${env:SIU_DEMO_DAEMON}", token: "${env:SIU_DEMO_DAEMON_TOKEN}" }\n';
  await deployment.edit(`stacks/${stack}.yaml`, (text) => (/^daemon:/m.test(text) ? text : text + section));
  const texts = new Map<string, string>();
  const { faults } = organization.emulator.organization;
  const { take } = faults;
  faults.take = (...request) => {
    // While a cmdlet runs, everything that takes part in the deployment is there.
    for (const [what, text] of shown(deployment)) {
      const known = texts.get(what) ?? "";
      if (!known.includes(text)) texts.set(what, known + text);
    }
    return take(...request);
  };
  let runs = 0;
  return {
    organization,
    deployment,
    run: async (command, ...args) => {
      const { code, output } = await deployment.pulumi(command, ...args, "--event-log", "events.json");
      texts.set(`output of run ${++runs}, ${command}`, output);
      return code;
    },
    found: (secrets) => {
      // What is searched has in it what is no secret: the search would find.
      if (linux) expect([...texts.keys()].filter((what) => what.startsWith("environment"))).not.toEqual([]);
      for (const [path, text] of written(join(deployment.folder, ".."))) texts.set(path, text);
      for (const what of [/output of run 1/, /events\.json$/, /^\/state\/.*\.json$/]) {
        const seen = [...texts].filter(([path]) => what.test(path)).map(([, text]) => text);
        expect([what, seen.some((text) => text.includes("service-account"))]).toEqual([what, true]);
      }
      return [...texts].flatMap(([what, text]) =>
        Object.entries(secrets)
          .filter(([, secret]) => forms(secret).some((form) => text.includes(form)))
          .map(([name]) => `${name} in ${what}`),
      );
    },
  };
}

/** Arguments of every process, and the environment of those that stand in for PowerShell. */
function shown({ folder }: PowerShellDeployment): [string, string][] {
  if (!linux) return [];
  const read = (path: string): string => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      // It ended while the list was read.
      return "";
    }
  };
  const log = read(join(folder, "powershell.log"));
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => [
      // Tests beside this one call curl with tokens of their own.
      [`arguments of ${pid}`, read(`/proc/${pid}/cmdline`).replace(/^[^\0]*curl\0[^]*/, "")],
      ...(log.includes(`started ${pid}\n`)
        ? [[`environment of PowerShell ${pid}`, read(`/proc/${pid}/environ`)] as [string, string]]
        : []),
    ]);
}

/** Everything that the deployment wrote: state with its history, configuration, events. */
function written(folder: string): [string, string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.endsWith("service-account.password"))
    .map((path) => [path.slice(folder.length), readFileSync(path, "utf8")]);
}

/** As it is, and as other texts carry it. A key is known by a line of it. */
function forms(secret: string): string[] {
  const text = secret.startsWith("-----BEGIN") ? (secret.split("\n")[1] ?? "") : secret;
  return [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    Buffer.from(text).toString("base64"),
  ];
}

test(
  "secrets of the environment are seen nowhere, however loud the run and however it ends",
  { timeout },
  async () => {
    const wrong = "Wrong-and-secret-5!";
    let key = "";
    const { organization, deployment, run, found } = await watched("demo", "hybrid", async ({ emulator }) => {
      const pair = await emulator.organization.authority.issue(["provisioner"]);
      const [application] = emulator.organization.store.applications;
      if (application) application.certificates = [pair.cert];
      key = pair.key;
      return { APPLICATION_KEY: pair.key, APPLICATION_CERTIFICATE: pair.cert, WRONG_PASSWORD: wrong };
    });
    const stack = "stacks/demo.yaml";
    expect(await run("up", "--yes", "--skip-preview", ...loud)).toBe(0);
    await deployment.edit(stack, (text) =>
      text.replace(
        "clientSecret: ${env:SIU_DEMO_CLIENT_SECRET}",
        'certificate: { key: "${env:APPLICATION_KEY}", certificate: "${env:APPLICATION_CERTIFICATE}" }',
      ),
    );
    expect(await run("preview", "--refresh", "--expect-no-changes", ...loud)).toBe(0);
    await deployment.edit(stack, (text) =>
      text.replace("${env:SIU_DEMO_ADMIN_PASSWORD}", "${env:WRONG_PASSWORD}"),
    );
    expect(await run("preview", "--refresh", ...loud)).not.toBe(0);
    const { environment } = organization;
    const secrets = {
      administrator: environment["SIU_DEMO_ADMIN_PASSWORD"] ?? "",
      application: environment["SIU_DEMO_CLIENT_SECRET"] ?? "",
      account: environment["SIU_DEMO_SERVICE_PASSWORD"] ?? "",
      daemon: "a-token-of-the-tests",
      wrong,
      key,
      // What every token of the embedded login begins with.
      token: Buffer.from('{"typ":"JWT"').toString("base64url"),
    };
    expect(Object.entries(secrets).filter(([, secret]) => secret.length < 8)).toEqual([]);
    expect(found(secrets)).toEqual([]);
  },
);

/** Both are Pulumi's own secrets, which it prints by itself where it is asked for everything (-v=9, --debug): docs/provisioning.md warns of that. */
test(
  "a generated password and Pulumi's configuration are in no state, output, event or process",
  { timeout },
  async () => {
    const { organization, deployment, run, found } = await watched("onprem", "onPremises");
    await deployment.edit("stacks/onprem.yaml", (text) =>
      text
        .replace("${env:SIU_DEMO_SERVICE_PASSWORD}", "${file:.siu/onprem/service-account.password}")
        .replace("${env:SIU_DEMO_ADMIN_PASSWORD}", "${config:adminPassword}"),
    );
    const administrator = organization.environment["SIU_DEMO_ADMIN_PASSWORD"] ?? "";
    await deployment.pulumi("config", "set", "--secret", "adminPassword", administrator);
    expect(await run("up", "--yes", "--skip-preview")).toBe(0);
    const file = join(deployment.folder, ".siu/onprem/service-account.password");
    const generated = (await readFile(file, "utf8")).trimEnd();
    expect(accountOf(organization.emulator, "CodeTwoSiuAgent@contoso.com").password).toBe(generated);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const output = ["stack", "output", "--stack", "onprem", "serviceAccount"] as const;
    expect((await deployment.pulumi(...output)).output).not.toContain(generated);
    expect(JSON.parse((await deployment.pulumi(...output, "--show-secrets")).output)).toEqual({
      upn: "CodeTwoSiuAgent@contoso.com",
      password: generated,
    });
    expect(await run("preview", "--refresh", "--expect-no-changes")).toBe(0);
    expect(await run("destroy", "--yes", "--skip-preview")).toBe(0);
    expect(found({ administrator, generated })).toEqual([]);
  },
);
