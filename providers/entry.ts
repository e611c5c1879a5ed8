import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseConfig } from "../stacks/config/load.ts";
import { resolve, type ReferenceSources } from "../stacks/config/references.ts";
import type { Config } from "../stacks/config/types.ts";
import { keptPassword } from "./account-password.ts";
import { Fault } from "./exchange/errors.ts";
import type { Exchange, SideName } from "./exchange/port.ts";
import { createRest } from "./exchange/rest.ts";
import { openSession, type Session } from "./exchange/session.ts";
import type { World } from "./kind.ts";
import * as lifecycle from "./lifecycle.ts";
import type { Inputs, State } from "./lifecycle.ts";

/**
 * What the shell in resource.ts calls. State names this file for ever: it must neither move nor lose a function. It composes,
 * like a main: connections and secrets are read here, at run time, from the stack's file and the environment.
 */

/** Pulumi's check. @throws Fault */
export async function check(_olds: unknown, news: Inputs): Promise<{ inputs: Inputs }> {
  return { inputs: await lifecycle.check(worldOf(news.stack), news) };
}

/** Pulumi's create. @throws Fault */
export async function create(news: Inputs): Promise<{ id: string; outs: State }> {
  const { id, state } = await lifecycle.create(worldOf(news.stack), news);
  return { id, outs: state };
}

/** Pulumi's read: no id means that the object is gone. @throws Fault */
export async function read(id: string, olds: State): Promise<{ id?: string; props?: State }> {
  const state = await lifecycle.read(worldOf(olds.stack), id, olds);
  return state ? { id, props: state } : {};
}

/** Pulumi's diff; says on the log what was changed outside of the stack. */
export async function diff(_id: string, olds: State, news: Inputs): Promise<lifecycle.Difference> {
  const drift = lifecycle.explain(olds, news);
  // Pulumi asks twice in a deployment with refresh.
  if (drift !== undefined && !told.has(drift)) process.stdout.write(`${drift}\n`);
  if (drift !== undefined) told.add(drift);
  return lifecycle.diff(olds, news);
}

/** Pulumi's update. @throws Fault */
export async function update(id: string, olds: State, news: Inputs): Promise<{ outs: State }> {
  return { outs: await lifecycle.update(worldOf(news.stack), id, olds, news) };
}

/** Pulumi's delete. @throws Fault */
export async function remove(id: string, olds: State): Promise<void> {
  await lifecycle.remove(worldOf(olds.stack), id, olds);
}

const root = new URL("..", import.meta.url);
const pathOf = (name: string): string => fileURLToPath(new URL(name, root));
const sources: ReferenceSources = {
  env: process.env,
  readFile: (path) => readFileSync(pathOf(path), "utf8"),
  config: (key) => {
    const values = JSON.parse(process.env["PULUMI_CONFIG"] ?? "{}") as Record<string, string>;
    return values[`${process.env["PULUMI_NODEJS_PROJECT"]}:${key}`];
  },
};

const told = new Set<string>();

/** One provider process serves one deployment, so this keeps one session per side for its length. */
const worlds = new Map<string, World>();

function worldOf(stack: string): World {
  const world = worlds.get(stack) ?? createWorld(stack);
  worlds.set(stack, world);
  return world;
}

function createWorld(stack: string): World {
  const file = `stacks/${stack}.yaml`;
  const { config } = parseConfig(readFileSync(pathOf(file), "utf8"), { file });
  const sessions = new Map<SideName, Session>();
  return {
    on: (side) => {
      const session = sessions.get(side) ?? openSession(connect(config, side));
      sessions.set(side, session);
      return session;
    },
    accountPassword: async () => {
      const reference = config.serviceAccount.password ?? "";
      const file = /^\$\{file:([^}]+)\}$/.exec(reference)?.[1];
      return file === undefined
        ? { value: resolve({ password: reference }, sources).password, generated: false }
        : keptPassword(pathOf(file));
    },
    now: Date.now,
    wait: async (milliseconds) => void (await sleep(milliseconds)),
  };
}

function connect({ connections }: Config, side: SideName): Exchange {
  const { certificateAuthority } = resolve(
    { certificateAuthority: connections.certificateAuthority },
    sources,
  );
  const shared = {
    side,
    now: Date.now,
    wait: async (milliseconds: number) => void (await sleep(milliseconds)),
    warn: (text: string) => void process.stdout.write(`${text}\n`),
    ...(certificateAuthority !== undefined && { certificateAuthority }),
  };
  if (side === "onPremises" && connections.onPremises) {
    const { url, username, password } = resolve(connections.onPremises.admin, sources);
    return createRest({ ...shared, url, credential: { username, password } });
  }
  if (side === "online" && connections.online) {
    const { url, tokenUrl, clientId, clientSecret } = resolve(connections.online.admin, sources);
    if (url !== undefined && tokenUrl !== undefined && clientSecret !== undefined) {
      return createRest({ ...shared, url, credential: { tokenUrl, clientId, clientSecret } });
    }
  }
  throw new Fault(
    "UNSUPPORTED",
    `The configuration has no connection to this side of Exchange: fill in connections.${side}.admin.`,
  );
}
