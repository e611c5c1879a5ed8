import type { Config } from "../stacks/config/types.ts";
import { access } from "./desired/access.ts";
import { withKeepsake } from "./desired/keepsake.ts";
import { mailFlow } from "./desired/mail-flow.ts";
import type { Desired } from "./desired/resource.ts";
import { groupItems } from "./desired/sender-scopes.ts";
import type { SideName } from "./exchange/port.ts";

/**
 * What a configuration asks of Exchange, in the order of a safe rollout: a rule that is enabled before its connector
 * works bounces the company's mail. Removal runs backwards. Some rights depend on the day: `at`, milliseconds since 1970. Pure.
 */
export function desired(config: Config, stack: string, at: number): Desired[] {
  const groups = groupItems(config);
  return [...groups, ...access(config, stack, { at, groups }), ...mailFlow(config, stack, groups)].flatMap(
    withKeepsake,
  );
}

/** Everything in the resources of a side that looks like a mail address, and is no reference to one: it will be looked up, together. Pure. */
export function addressesIn(resources: readonly Desired[], side: SideName): string[] {
  const values = resources
    .filter((each) => each.side === side)
    .flatMap(({ inputs }) => Object.values(inputs));
  const addresses = values.flat().filter((each) => /^[^@\s$]+@[^@\s$]+$/.test(String(each)));
  return [...new Set(addresses.map(String))];
}
