import { request, type Dispatcher } from "undici";
import { Fault } from "./errors.ts";
import { retryAfterOf } from "./patience.ts";

/** A token, and the seconds that it is good for. */
export interface Granted {
  token: string;
  seconds: number;
}

/** What to say when a token service does not help; nothing of the request is repeated. */
export interface Sayings {
  refused: string;
  unreachable: string;
}

interface Answer {
  access_token?: string;
  /** Seconds; a service on the machine writes them as text, or only when the token ends (seconds since 1970). */
  expires_in?: number | string;
  expires_on?: number | string;
}

/** Audience of tokens for Exchange Online. */
export const exchangeOnline = "https://outlook.office365.com";

/** Asks for a token (RFC 6749, 5). @throws Fault WRONG_CREDENTIALS | UNAVAILABLE, with the time to wait where the service says one */
export async function askForToken(
  url: string,
  options: { method: "GET" | "POST"; headers: Record<string, string>; body?: string },
  { refused, unreachable }: Sayings,
  { dispatcher, now }: { dispatcher: Dispatcher; now: () => number },
): Promise<Granted> {
  try {
    const { statusCode, headers, body } = await request(url, { dispatcher, ...options });
    const text = await body.text();
    if (statusCode >= 500 || statusCode === 429) {
      throw new Fault("UNAVAILABLE", `The token service answers ${statusCode}. Run again later.`, {
        retryAfter: retryAfterOf(headers["retry-after"], now()),
      });
    }
    // Entra's own number of the failure is no secret, and can be looked up; its text repeats what was sent.
    const number = /AADSTS\d+/.exec(text)?.[0];
    const answer = statusCode === 200 ? (JSON.parse(text) as Answer) : {};
    if (answer.access_token === undefined)
      throw new Fault("WRONG_CREDENTIALS", `${refused}${number === undefined ? "" : ` (${number})`}`);
    const { expires_in: seconds, expires_on: end } = answer;
    const left = seconds ?? (end === undefined ? 3_600 : Number(end) - now() / 1_000);
    return { token: answer.access_token, seconds: Number(left) };
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault("UNAVAILABLE", unreachable, { cause });
  }
}
