import * as lifecycle from "../../providers/lifecycle.ts";
import type { Inputs, State } from "../../providers/lifecycle.ts";
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
