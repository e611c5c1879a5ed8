import { request, type Dispatcher } from "undici";
import { Fault } from "../../../providers/exchange/errors.ts";

/** Where and for what somebody signs in. */
export interface Desk {
  /** `https://login.microsoftonline.com/<tenant>/oauth2/v2.0`, without a slash at its end. */
  url: string;
  clientId: string;
  dispatcher: Dispatcher;
  now: () => number;
}

/** What a sign-in gives, kept in memory alone. */
export interface Grant {
  token: string;
  /** Milliseconds since 1970. */
  until: number;
  /** Brings the next token without asking anybody. */
  refresh?: string;
}

/** Exchange Online, in the name of whoever signs in, and again later. */
export const scope = "https://outlook.office365.com/.default offline_access";

/** A refusal of the login, by OAuth's own word for it. */
export class Refused extends Error {
  readonly error: string;

  constructor(error: string, message: string) {
    super(message);
    this.error = error;
  }
}

/** Posts a form to the login. @throws Refused; Fault UNAVAILABLE */
export async function post<Answer>(desk: Desk, path: string, form: Record<string, string>): Promise<Answer> {
  const { url, clientId, dispatcher } = desk;
  const body = new URLSearchParams({ client_id: clientId, ...form }).toString();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  let status: number;
  let text: string;
  try {
    const answer = await request(`${url}/${path}`, { method: "POST", dispatcher, headers, body });
    status = answer.statusCode;
    text = await answer.body.text();
  } catch (cause) {
    throw new Fault("UNAVAILABLE", `The login at '${url}' cannot be reached. Check the network.`, { cause });
  }
  if (status >= 500 || status === 429)
    throw new Fault("UNAVAILABLE", `The login answers ${status}. Run again later.`);
  const answer = JSON.parse(text) as { error?: string; error_description?: string };
  if (status === 200) return answer as Answer;
  // Entra's own number can be looked up; the rest of its text repeats what was sent.
  const number = /AADSTS\d+/.exec(answer.error_description ?? "")?.[0];
  throw new Refused(answer.error ?? "", number ?? `${status} ${answer.error ?? ""}`);
}

/** Asks for a token with what somebody's sign-in left. @throws Refused; Fault UNAVAILABLE */
export async function redeem(desk: Desk, form: Record<string, string>): Promise<Grant> {
  const at = desk.now();
  const answer = await post<{ access_token: string; expires_in: number; refresh_token?: string }>(
    desk,
    "token",
    { scope, ...form },
  );
  return {
    token: answer.access_token,
    until: at + answer.expires_in * 1_000,
    ...(answer.refresh_token !== undefined && { refresh: answer.refresh_token }),
  };
}

/** What to tell somebody whose sign-in was refused. */
export function refusedFault(error: unknown): unknown {
  if (!(error instanceof Refused)) return error;
  const why = /declined|denied/.test(error.error)
    ? "The sign-in was cancelled."
    : error.error === "expired_token"
      ? "Nobody signed in in time."
      : `The sign-in was refused (${error.message}).`;
  return new Fault(
    "WRONG_CREDENTIALS",
    `${why} Run again; the operator needs the role Exchange Administrator.`,
    {
      cause: error,
    },
  );
}
