import { Fault } from "../fault.ts";

const reasons: [pattern: RegExp, says: string][] = [
  [/ENOTFOUND|EAI_AGAIN/, "its name is not in DNS. Check the host name in the URL."],
  [/ECONNREFUSED/, "nothing listens there. Check host and port of the URL, and that the service runs."],
  [
    /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT/,
    "there is no way to it. Check firewall and routing.",
  ],
  [/TimeoutError|HEADERS_TIMEOUT|BODY_TIMEOUT/, "it did not answer in time. Check the server's load."],
  [/ALTNAME/, "its certificate is for another name. Use the name in the certificate as the host of the URL."],
  [/CERT_HAS_EXPIRED/, "its certificate has expired. Renew it on the server."],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/,
    "its certificate is not trusted. Name the authority that issued it as certificateAuthority.",
  ],
  [/EPROTO|ERR_SSL/, "it does not speak TLS there. Check port and protocol of the URL."],
  [/ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_CLOSED|UND_ERR_DESTROYED/, "the connection broke off."],
];

/** Names and codes of an error and of what caused it; a name with several addresses fails with one error each. */
function marks(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const code = "code" in error ? String(error.code) : "";
  const causes: unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  return [error.name, code, ...causes.flatMap(marks)];
}

/** What a failed connection means, in words that end with what to check. */
export function connectionTrouble(error: unknown): string {
  const text = marks(error).join(" ");
  return reasons.find(([pattern]) => pattern.test(text))?.[1] ?? `the connection failed (${text.trim()}).`;
}

/** A connection that could not be made, or broke, as a Fault that names the host. */
export function connectionFault(error: unknown, url: URL, about: string): Fault {
  return new Fault("UNAVAILABLE", `${about}: cannot reach ${url.host}: ${connectionTrouble(error)}`, {
    cause: error,
  });
}
