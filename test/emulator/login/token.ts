import type { IncomingHttpHeaders } from "node:http";
import { randomUUID } from "node:crypto";
import { onTheWay } from "../faults.ts";
import type { Handler, Reply } from "../http.ts";
import type { Organization } from "../organization.ts";
import type { Application } from "../store.ts";
import { assertedClient, assertionType, refusalOf } from "./assertion.ts";
import { isSignedBy, readJwt, writeJwt } from "./jwt.ts";
import { knownSigningKey, signingKey } from "./signing-key.ts";

/** What tokens are issued for; Entra takes the address of a resource with or without a slash. */
const exchangeAudiences = ["https://outlook.office365.com", "https://outlook.office.com"];
const audiences = [...exchangeAudiences, "https://graph.microsoft.com"];

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
    if (request.method !== "POST")
      return refuse(
        organization,
        405,
        "invalid_request",
        "AADSTS900561: The endpoint only accepts POST requests.",
      );
    const fault = organization.faults.take("token", "client_credentials");
    if (fault?.failure === "drop") return { drop: true };
    if (fault && ["throttle", "unavailable", "error", "expired"].includes(fault.failure)) {
      const status = { throttle: 429, unavailable: 503, expired: 401 }[String(fault.failure)] ?? 500;
      const wait =
        fault.retryAfter === undefined ? {} : { headers: { "Retry-After": String(fault.retryAfter) } };
      return {
        ...refuse(
          organization,
          status,
          "temporarily_unavailable",
          "AADSTS90033: A transient error has occurred. Please try again.",
        ),
        ...wait,
      };
    }
    const form = new URLSearchParams(request.body.toString("utf8"));
    return onTheWay(await answer(organization, form, request.headers), fault);
  };
}

async function answer(
  organization: Organization,
  form: URLSearchParams,
  headers: IncomingHttpHeaders,
): Promise<Reply> {
  const no = (status: number, error: string, description: string): Reply =>
    refuse(organization, status, error, description, idOf(headers));
  if (form.get("grant_type") !== "client_credentials")
    return no(400, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type.");
  const assertion = form.get("client_assertion");
  const [named, secret] = credentials(form, headers.authorization);
  const clientId = named || (assertion === null ? "" : (assertedClient(organization, assertion) ?? ""));
  const application = organization.store.applications.find((each) => each.appId === clientId);
  if (!application) {
    return no(
      400,
      "unauthorized_client",
      `AADSTS700016: Application with identifier '${clientId}' was not found in the directory 'Contoso'.`,
    );
  }
  if (assertion !== null && form.get("client_assertion_type") !== assertionType) {
    return no(
      400,
      "invalid_request",
      "AADSTS900144: The request body must contain the following parameter: 'client_assertion_type'.",
    );
  }
  const refusal =
    assertion === null
      ? secretRefusal(application, secret)
      : refusalOf(organization, application, assertion, tenantNames(organization));
  if (refusal !== undefined) return no(401, "invalid_client", refusal);
  const audience = audienceOf(form);
  if (audience === undefined) {
    return no(
      400,
      "invalid_scope",
      `AADSTS70011: The provided value for the input parameter 'scope' is not valid. The scope ${form.get("scope") ?? ""} is not valid.`,
    );
  }
  const seconds = Math.floor(organization.settings.tokenLifetime / 1000);
  return {
    status: 200,
    headers: { "Cache-Control": "no-store" },
    body: {
      token_type: "Bearer",
      expires_in: seconds,
      ext_expires_in: seconds,
      access_token: await issue(organization, application, audience),
    },
  };
}

/** The application id in a token of this organization, for one of some audiences (Exchange's unless told); undefined when it is forged, expired or missing. */
export function readToken(
  organization: Organization,
  token: string | undefined,
  accepted: string | readonly string[] = exchangeAudiences,
): string | undefined {
  const jwt = readJwt(token ?? "");
  const key = knownSigningKey(organization);
  if (!jwt || !key || !isSignedBy(jwt, key.public)) return undefined;
  const { exp, appid, aud } = jwt.claims;
  if (![accepted].flat().includes(String(aud))) return undefined;
  const isCurrent = typeof exp === "number" && exp * 1000 > organization.now();
  return isCurrent && typeof appid === "string" ? appid : undefined;
}

async function issue(
  organization: Organization,
  application: Application,
  audience: string,
): Promise<string> {
  const at = Math.floor(organization.now() / 1000);
  const key = await signingKey(organization);
  const claims = {
    aud: audience,
    iss: `https://sts.windows.net/${organization.store.tenantId}/`,
    iat: at,
    nbf: at,
    exp: at + Math.floor(organization.settings.tokenLifetime / 1000),
    appid: application.appId,
    app_displayname: application.name,
    idtyp: "app",
    tid: organization.store.tenantId,
    roles: application.permissions,
    ver: "1.0",
  };
  return writeJwt(claims, key.private, key.id);
}

/** Clients add what they want of OpenID to the scope; tokens of applications have none of it. */
function audienceOf(form: URLSearchParams): string | undefined {
  const [scope, ...more] = (form.get("scope") ?? "")
    .split(" ")
    .filter((each) => !["", "openid", "profile", "offline_access"].includes(each));
  const resource =
    form.get("resource") ?? (scope?.endsWith("/.default") ? scope.slice(0, -"/.default".length) : undefined);
  return more.length > 0 ? undefined : audiences.find((each) => each === resource?.replace(/\/$/, ""));
}

function secretRefusal(application: Application, secret: string): string | undefined {
  if (secret === "")
    return "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
  return secret === application.secret
    ? undefined
    : `AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${application.appId}'.`;
}

/** From the form, or from HTTP Basic: RFC 6749 allows both. */
function credentials(form: URLSearchParams, authorization: string | undefined): [string, string] {
  const basic = /^Basic (.+)$/i.exec(authorization ?? "")?.[1];
  if (basic === undefined) return [form.get("client_id") ?? "", form.get("client_secret") ?? ""];
  const [id = "", secret = ""] = Buffer.from(basic, "base64").toString("utf8").split(":");
  return [unescape(id), unescape(secret)];
}

/** What is not well escaped is taken as it stands. */
function unescape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function idOf(headers: IncomingHttpHeaders): string | undefined {
  const given = headers["client-request-id"];
  return typeof given === "string" ? given : undefined;
}

/** An error in Entra's form: the number is told once more by itself. `correlation` is the client's own id for its request. */
export function refuse(
  organization: Organization,
  status: number,
  error: string,
  description: string,
  correlation?: string,
): { status: number; body: object } {
  const code = /^AADSTS(\d+)/.exec(description)?.[1];
  const timestamp = new Date(organization.now()).toISOString().replace("T", " ").slice(0, 19);
  return {
    status,
    body: {
      error,
      error_description: description,
      error_codes: code === undefined ? [] : [Number(code)],
      timestamp: `${timestamp}Z`,
      trace_id: randomUUID(),
      correlation_id: correlation ?? randomUUID(),
    },
  };
}
