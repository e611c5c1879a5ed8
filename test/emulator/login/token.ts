import { onTheWay } from "../faults.ts";
import type { Answer, Handler, Request } from "../http.ts";
import type { Organization } from "../organization.ts";
import { issue } from "./access-token.ts";
import { audienceOf } from "./audience.ts";
import { clientOf } from "./client.ts";
import { delegatedGrant } from "./delegated.ts";
import { refusePassword } from "./password.ts";
import { LoginError, lacking, refuse } from "./refusal.ts";

/** Grants of programs in whose presence somebody signs in. */
const forPeople = ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code", "refresh_token"];
const unstored = { "Cache-Control": "no-store", Pragma: "no-cache" };

/** The names that a tenant goes by in URLs, lower case. */
export function tenantNames({ store }: Organization): string[] {
  return [store.tenantId, store.tenantDomain, store.domain].map((name) => name.toLowerCase());
}

/**
 * The token endpoint of Entra, version 2 (`scope`) or 1 (`resource`): client credentials of registered applications, proved by a secret,
 * a certificate's assertion or a federated one.
 */
export function tokenHandler(organization: Organization): Handler {
  return async (request) => {
    const fault = organization.faults.take("token", "client_credentials");
    if (fault?.failure === "drop") return { drop: true };
    if (fault && ["throttle", "unavailable", "error", "expired"].includes(fault.failure)) {
      const status = { throttle: 429, unavailable: 503, expired: 401 }[String(fault.failure)] ?? 500;
      const busy = new LoginError(
        status,
        "temporarily_unavailable",
        "AADSTS90033: A transient error has occurred. Please try again.",
      );
      const answer = refuse(organization, busy, request.headers);
      const wait = fault.retryAfter === undefined ? {} : { "Retry-After": String(fault.retryAfter) };
      return onTheWay({ ...answer, headers: { ...answer.headers, ...wait } }, fault);
    }
    try {
      return onTheWay(await grant(organization, request), fault);
    } catch (error) {
      if (!(error instanceof LoginError)) throw error;
      return onTheWay(refuse(organization, error, request.headers), fault);
    }
  };
}

/** @throws LoginError */
async function grant(organization: Organization, { method, url, headers, body }: Request): Promise<Answer> {
  if (method !== "POST")
    throw new LoginError(
      405,
      "invalid_request",
      "AADSTS900561: The endpoint only accepts POST requests. Received a GET request.",
    );
  const form = new URLSearchParams(body.toString("utf8"));
  const type = form.get("grant_type") ?? "";
  if (type === "") throw lacking("grant_type");
  if (type === "password") refusePassword(organization, form);
  if (forPeople.includes(type))
    return { status: 200, headers: unstored, body: await delegatedGrant(organization, form) };
  if (type !== "client_credentials")
    throw new LoginError(
      400,
      "unsupported_grant_type",
      `AADSTS70003: The app requested an unsupported grant type '${type}'.`,
    );
  const version = /\/v2\.0\/token$/i.test(url.pathname) ? 2 : 1;
  const client = clientOf(organization, form, headers.authorization, tenantNames(organization));
  const audience = audienceOf(form, version);
  const { token, seconds, at } = await issue(organization, client, audience, isContinuous(form));
  const answer =
    version === 2
      ? { token_type: "Bearer", expires_in: seconds, ext_expires_in: seconds }
      : {
          token_type: "Bearer",
          expires_in: String(seconds),
          ext_expires_in: String(seconds),
          expires_on: String(at + seconds),
          not_before: String(at),
          resource: form.get("resource"),
        };
  return {
    status: 200,
    headers: unstored,
    body: { ...answer, access_token: token },
  };
}

/** Whether a client says, in its `claims`, that it understands challenges (continuous access evaluation). @throws LoginError when they cannot be read */
function isContinuous(form: URLSearchParams): boolean {
  const text = form.get("claims");
  if (text === null) return false;
  try {
    const claims = JSON.parse(text) as { access_token?: { xms_cc?: { values?: unknown[] } } } | null;
    const values = claims?.access_token?.xms_cc?.values;
    return Array.isArray(values) && values.some((each) => String(each).toLowerCase() === "cp1");
  } catch {
    throw new LoginError(
      400,
      "invalid_request",
      "AADSTS90015: The value of the parameter 'claims' is no valid JSON.",
    );
  }
}
