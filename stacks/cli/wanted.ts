import { readFileSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";
import { desired } from "../../providers/desired.ts";
import { publication, type Publication } from "../../providers/desired/publication.ts";
import type { Desired } from "../../providers/desired/resource.ts";
import { resolveNames } from "../config/references.ts";
import { settingsOf } from "../config/settings.ts";
import type { Config } from "../config/types.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * What the Pulumi program would ask for, for commands that do without it; they know no `${config:key}`, which is Pulumi's.
 * @throws UnresolvedReferences
 */
export function wantedOf(config: Config, stack: string): (Desired | Publication)[] {
  const readFile = (path: string): string => readFileSync(resolvePath(root, path), "utf8");
  const inExchange = desired(resolveNames(config, { env: process.env, readFile }), stack, Date.now());
  return [...inExchange, ...publication(config.daemon, settingsOf(config), inExchange)];
}
