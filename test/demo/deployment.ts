import { spawn } from "node:child_process";
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { join } from "node:path";

/** The Pulumi CLI on the demo's stack: file backend and passphrase under the demo's folder. */
export interface Deployment {
  /** Environment that lets a person run the CLI on the same stack by hand. */
  environment: Record<string, string>;
  /** `pulumi up`; each line as it comes. Answers how many resources there are and how many changed. */
  up: (line: (text: string) => void) => Promise<{ resources: number; changed: number }>;
  /** `preview --refresh --expect-no-changes`: true when Exchange is as declared. */
  isCurrent: () => Promise<boolean>;
}

const stack = "demo";

/**
 * Prepares the stack's backend. `secrets` are the variables that stacks/demo.yaml refers to.
 * @throws Error with what the CLI printed when it fails
 */
export async function prepare(
  root: string,
  folder: string,
  secrets: Record<string, string>,
): Promise<Deployment> {
  const state = join(folder, "state");
  const passphrase = join(folder, "passphrase");
  if (!(await exists(passphrase))) {
    await mkdir(state, { recursive: true });
    await writeFile(passphrase, randomBytes(24).toString("base64url"), { mode: 0o600 });
    // Holds the salt of an earlier passphrase.
    await rm(join(root, "stacks", `Pulumi.${stack}.yaml`), { force: true });
  }
  const environment = {
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...secrets,
  };
  const pulumi = (args: string[], line: (text: string) => void = () => undefined): Promise<Ran> =>
    run(root, [...args, "--non-interactive"], environment, line);

  const selected = await pulumi(["stack", "select", stack, "--create"]);
  if (selected.code !== 0) throw new Error(`pulumi stack select failed:\n${selected.text}`);
  return {
    environment,
    up: async (line) => {
      const ran = await pulumi(["up", "--yes", "--skip-preview", "--stack", stack, "--color", "never"], line);
      if (ran.code !== 0) throw new Error(`pulumi up failed (exit ${ran.code}):\n${ran.text}`);
      const exported = await pulumi(["stack", "export", "--stack", stack]);
      return { resources: count(exported.text), changed: changes(ran.text) };
    },
    isCurrent: async () => {
      const ran = await pulumi([
        "preview",
        "--refresh",
        "--expect-no-changes",
        "--stack",
        stack,
        "--color",
        "never",
      ]);
      return ran.code === 0;
    },
  };
}

interface Ran {
  code: number;
  text: string;
}

async function run(
  root: string,
  args: string[],
  environment: Record<string, string>,
  line: (text: string) => void,
): Promise<Ran> {
  const child = spawn("pulumi", args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const each of lines) line(each);
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new Error("the Pulumi CLI is missing: run npm run setup", { cause })),
    );
    child.once("close", (code) => resolve({ code: code ?? 1, text }));
  });
}

/** Resources of the state without the stack and providers. */
function count(exported: string): number {
  const state = JSON.parse(exported) as { deployment: { resources?: { type: string }[] } };
  return (state.deployment.resources ?? []).filter(
    ({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"),
  ).length;
}

/** What the summary of `pulumi up` counts as created, updated, replaced or deleted. */
function changes(text: string): number {
  const summary = text.slice(text.lastIndexOf("Resources:"));
  return [...summary.matchAll(/[-+~]+ (\d+) (?:created|updated|replaced|deleted)/g)]
    .map(([, number]) => Number(number))
    .reduce((sum, each) => sum + each, 0);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** The demo's secrets as a shell file to `source`, readable by its owner only. */
export async function writeEnvironment(file: string, environment: Record<string, string>): Promise<void> {
  const quoted = Object.entries(environment).map(
    ([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`,
  );
  await writeFile(file, `${quoted.join("\n")}\n`, { mode: 0o600 });
}
