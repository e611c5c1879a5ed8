import type { Config } from "../stacks/config/types.ts";
import { access } from "./desired/access.ts";
import { mailFlow } from "./desired/mail-flow.ts";
import type { Desired } from "./desired/resource.ts";

/**
 * What a configuration asks of Exchange, in the order of a safe rollout: a rule that is enabled before its connector
 * works bounces the company's mail. Removal runs backwards. Some rights depend on the day: `at`, milliseconds since 1970. Pure.
 */
export function desired(config: Config, stack: string, at: number): Desired[] {
  return [...access(config, stack, at), ...mailFlow(config)];
}
