import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openWorld, type OpenWorld } from "../../providers/world.ts";
import type { Config } from "../config/types.ts";
import { signIn } from "./sign-in.ts";
import { sourcesOf } from "./sources.ts";
import { readStack } from "./stack.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * Works with the Exchange, the daemon and the service account of `stacks/<stack>.yaml`; sessions are closed afterwards, whatever happens.
 * What Exchange warns of goes to standard error, each thing once.
 * @throws ConfigError, UnresolvedReferences, and what `work` throws
 */
export async function withWorld<T>(
  stack: string,
  work: (world: OpenWorld, config: Config) => Promise<T>,
): Promise<T> {
  const { config } = await readStack(join(root, "stacks", `${stack}.yaml`));
  const told = new Set<string>();
  const say = (text: string): void => {
    if (!told.has(text)) process.stderr.write(`${text}\n`);
    told.add(text);
  };
  const sources = sourcesOf(stack);
  const env = { ...sources.env, ...(await signIn(config)) };
  const world = openWorld(stack, { ...sources, env }, say);
  try {
    return await work(world, config);
  } finally {
    await world.close();
  }
}
