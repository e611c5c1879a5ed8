import type { Desired } from "../desired/resource.ts";
import type { SideName } from "../exchange/port.ts";
import type { Kind, Props, World } from "../kind.ts";
import { kinds } from "../kinds/all.ts";
import { expected } from "./expected.ts";

/** A resource of the stack in terms that Exchange keeps, as a preview prepares it; `trouble` says why that cannot be. */
export interface Prepared extends Omit<Desired, "inputs"> {
  of: Kind;
  /** As the file asks for it, where there is trouble. */
  props: Props;
  trouble?: string;
}

/** Looks up the addresses and groups of the resources on the sides that can be asked. */
export function prepare(
  resources: readonly Desired[],
  world: World,
  open: ReadonlySet<SideName>,
): Promise<Prepared[]> {
  return Promise.all(
    resources.map(async ({ inputs, ...resource }) => {
      const of: Kind = kinds[resource.kind];
      if (of.is !== "object" || !of.prepare || !open.has(resource.side))
        return { ...resource, of, props: inputs };
      try {
        return { ...resource, of, props: await of.prepare(inputs, world.on(resource.side)) };
      } catch (error) {
        return { ...resource, of, props: inputs, trouble: expected(error) };
      }
    }),
  );
}
