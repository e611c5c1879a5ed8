import { Agent } from "undici";
import { resolve, UnresolvedReferences, type ReferenceSources } from "../stacks/config/references.ts";
import type { Config } from "../stacks/config/types.ts";
import { Fault } from "./exchange/errors.ts";
import { impersonate } from "./exchange/ews/impersonate.ts";
import type { ClientCredentials } from "./exchange/client-credentials.ts";
import { createToken } from "./exchange/token.ts";
import type { World } from "./kind.ts";

/** Works as the service account or the application that the configuration names, to see whether it can; secrets are read when it is asked. */
export function serviceAccess(
  config: Config,
  sources: ReferenceSources,
): Pick<World, "impersonate" | "consents"> {
  const { connections, serviceAccount } = config;
  return {
    impersonate: (upn) => {
      const { onPremises, certificateAuthority } = connections;
      const { upn: username, password } = serviceAccount;
      if (!onPremises || username === undefined || password === undefined)
        throw new Fault("UNSUPPORTED", "The configuration has no service account on servers of its own.");
      const { autodiscover, ewsUrl } = onPremises;
      const server = {
        account: { username, password },
        ...(ewsUrl !== undefined && { ewsUrl }),
        ...(typeof autodiscover === "string" && { autodiscover }),
        ...(certificateAuthority !== undefined && { certificateAuthority }),
      };
      return impersonate(resolve(server, sources), upn);
    },
    consents: async () => {
      const { clientId, clientSecret, certificate } = serviceAccount.application ?? {};
      const { tokenUrl } = connections.online?.admin ?? {};
      const proof = certificate ? { certificate } : clientSecret === undefined ? undefined : { clientSecret };
      if (clientId === undefined || tokenUrl === undefined || !proof)
        return { unknown: "the stack's file says of no application how it signs in" };
      try {
        const ca = connections.certificateAuthority;
        const found = resolve({ application: { tokenUrl, clientId, ...proof }, ca }, sources);
        return { roles: await rolesOf(found.application, found.ca) };
      } catch (error) {
        // Its secret may be on the daemon's machine only.
        if (error instanceof UnresolvedReferences) return { unknown: error.missing.join("; ") };
        throw error;
      }
    },
  };
}

/** The permissions that Entra writes into an application's tokens, for Graph and for Exchange; grants in Exchange are not among them. */
async function rolesOf(credentials: ClientCredentials, ca: string | undefined): Promise<string[]> {
  const dispatcher = new Agent(ca === undefined ? {} : { connect: { ca } });
  try {
    const tokens = ["https://graph.microsoft.com", "https://outlook.office365.com"].map((resource) =>
      createToken(credentials, {
        dispatcher,
        now: Date.now,
        scope: `${resource}/.default`,
        configured: "serviceAccount.application",
      }).get(),
    );
    return (await Promise.all(tokens)).flatMap((token) => {
      const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as {
        roles?: string[];
      };
      return claims.roles ?? [];
    });
  } finally {
    await dispatcher.close();
  }
}
