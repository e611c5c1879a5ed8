import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { problemText } from "../config/problem.ts";
import { resolve } from "../config/references.ts";
import { signIn } from "./sign-in.ts";
import { readFile } from "./sources.ts";
import { readStack } from "./stack.ts";
import { localState, robustState } from "./state.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * What a Pulumi run on a stack needs: its file, without mistakes where `check` says so, and an environment. Where that names no backend,
 * state lives in `.siu/<stack>/state` and is encrypted with `.siu/<stack>/passphrase`, made on first use.
 * @throws Error | ConfigError | UnresolvedReferences before anything is made
 */
export async function ready(stack: string, check: boolean): Promise<NodeJS.ProcessEnv> {
  const file = join(root, "stacks", `${stack}.yaml`);
  if (!existsSync(file))
    throw new Error(`There is no stacks/${stack}.yaml. Copy stacks/example.yaml to it and edit that.`);
  const signedIn = check ? await checkStack(file) : {};
  const given = {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...process.env,
    ...signedIn,
    ...(await localState(stack)),
  };
  return { ...given, ...robustState(given) };
}

/**
 * Every mistake of the file, and every reference of connections and daemon that leads nowhere, before Pulumi starts; then the operator's
 * sign-in where it asks for one, as variables.
 */
async function checkStack(file: string): Promise<Record<string, string>> {
  const { config, warnings } = await readStack(file);
  for (const warning of warnings) process.stderr.write(`warning: ${problemText(warning)}\n`);
  const { connections, daemon } = config;
  // Pulumi's own configuration is read by the program; here it counts as found.
  resolve({ connections, daemon }, { env: process.env, readFile, config: (key) => key });
  return signIn(config);
}
