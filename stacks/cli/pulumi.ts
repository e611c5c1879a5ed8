import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Command } from "commander";
import cli from "pulumi/package.json" with { type: "json" };

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * `siu preview|up|destroy <stack>` and `siu pulumi <stack> <anything>`: the Pulumi CLI on a stack of this project.
 * Where the environment names no backend, state lives in `.siu/<stack>/state` and is encrypted with
 * `.siu/<stack>/passphrase`, made on first use.
 */
export function pulumiCommand(verb?: "preview" | "up" | "destroy"): (empty: Command) => Command {
  return (empty) =>
    empty
      .argument("<stack>", "the stack's name: stacks/<stack>.yaml")
      .argument("[arguments...]", "handed on to Pulumi")
      .allowUnknownOption()
      .passThroughOptions()
      .addHelpText("after", `\nExample:\n  npx siu ${verb ? `${verb} prod` : "pulumi prod stack export"}`)
      .action(async (stack: string, rest: string[]) => {
        process.exitCode = await onStack(stack, [...(verb ? [verb] : []), ...rest]);
      });
}

/** Runs the CLI on a stack, which is made when it does not exist; answers its exit code. */
async function onStack(stack: string, args: string[]): Promise<number> {
  if (!existsSync(join(root, "stacks", `${stack}.yaml`))) {
    throw new Error(`There is no stacks/${stack}.yaml. Copy stacks/example.yaml to it and edit that.`);
  }
  const environment = {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...process.env,
    PATH: [...programs(), process.env["PATH"]].join(delimiter),
    ...(await localState(stack)),
  };
  const select = ["stack", "select", stack, "--create", "--non-interactive"];
  const selected = await pulumi(select, environment, true);
  if (selected.code !== 0) return selected.code;
  const { code, pid, killed } = await pulumi([...args, "--stack", stack], environment);
  const locks = code === 0 ? [] : locksOf(environment, stack);
  if (killed && locks.some((lock) => lock.pid === pid)) {
    // Pulumi dies on a signal that comes in its first moments, and leaves its lock; nobody else holds this one.
    await pulumi(["cancel", "--yes", "--non-interactive", "--stack", stack], environment, true);
  } else if (locks.length > 0) {
    process.stderr.write(
      `siu: the state of '${stack}' is locked. If another run is going on, wait for it; ` +
        `if one was killed, unlock it: npx siu pulumi ${stack} cancel --yes\n`,
    );
  }
  return code;
}

/** Where the CLI and Node 24 are: the CLI itself, since the npm package's script hands on no signal. */
function programs(): string[] {
  const home = process.env["PULUMI_HOME"] || join(homedir(), ".pulumi");
  return [join(home, "versions", cli.version, "bin"), join(root, "node_modules", ".bin")];
}

/** Locks of the stack, where state is kept in files: each says which process took it. */
function locksOf(environment: Record<string, string | undefined>, stack: string): { pid: number }[] {
  const backend = environment["PULUMI_BACKEND_URL"];
  if (backend?.startsWith("file://") !== true) return [];
  const folder = join(fileURLToPath(backend), ".pulumi", "locks");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json") && basename(dirname(path)) === stack)
    .map((path) => JSON.parse(readFileSync(join(folder, path), "utf8")) as { pid: number });
}

/** Variables for state kept in this checkout, or none when the environment already says where state is. */
async function localState(stack: string): Promise<Record<string, string>> {
  const given = process.env;
  const folder = join(root, ".siu", stack);
  const state = join(folder, "state");
  const backend = given["PULUMI_BACKEND_URL"] ? {} : { PULUMI_BACKEND_URL: pathToFileURL(state).href };
  if ("PULUMI_BACKEND_URL" in backend) await mkdir(state, { recursive: true });
  if (given["PULUMI_CONFIG_PASSPHRASE"] !== undefined || given["PULUMI_CONFIG_PASSPHRASE_FILE"])
    return backend;
  const passphrase = join(folder, "passphrase");
  if (!existsSync(passphrase)) {
    if (existsSync(join(root, "stacks", `Pulumi.${stack}.yaml`))) {
      throw new Error(
        `stacks/Pulumi.${stack}.yaml is encrypted with a passphrase that is not here. ` +
          `Set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to it.`,
      );
    }
    await mkdir(folder, { recursive: true });
    await writeFile(passphrase, randomBytes(24).toString("base64url"), { mode: 0o600 });
    process.stderr.write(`siu: made ${passphrase}; keep it as safe as the state that it encrypts\n`);
  }
  return { ...backend, PULUMI_CONFIG_PASSPHRASE_FILE: passphrase };
}

interface Ran {
  code: number;
  pid: number | undefined;
  /** Whether a signal ended it, out of order. */
  killed: boolean;
}

function pulumi(args: string[], environment: NodeJS.ProcessEnv, quiet = false): Promise<Ran> {
  const child = spawn("pulumi", args, {
    cwd: root,
    env: environment,
    stdio: ["inherit", quiet ? "ignore" : "inherit", "inherit"],
  });
  // Pulumi ends in order on SIGINT, and we with it. A terminal sends Ctrl-C to both.
  process.on("SIGINT", () => void (process.stdin.isTTY || child.kill("SIGINT")));
  process.on("SIGTERM", () => void child.kill("SIGINT"));
  return new Promise((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new Error("The Pulumi CLI is missing. Run: npm run setup", { cause })),
    );
    child.once("close", (code, signal) =>
      resolve({ code: code ?? 1, pid: child.pid, killed: signal !== null }),
    );
  });
}
