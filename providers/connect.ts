import { setTimeout as sleep } from "node:timers/promises";
import { Agent } from "undici";
import { resolve, type ReferenceSources } from "../stacks/config/references.ts";
import type { Config, OnlineAdmin, OnPremisesAdmin } from "../stacks/config/types.ts";
import { Fault } from "./exchange/errors.ts";
import type { Exchange, SideName } from "./exchange/port.ts";
import {
  connectServer,
  connectTenant,
  disconnectServer,
  disconnectTenant,
  type TenantSession,
} from "./exchange/powershell/connect.ts";
import { createPwsh } from "./exchange/pwsh.ts";
import { createRest } from "./exchange/rest.ts";
import { createToken } from "./exchange/token.ts";

/** What the adapters of a side share. */
interface Shared {
  side: SideName;
  now: () => number;
  wait: (milliseconds: number) => Promise<void>;
  warn: (text: string) => void;
  certificateAuthority?: string;
}

/**
 * The admin port of a side as the configuration says it is reached; secrets are read now, and nothing is opened before the first
 * cmdlet. `warn` hears what Exchange warns of. @throws Fault UNSUPPORTED where there is no connection, UnresolvedReferences
 */
export function connect(
  { connections, organization }: Config,
  side: SideName,
  sources: ReferenceSources,
  warn: (text: string) => void,
): Exchange {
  const { certificateAuthority } = resolve(
    { certificateAuthority: connections.certificateAuthority },
    sources,
  );
  const shared: Shared = {
    side,
    now: Date.now,
    wait: async (milliseconds) => void (await sleep(milliseconds)),
    warn,
    ...(certificateAuthority !== undefined && { certificateAuthority }),
  };
  const found =
    side === "onPremises"
      ? connections.onPremises && server(resolve(connections.onPremises.admin, sources), shared)
      : connections.online && tenant(resolve(connections.online.admin, sources), organization.tenant, shared);
  if (found) return found;
  throw new Fault(
    "UNSUPPORTED",
    `The configuration has no connection to this side of Exchange: fill in connections.${side}.admin.`,
  );
}

function server({ via, url, authentication, username, password }: OnPremisesAdmin, shared: Shared): Exchange {
  if (via === "rest") return createRest({ ...shared, url, credential: { username, password } });
  const statement = connectServer({ url, authentication, username, password });
  return createPwsh({ ...shared, connect: async () => statement, disconnect: disconnectServer });
}

function tenant(admin: OnlineAdmin, organization: string | undefined, shared: Shared): Exchange | undefined {
  const { via, url, tokenUrl, clientId, clientSecret, certificate } = admin;
  const secret = tokenUrl !== undefined && clientSecret !== undefined && { tokenUrl, clientId, clientSecret };
  if (via === "rest")
    return url !== undefined && secret ? createRest({ ...shared, url, credential: secret }) : undefined;
  const session = (credential: TenantSession["credential"]): string =>
    connectTenant({
      organization: organization ?? "",
      clientId,
      credential,
      // Microsoft's own addresses are the module's default.
      ...(url !== undefined &&
        !url.startsWith("https://outlook.office365.com/") && { connectionUri: new URL(url).origin }),
      ...(tokenUrl !== undefined &&
        !tokenUrl.startsWith("https://login.microsoftonline.com/") && {
          authorizationUri: new URL(tokenUrl).origin,
        }),
    });
  const pwsh = (open: () => Promise<string>): Exchange =>
    createPwsh({ ...shared, connect: open, disconnect: disconnectTenant });
  if (certificate) return pwsh(async () => session(certificate));
  if (!secret) return undefined;
  const { certificateAuthority: ca, now } = shared;
  const dispatcher = new Agent(ca === undefined ? {} : { connect: { ca } });
  const token = createToken(secret, { dispatcher, now });
  const exchange = pwsh(async () => session({ token: await token.get() }));
  return { ...exchange, close: async () => void (await Promise.all([exchange.close(), dispatcher.close()])) };
}
