import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";

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
  const environment = { PULUMI_SKIP_UPDATE_CHECK: "true", ...process.env, ...(await localState(stack)) };
  const selected = await pulumi(
    ["stack", "select", stack, "--create", "--non-interactive"],
    environment,
    true,
  );
  return selected === 0 ? pulumi([...args, "--stack", stack], environment) : selected;
}

/** Variables for state kept in this checkout, or none when the environment already says where state is. */
async function localState(stack: string): Promise<Record<string, string>> {
  const given = process.env;
  const folder = join(root, ".siu", stack);
  const state = join(folder, "state");
  const backend = given["PULUMI_BACKEND_URL"] ? {} : { PULUMI_BACKEND_URL: `file://${state}` };
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

function pulumi(args: string[], environment: NodeJS.ProcessEnv, quiet = false): Promise<number> {
  // On Windows npm's shims are scripts, which only a shell can start.
  const child = spawn("pulumi", args, {
    cwd: root,
    env: environment,
    stdio: ["inherit", quiet ? "ignore" : "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  // The terminal sends Ctrl-C to Pulumi too: it ends in order, and we with it.
  process.on("SIGINT", () => undefined).on("SIGTERM", () => void child.kill("SIGINT"));
  return new Promise((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new Error("The Pulumi CLI is missing. Run: npm run setup", { cause })),
    );
    child.once("close", (code) => resolve(code ?? 1));
  });
}
