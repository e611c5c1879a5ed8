import { readFileSync } from "node:fs";
import { addressesIn, desired } from "../../providers/desired.ts";
import type { Desired } from "../../providers/desired/resource.ts";
import * as lifecycle from "../../providers/lifecycle.ts";
import type { Inputs, State } from "../../providers/state.ts";
import { parseConfig } from "../../stacks/config/load.ts";
import { resolveNames } from "../../stacks/config/references.ts";
import type { Config } from "../../stacks/config/types.ts";
import type { Embedded } from "./embedded.ts";

/** A stack's state in memory, and on it what Pulumi does, as far as the provider sees it: one resource after the other. */
export interface Stack {
  /** Looks at Exchange, then makes it as desired; answers what it did, as `create inbound-connector`. @throws Fault as the first resource that fails */
  up: (wanted: readonly Desired[]) => Promise<string[]>;
  /** What `preview --refresh` finds different. */
  preview: (wanted: readonly Desired[]) => Promise<string[]>;
  destroy: () => Promise<void>;
  state: Map<string, { id: string; state: State }>;
}

/** An empty stack; each run of it is a deployment of its own, with new sessions. */
export function createStack(embedded: Embedded, stack = "demo"): Stack {
  const state: Stack["state"] = new Map();

  async function refresh(wanted: readonly Desired[]): Promise<void> {
    embedded.renew((side) => addressesIn(wanted, side));
    const looks = [...state].map(async ([name, { id, state: olds }]) => {
      const seen = await lifecycle.read(embedded.world, id, olds);
      return { name, id, seen };
    });
    for (const { name, id, seen } of await Promise.all(looks))
      if (seen) state.set(name, { id, state: stored(seen) });
      else state.delete(name);
  }

  const removeAll = async (keep: ReadonlySet<string>): Promise<void> => {
    for (const [name, { id, state: olds }] of [...state].toReversed()) {
      if (keep.has(name)) continue;
      await lifecycle.remove(embedded.world, id, olds);
      state.delete(name);
    }
  };

  const inputsOf = (wanted: Desired): Promise<Inputs> => {
    const { kind, side, inputs, adopt, verify, keepsake = false, keptBy = "" } = wanted;
    const before = state.get(keptBy)?.state.former;
    const news = { stack, kind, side, inputs, adopt, verify, keepsake };
    return lifecycle.check(embedded.world, before ? { ...news, before } : news);
  };

  async function bring(name: string, news: Inputs): Promise<string | undefined> {
    const had = state.get(name);
    const { changes, replaces } = had
      ? lifecycle.diff(await lifecycle.current(embedded.world, had.state, news), news)
      : { changes: true, replaces: ["nothing"] };
    if (!changes) return undefined;
    if (had && replaces.length === 0) {
      const outs = await lifecycle.update(embedded.world, had.id, had.state, news);
      state.set(name, { id: had.id, state: stored(outs) });
      return `update ${name}`;
    }
    if (had) await lifecycle.remove(embedded.world, had.id, had.state);
    state.delete(name);
    try {
      const made = await lifecycle.create(embedded.world, news);
      state.set(name, { id: made.id, state: stored(made.state) });
    } catch (error) {
      if (error instanceof lifecycle.Unfinished)
        state.set(name, { id: error.id, state: stored(error.state) });
      throw error;
    }
    return `${had ? "replace" : "create"} ${name}`;
  }

  return {
    state,
    up: async (wanted) => {
      await refresh(wanted);
      const done: (string | undefined)[] = [];
      for (const each of wanted) done.push(await bring(each.name, await inputsOf(each)));
      await removeAll(new Set(wanted.map(({ name }) => name)));
      return done.filter((each) => each !== undefined);
    },
    preview: async (wanted) => {
      await refresh(wanted);
      const different: string[] = [];
      for (const each of wanted) {
        const had = state.get(each.name);
        const news = await inputsOf(each);
        if (!had || lifecycle.diff(await lifecycle.current(embedded.world, had.state, news), news).changes)
          different.push(each.name);
      }
      return different;
    },
    destroy: async () => {
      embedded.renew();
      await removeAll(new Set());
    },
  };
}

/** What `stacks/<name>.yaml` asks for, its text changed by `edit`, on the embedded Exchange. */
export function wantedOf(name: string, embedded: Embedded, edit?: (text: string) => string): Desired[] {
  return desired(configOf(name, embedded, edit), name, embedded.world.now());
}

/** What a text asks for as the file of a stack. */
export function wantedFrom(text: string, stack: string, embedded: Embedded): Desired[] {
  return desired(named(text, stack, embedded), stack, embedded.world.now());
}

/** `stacks/<name>.yaml`, its text changed by `edit`, with the names of the embedded Exchange. */
export function configOf(
  name: string,
  embedded: Embedded,
  edit: (text: string) => string = (text) => text,
): Config {
  const file = new URL(`../../stacks/${name}.yaml`, import.meta.url);
  return named(edit(readFileSync(file, "utf8")), name, embedded);
}

function named(text: string, stack: string, { environment }: Embedded): Config {
  const { config } = parseConfig(text, { file: `stacks/${stack}.yaml` });
  return resolveNames(config, { env: environment, readFile: String, config: () => undefined });
}

/** As Pulumi keeps it: JSON, in which nothing at all is undefined. */
function stored(state: State): State {
  return JSON.parse(JSON.stringify(state)) as State;
}
