import { openWorld, type OpenWorld } from "../../providers/world.ts";
import { parseConfig } from "../config/load.ts";
import type { Section } from "./init/config.ts";
import { textOf } from "./init/text.ts";
import { signIn } from "./sign-in.ts";
import { readFile } from "./sources.ts";

/** Whoever the account will be: only the connections of this configuration are used. */
const somebody = { upn: "somebody@organization.invalid", password: "${env:NEVER_READ}" };
const something = {
  clientId: "00000000-0000-0000-0000-000000000000",
  objectId: "00000000-0000-0000-0000-000000000000",
  federatedTokenFile: "never read",
};

/**
 * The Exchange behind the connections of a configuration of which nothing else need be there yet; `say` hears what Exchange warns of.
 * The operator signs in where they say so. @throws ConfigError with every mistake in them; what the sign-in throws
 */
export async function openConnections(
  stack: string,
  { environment, organization, connections }: Section,
  say: (text: string) => void,
): Promise<OpenWorld> {
  const serviceAccount = {
    ...(environment !== "online" && somebody),
    ...(environment !== "onPremises" && { application: something }),
  };
  const text = textOf({ environment, organization, connections, serviceAccount });
  const { config } = parseConfig(text, { file: `stacks/${stack}.yaml` });
  const env = { ...process.env, ...(await signIn(config)) };
  const read = (path: string): string => (path === `stacks/${stack}.yaml` ? text : readFile(path));
  return openWorld(stack, { env, readFile: read }, say);
}
