import { spawn, type ChildProcess } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const stack = "demo";

/** `siu` on the demo's stack, as an operator would run it; state and passphrase are in `.siu/demo`. */
export interface Deployment {
  /** `siu up`, each line as it comes. Answers how many resources there are and how many changed. */
  up: (line: (text: string) => void) => Promise<{ resources: number; changed: number }>;
  /** `siu preview --refresh --expect-no-changes`: whether Exchange is as declared. */
  isCurrent: () => Promise<boolean>;
  /** `siu publish`: the settings go to the daemon. */
  publish: (url: string, token: string) => Promise<void>;
}

/** A deployment with the variables that stacks/demo.yaml refers to. */
export async function prepare(folder: string, variables: Record<string, string>): Promise<Deployment> {
  // What an earlier demo left in stacks/ is encrypted with a passphrase that is gone.
  if (!existsSync(join(folder, "passphrase"))) {
    await rm(join(root, "stacks", `Pulumi.${stack}.yaml`), { force: true });
  }
  const pulumi = ["--non-interactive", "--color", "never"];
  return {
    up: async (line) => {
      const ran = await siu(["up", stack, "--yes", "--skip-preview", ...pulumi], variables, line);
      if (ran.code !== 0) throw new Error(`siu up failed (exit code ${ran.code}):\n${ran.text}`);
      const exported = await siu(["pulumi", stack, "stack", "export"], variables);
      return { resources: count(exported.text), changed: changes(ran.text) };
    },
    isCurrent: async () => {
      const ran = await siu(["preview", stack, "--refresh", "--expect-no-changes", ...pulumi], variables);
      if (ran.code === 0) return true;
      if (ran.text.includes("no changes were expected")) return false;
      throw new Error(`siu preview failed (exit code ${ran.code}):\n${ran.text}`);
    },
    publish: async (url, token) => {
      const ran = await siu(["publish", stack, "--url", url], { ...variables, SIU_TOKEN: token });
      if (ran.code !== 0) throw new Error(`siu publish failed (exit code ${ran.code}):\n${ran.text}`);
    },
  };
}

const running = new Set<{ child: ChildProcess; ended: Promise<void> }>();

/** Ends a deployment that is under way, in order, and waits until it has ended. */
export async function interrupt(): Promise<void> {
  for (const { child, ended } of running) {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
    await ended;
  }
}

interface Ran {
  code: number;
  text: string;
}

function siu(args: string[], variables: Record<string, string>, line?: (text: string) => void): Promise<Ran> {
  const child = spawn(process.execPath, [join(root, "stacks/cli/main.ts"), ...args], {
    cwd: root,
    env: { ...process.env, ...variables },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: Ctrl-C in the terminal reaches the demo, which then ends the deployment in order.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  running.add({ child, ended });
  let text = "";
  let rest = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const each of lines) line?.(each);
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, text }));
  });
}

/** Resources of the state without the stack and providers. */
function count(exported: string): number {
  const state = JSON.parse(exported.slice(exported.indexOf("{"))) as {
    deployment: { resources?: { type: string }[] };
  };
  return (state.deployment.resources ?? []).filter(
    ({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"),
  ).length;
}

/** How many resources `pulumi up` says it created, updated, replaced or deleted. */
function changes(text: string): number {
  return [...text.matchAll(/pulumi-nodejs:\S+ \S+ (?:created|updated|replaced|deleted)\b/g)].length;
}

/** Writes variables as a shell file to `source`, readable by its owner only. */
export async function writeVariables(file: string, variables: Record<string, string>): Promise<void> {
  const quoted = Object.entries(variables).map(
    ([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`,
  );
  await writeFile(file, `${quoted.join("\n")}\n`, { mode: 0o600 });
}
