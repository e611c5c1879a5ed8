import { request, type Dispatcher } from "undici";
import { Fault } from "./errors.ts";

/** An application of Entra with the right to manage Exchange. */
export interface ClientCredentials {
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
}

/** An access token, fetched when it is needed and again shortly before it ends. */
export interface Token {
  /** @throws Fault WRONG_CREDENTIALS | UNAVAILABLE */
  get: () => Promise<string>;
  /** Exchange refused it: the next `get` fetches another. */
  forget: () => void;
}

/** Milliseconds before its end when a token counts as used up. */
const margin = 60_000;

/** Tokens by the client credentials grant (RFC 6749, 4.4), for Exchange Online. */
export function createToken(
  { tokenUrl, clientId, clientSecret }: ClientCredentials,
  {
    dispatcher,
    now,
    scope = "https://outlook.office365.com/.default",
    configured = "connections.online.admin",
  }: { dispatcher: Dispatcher; now: () => number; scope?: string; configured?: string },
): Token {
  let current: { value: Promise<string>; until: number } | undefined;

  async function fetchToken(): Promise<string> {
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      scope,
    });
    const { statusCode, body } = await request(tokenUrl, {
      dispatcher,
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: form.toString(),
    });
    const text = await body.text();
    if (statusCode >= 500 || statusCode === 429)
      throw new Fault("UNAVAILABLE", `The token service answers ${statusCode}. Run again later.`);
    const answer = JSON.parse(text) as { access_token?: string; expires_in?: number };
    if (statusCode !== 200 || answer.access_token === undefined) {
      throw new Fault(
        "WRONG_CREDENTIALS",
        `Application '${clientId}' cannot sign in. Check ${configured}: clientId, clientSecret (it may have expired) and tokenUrl.`,
      );
    }
    if (current) current.until = now() + (answer.expires_in ?? 3_600) * 1_000 - margin;
    return answer.access_token;
  }

  return {
    get: () => {
      if (!current || now() >= current.until) {
        current = { value: Promise.resolve(""), until: Number.POSITIVE_INFINITY };
        current.value = fetchToken().catch((cause: unknown) => {
          current = undefined;
          if (cause instanceof Fault) throw cause;
          throw new Fault(
            "UNAVAILABLE",
            `The token service at '${tokenUrl}' cannot be reached. Check connections.online.admin.tokenUrl and the network.`,
            { cause },
          );
        });
      }
      return current.value;
    },
    forget: () => void (current = undefined),
  };
}
