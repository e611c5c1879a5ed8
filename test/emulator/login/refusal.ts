import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "../http.ts";
import type { Organization } from "../organization.ts";

/** Why the login does not issue a token. */
export class LoginError extends Error {
  readonly status: number;
  /** OAuth's own word for it: `invalid_client`. */
  readonly error: string;

  /** `message` begins with Entra's number: `AADSTS7000215: ...` */
  constructor(status: number, error: string, message: string) {
    super(message);
    this.status = status;
    this.error = error;
  }
}

/** A parameter that the form lacks. */
export function lacking(parameter: string): LoginError {
  return new LoginError(
    400,
    "invalid_request",
    `AADSTS900144: The request body must contain the following parameter: '${parameter}'.`,
  );
}

/** An error in Entra's form: the number is told once more by itself, and the request can be traced by its ids. */
export function refuse(
  organization: Organization,
  { status, error, message }: LoginError,
  headers: IncomingHttpHeaders,
): Answer {
  const code = /^AADSTS(\d+)/.exec(message)?.[1];
  const time = `${new Date(organization.now()).toISOString().replace("T", " ").slice(0, 19)}Z`;
  const given = headers["client-request-id"];
  const [trace, correlation] = [randomUUID(), typeof given === "string" ? given : randomUUID()];
  return {
    status,
    headers: { "Cache-Control": "no-store", "x-ms-request-id": trace, "client-request-id": correlation },
    body: {
      error,
      error_description: `${message} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${time}`,
      error_codes: code === undefined ? [] : [Number(code)],
      timestamp: time,
      trace_id: trace,
      correlation_id: correlation,
      ...(code === undefined ? {} : { error_uri: `https://login.microsoftonline.com/error?code=${code}` }),
    },
  };
}
