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
import { withoutSecrets } from "./exchange/powershell/environment.ts";
import { identityService } from "./exchange/managed-identity.ts";
import { operatorOf } from "./exchange/operator.ts";
import { createPwsh } from "./exchange/pwsh.ts";
import { createRest } from "./exchange/rest.ts";
import { createToken, type TokenCredential } from "./exchange/token.ts";

/** What the adapters of a side share. */
interface Shared {
  side: SideName;
  /** Of a process that is started. */
  env: ReferenceSources["env"];
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
  config: Config,
  side: SideName,
  sources: ReferenceSources,
  warn: (text: string) => void,
): Exchange {
  const { connections, organization } = config;
  const named = JSON.stringify(config).matchAll(/\$\{env:([^}]+)\}/g);
  const { certificateAuthority } = resolve(
    { certificateAuthority: connections.certificateAuthority },
    sources,
  );
  const shared: Shared = {
    side,
    env: withoutSecrets(
      sources.env,
      named.map(([, name = ""]) => name),
    ),
    now: Date.now,
    wait: async (milliseconds) => void (await sleep(milliseconds)),
    warn,
    ...(certificateAuthority !== undefined && { certificateAuthority }),
  };
  const found =
    side === "onPremises"
      ? connections.onPremises && server(resolve(connections.onPremises.admin, sources), shared)
      : connections.online &&
        tenant(resolve(connections.online.admin, sources), organization.tenant, sources, shared);
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

function tenant(
  admin: OnlineAdmin,
  organization: string | undefined,
  sources: ReferenceSources,
  shared: Shared,
): Exchange | undefined {
  const { via, url, tokenUrl } = admin;
  const credential = credentialOf(admin, sources);
  if (!credential) return undefined;
  if (via === "rest") return url === undefined ? undefined : createRest({ ...shared, url, credential });
  const session = (credential: TenantSession["credential"]): string =>
    connectTenant({
      organization: organization ?? "",
      credential,
      // Microsoft's own addresses are the module's default.
      ...(url !== undefined &&
        !url.startsWith("https://outlook.office365.com/") && { connectionUri: new URL(url).origin }),
      ...(tokenUrl !== undefined &&
        !tokenUrl.startsWith("https://login.microsoftonline.com/") && {
          authorizationUri: new URL(tokenUrl).origin,
        }),
    });
  const pwsh = (connect: () => Promise<string>, refused?: () => void): Exchange =>
    createPwsh({ ...shared, connect, disconnect: disconnectTenant, ...(refused && { refused }) });
  // The module signs in by itself with everything but a secret.
  if ("managedIdentity" in credential) {
    const { clientId } = credential;
    return pwsh(async () => session({ managedIdentity: true, ...(clientId !== undefined && { clientId }) }));
  }
  if ("certificate" in credential) {
    const { clientId, certificate } = credential;
    return pwsh(async () => session({ clientId, ...certificate }));
  }
  const { certificateAuthority: ca, now } = shared;
  const dispatcher = new Agent(ca === undefined ? {} : { connect: { ca } });
  const token = createToken(credential, { dispatcher, now });
  const exchange = pwsh(async () => {
    const value = await token.get();
    return session({ token: value, ...("operator" in credential && nameIn(value)) });
  }, token.forget);
  return { ...exchange, close: async () => void (await Promise.all([exchange.close(), dispatcher.close()])) };
}

function credentialOf(
  { tokenUrl, clientId, clientSecret, certificate, managedIdentity, federatedTokenFile, signIn }: OnlineAdmin,
  { env, readFile }: ReferenceSources,
): TokenCredential | undefined {
  if (signIn) return operatorOf(env);
  if (managedIdentity)
    return { managedIdentity: identityService(env), ...(clientId !== undefined && { clientId }) };
  if (tokenUrl === undefined || clientId === undefined) return undefined;
  if (certificate) return { tokenUrl, clientId, certificate };
  if (federatedTokenFile !== undefined)
    return { tokenUrl, clientId, federatedToken: () => federatedToken(federatedTokenFile, readFile) };
  return clientSecret === undefined ? undefined : { tokenUrl, clientId, clientSecret };
}

/** @throws Fault WRONG_CREDENTIALS where there is no such file */
function federatedToken(path: string, readFile: ReferenceSources["readFile"]): string {
  try {
    return readFile(path).trim();
  } catch (cause) {
    throw new Fault(
      "WRONG_CREDENTIALS",
      `connections.online.admin.federatedTokenFile: the file '${path}' cannot be read. The pipeline, or Kubernetes, has to write the workload's token there.`,
      { cause },
    );
  }
}

/** The name in a person's token, which the module wants beside it. */
function nameIn(token: string): { userPrincipalName?: string } {
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as {
    upn?: string;
  };
  return claims.upn === undefined ? {} : { userPrincipalName: claims.upn };
}
