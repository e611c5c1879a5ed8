import type { Dispatcher } from "undici";
import { clientCredentialsForm, type ClientCredentials } from "./client-credentials.ts";
import { identityAddress, type ManagedIdentity } from "./managed-identity.ts";
import type { Operator } from "./operator.ts";
import { askForToken, exchangeOnline, type Granted } from "./token-service.ts";

/** Who signs in to Exchange Online. */
export type TokenCredential = ClientCredentials | ManagedIdentity | Operator;

/** An access token, fetched when it is needed and again shortly before it ends. */
export interface Token {
  /** @throws Fault WRONG_CREDENTIALS | UNAVAILABLE */
  get: () => Promise<string>;
  /** Exchange refused it: the next `get` fetches another. */
  forget: () => void;
}

/** What a token takes. */
export interface Ways {
  dispatcher: Dispatcher;
  /** Milliseconds since 1970. */
  now: () => number;
  /** What an application's token is for; Exchange Online unless told. */
  scope?: string;
  /** Where the application's credentials are configured. */
  configured?: string;
}

/** Milliseconds before its end when a token counts as used up. */
const margin = 60_000;

/** Tokens of an application, a machine or an operator. */
export function createToken(credential: TokenCredential, ways: Ways): Token {
  const { now } = ways;
  const grant = (): Promise<Granted> => {
    if ("managedIdentity" in credential) return byIdentity(credential, ways);
    return "operator" in credential ? byOperator(credential, ways) : byApplication(credential, ways);
  };
  let current: { value: Promise<string>; until: number } | undefined;
  return {
    get: () => {
      if (current && now() < current.until) return current.value;
      const asked = { value: Promise.resolve(""), until: Number.POSITIVE_INFINITY };
      const forgetIt = (): void => void (current = current === asked ? undefined : current);
      asked.value = grant().then(
        ({ token, seconds }) => {
          asked.until = now() + seconds * 1_000 - margin;
          return token;
        },
        (error: unknown) => {
          forgetIt();
          throw error;
        },
      );
      current = asked;
      return asked.value;
    },
    forget: () => void (current = undefined),
  };
}

async function byApplication(credential: ClientCredentials, ways: Ways): Promise<Granted> {
  const { tokenUrl, clientId } = credential;
  const { scope = `${exchangeOnline}/.default`, configured = "connections.online.admin" } = ways;
  const proof =
    "clientSecret" in credential
      ? "clientSecret (it may have expired)"
      : "federatedToken" in credential
        ? "federatedTokenFile (its issuer, subject and audience are those of a federated credential of the application)"
        : "certificate (registered with the application, and not expired)";
  return askForToken(
    tokenUrl,
    {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: clientCredentialsForm(credential, scope, ways.now()).toString(),
    },
    {
      refused: `Application '${clientId}' cannot sign in. Check ${configured}: clientId, ${proof} and tokenUrl.`,
      unreachable: `The token service at '${tokenUrl}' cannot be reached. Check connections.online.admin.tokenUrl and the network.`,
    },
    ways,
  );
}

/** Of whoever signed in before this process was started, by the one that asked them. */
async function byOperator({ operator: { url, header } }: Operator, ways: Ways): Promise<Granted> {
  return askForToken(
    url,
    { method: "GET", headers: { "x-identity-header": header } },
    {
      refused: "The operator's sign-in has ended. Run again, and sign in again.",
      unreachable: "The process that keeps the operator's sign-in has gone. Run again by `npx siu`.",
    },
    ways,
  );
}

async function byIdentity(credential: ManagedIdentity, ways: Ways): Promise<Granted> {
  const { managedIdentity, clientId } = credential;
  return askForToken(
    identityAddress(credential),
    { method: "GET", headers: managedIdentity.headers },
    {
      refused: `This machine has no ${clientId === undefined ? "managed identity of its own" : `managed identity '${clientId}'`}. Assign one to it in Azure, or check connections.online.admin.clientId.`,
      unreachable: `No identity service answers at '${managedIdentity.url}'. Run on a machine of Azure with a managed identity, or let the application sign in with a certificate.`,
    },
    ways,
  );
}
