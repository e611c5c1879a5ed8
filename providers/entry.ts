import { readFileSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ConfigError } from "../stacks/config/problem.ts";
import { UnresolvedReferences } from "../stacks/config/references.ts";
import { Fault } from "./exchange/errors.ts";
import { explain } from "./explain.ts";
import * as lifecycle from "./lifecycle.ts";
import type { Deployment, Inputs, State } from "./state.ts";
import { openWorld, type OpenWorld } from "./world.ts";

/**
 * What the shell in resource.ts calls. State names this file for ever: it must neither move nor lose a function. It composes,
 * like a main: connections and secrets are read here, at run time, from the stack's file and the environment.
 */

/** Pulumi's configure, once in a process: the stack's configuration, which `${config:key}` refers to. */
export function configure({ config }: { config: { get: (key: string) => string | undefined } }): void {
  configured.resolve((key) => config.get(key));
}

/** Pulumi's check. @throws Error */
export async function check(_olds: unknown, news: Inputs): Promise<{ inputs: Inputs }> {
  return onWorld(news, async (world) => ({ inputs: await lifecycle.check(world, news) }));
}

/** Pulumi's create. @throws Error */
export async function create(news: Inputs): Promise<{ id: string; outs: State }> {
  return onWorld(news, async (world) => {
    const { id, state } = await lifecycle.create(world, news);
    return { id, outs: state };
  });
}

/** Pulumi's read: no id means that the object is gone. @throws Error */
export async function read(id: string, olds: State): Promise<{ id?: string; props?: State }> {
  return onWorld(olds, async (world) => {
    const state = await lifecycle.read(world, id, olds);
    return state ? { id, props: state } : {};
  });
}

/** Pulumi's diff; says on the log what was changed outside of the stack. @throws Error */
export async function diff(_id: string, olds: State, news: Inputs): Promise<lifecycle.Difference> {
  return onWorld(news, async (world) => {
    const now = await lifecycle.current(world, olds, news);
    const drift = explain(now, news);
    if (drift !== undefined) say(drift);
    return lifecycle.diff(now, news);
  });
}

/** Pulumi's update. @throws Error */
export async function update(id: string, olds: State, news: Inputs): Promise<{ outs: State }> {
  return onWorld(news, async (world) => ({ outs: await lifecycle.update(world, id, olds, news) }));
}

/** Pulumi's delete. @throws Error */
export async function remove(id: string, olds: State): Promise<void> {
  await onWorld(olds, (world) => lifecycle.remove(world, id, olds));
}

/** What a provider writes is shown in the deployment's log; once, because Pulumi asks for the same thing several times. */
function say(text: string): void {
  if (told.has(text)) return;
  told.add(text);
  process.stdout.write(`${text}\n`);
}

type Configuration = (key: string) => string | undefined;

/**
 * Pulumi may call the other functions while configure is still on its way. The shell that an older state stores may
 * have no configure: its `${config:key}` lead nowhere, which is said, and everything else works.
 */
const configured = Promise.withResolvers<Configuration>();
const configuration = Promise.race([
  configured.promise,
  sleep<Configuration>(5_000, () => undefined, { ref: false }),
]);
const told = new Set<string>();

/** Does one thing in a stack's world. Pulumi prints messages, and stacks of calls too: only the sentence helps an operator. */
async function onWorld<T>({ stack }: Inputs, act: (world: Deployment) => Promise<T>): Promise<T> {
  try {
    return await act(worldOf(stack, await configuration));
  } catch (error) {
    const unfinished = error instanceof lifecycle.Unfinished ? error : undefined;
    const known = unfinished?.cause ?? error;
    if (!(known instanceof Fault || known instanceof ConfigError || known instanceof UnresolvedReferences))
      throw error;
    const plain = new Error(known instanceof Fault ? `${known.code}: ${known.message}` : known.message);
    plain.stack = "";
    // Pulumi keeps what such an error carries, and the next run goes on from there.
    throw unfinished
      ? Object.assign(plain, { id: unfinished.id, properties: unfinished.state, reasons: [plain.message] })
      : plain;
  }
}

const root = fileURLToPath(new URL("..", import.meta.url));

/** One provider process serves one deployment, so this keeps one session per side for its length. */
const worlds = new Map<string, OpenWorld>();

/** Pulumi interrupts the provider when the deployment is over, and waits five seconds: a session of a server outlives its client otherwise. */
for (const signal of ["SIGINT", "SIGBREAK"] as const)
  process.once(signal, () => {
    void Promise.allSettled(worlds.values().map((world) => world.close())).then(() => process.exit());
  });

function worldOf(stack: string, config: Configuration): Deployment {
  const world =
    worlds.get(stack) ??
    openWorld(
      stack,
      { env: process.env, readFile: (path) => readFileSync(resolvePath(root, path), "utf8"), config },
      say,
    );
  worlds.set(stack, world);
  return world;
}
