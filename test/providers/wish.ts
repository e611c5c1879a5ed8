import { expect } from "vitest";
import { explain } from "../../providers/explain.ts";
import * as lifecycle from "../../providers/lifecycle.ts";
import type { Inputs, State } from "../../providers/state.ts";
import type { Parameters } from "../../providers/exchange/port.ts";
import type { Props } from "../../providers/kind.ts";
import { kinds, type KindName } from "../../providers/kinds/all.ts";
import type { Embedded } from "./embedded.ts";

/** A resource as the program asks for it. */
export function wish(kind: KindName, inputs: Props, more: Partial<Inputs> = {}): Inputs {
  const side = kinds[kind].sides[0] ?? "online";
  return { stack: "test", kind, side, inputs, adopt: false, verify: false, ...more };
}

/** A resource that was made, and the inputs that a preview prepared for it. */
export interface Made {
  id: string;
  state: State;
  prepared: Inputs;
}

/** As a preview and an up do it. */
export async function made(inputs: Inputs, { world }: Embedded): Promise<Made> {
  const prepared = await lifecycle.check(world, inputs);
  return { ...(await lifecycle.create(world, prepared)), prepared };
}

/** A kind makes its object so that neither the next preview nor a refresh finds anything to change, and removes it. */
export async function livesAndDies(inputs: Inputs, where: Embedded): Promise<void> {
  const { id, state, prepared } = await made(inputs, where);
  where.renew();
  const seen = await lifecycle.read(where.world, id, state);
  expect(seen).toBeDefined();
  if (!seen) return;
  expect({ drift: explain(seen, prepared), ...lifecycle.diff(seen, prepared) }).toEqual({
    drift: undefined,
    changes: false,
    replaces: [],
    deleteBeforeReplace: false,
  });
  await lifecycle.remove(where.world, id, seen);
  where.renew();
  expect(await lifecycle.read(where.world, id, seen)).toBeUndefined();
  await lifecycle.remove(where.world, id, seen);
}

/** What somebody does to the object by hand is found, said, and put right; then nothing differs. The object is removed. */
export async function mends(
  inputs: Inputs,
  where: Embedded,
  [cmdlet, parameters]: [cmdlet: string, parameters: Parameters],
  told: string,
): Promise<void> {
  const { side } = inputs;
  if (side === "daemon") throw new Error("Nobody changes by hand what the daemon has.");
  const { id, state, prepared } = await made(inputs, where);
  await where.exchange(side).invoke(cmdlet, { Identity: id, ...parameters });
  where.renew();
  const seen = await lifecycle.read(where.world, id, state);
  expect(seen && explain(seen, prepared)).toContain(told);
  if (!seen) return;
  expect(lifecycle.diff(seen, prepared).changes).toBe(true);
  const mended = await lifecycle.update(where.world, id, seen, prepared);
  where.renew();
  expect(lifecycle.diff(mended, prepared).changes).toBe(false);
  await lifecycle.remove(where.world, id, mended);
}
