import { readFileSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";
import { openWorld, type OpenWorld } from "../../providers/world.ts";
import type { Section } from "./init/config.ts";
import { textOf } from "./init/text.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Whoever the account will be: only the connections of this configuration are used. */
const somebody = { upn: "somebody@organization.invalid", password: "${env:NEVER_READ}" };
const something = {
  clientId: "00000000-0000-0000-0000-000000000000",
  objectId: "00000000-0000-0000-0000-000000000000",
  federatedTokenFile: "never read",
};

/**
 * The Exchange behind the connections of a configuration of which nothing else need be there yet; `say` hears what Exchange warns of.
 * @throws ConfigError with every mistake in them
 */
export function openConnections(
  stack: string,
  { environment, organization, connections }: Section,
  say: (text: string) => void,
): OpenWorld {
  const serviceAccount = {
    ...(environment !== "online" && somebody),
    ...(environment !== "onPremises" && { application: something }),
  };
  const text = textOf({ environment, organization, connections, serviceAccount });
  const readFile = (path: string): string =>
    path === `stacks/${stack}.yaml` ? text : readFileSync(resolvePath(root, path), "utf8");
  return openWorld(stack, { env: process.env, readFile }, say);
}
