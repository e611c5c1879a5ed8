import { desired } from "../../providers/desired.ts";
import { publication, type Publication } from "../../providers/desired/publication.ts";
import type { Desired } from "../../providers/desired/resource.ts";
import { resolveNames } from "../config/references.ts";
import { settingsOf } from "../config/settings.ts";
import type { Config } from "../config/types.ts";
import { sourcesOf } from "./sources.ts";

/** What the Pulumi program would ask for, for commands that do without it. @throws UnresolvedReferences */
export function wantedOf(config: Config, stack: string): (Desired | Publication)[] {
  const inExchange = desired(resolveNames(config, sourcesOf(stack)), stack, Date.now());
  return [...inExchange, ...publication(config.daemon, settingsOf(config), inExchange)];
}
