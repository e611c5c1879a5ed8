import { createHmac, timingSafeEqual } from "node:crypto";
import type { Handler, Reply } from "./http.ts";
import type { Organization } from "./organization.ts";
import type { Application } from "./store.ts";

const lifetimeMs = 3_600_000;
/** What tokens are issued for: Exchange's own endpoints, and Graph. */
const audiences = ["https://outlook.office365.com", "https://graph.microsoft.com"] as const;
type Audience = (typeof audiences)[number];

/** The token endpoint of Entra: client credentials of seeded applications for `<audience>/.default`. */
export function tokenHandler(organization: Organization): Handler {
  return ({ method, headers, body }) => {
    if (method !== "POST")
      return refuse(405, "invalid_request", "AADSTS900561: The endpoint only accepts POST requests.");
    const fault = organization.faults.take("token", "client_credentials");
    if (fault?.failure === "drop" || fault?.failure === "dropAfter") return { drop: true };
    if (fault)
      return refuse(
        fault.failure === "throttle" ? 429 : 503,
        "temporarily_unavailable",
        "AADSTS90033: A transient error has occurred. Please try again.",
      );
    const form = new URLSearchParams(body.toString("utf8"));
    if (form.get("grant_type") !== "client_credentials") {
      return refuse(
        400,
        "unsupported_grant_type",
        "AADSTS70003: The app requested an unsupported grant type.",
      );
    }
    const [clientId, secret] = credentials(form, headers.authorization);
    const application = organization.store.applications.find((each) => each.appId === clientId);
    if (!application) {
      return refuse(
        400,
        "unauthorized_client",
        `AADSTS700016: Application with identifier '${clientId}' was not found in the directory 'Contoso'.`,
      );
    }
    if (secret !== application.secret) {
      return refuse(
        401,
        "invalid_client",
        `AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
      );
    }
    const audience = audiences.find((each) => form.get("scope") === `${each}/.default`);
    if (!audience) {
      return refuse(
        400,
        "invalid_scope",
        `AADSTS70011: The provided value for the input parameter 'scope' is not valid. The scope ${form.get("scope") ?? ""} is not valid.`,
      );
    }
    return {
      status: 200,
      headers: { "Cache-Control": "no-store" },
      body: {
        token_type: "Bearer",
        expires_in: lifetimeMs / 1000,
        ext_expires_in: lifetimeMs / 1000,
        access_token: issue(organization, application, audience),
      },
    };
  };
}

/** The application id in a token of this organization; undefined when it is forged, expired, missing or for another audience. */
export function readToken(
  organization: Organization,
  token: string | undefined,
  audience: Audience = "https://outlook.office365.com",
): string | undefined {
  const [head, claims, signature] = (token ?? "").split(".");
  if (head === undefined || claims === undefined || signature === undefined) return undefined;
  const expected = Buffer.from(sign(organization, `${head}.${claims}`));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
  const { aud, exp, appid } = JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as {
    aud: string;
    exp: number;
    appid: string;
  };
  return aud === audience && exp * 1000 > organization.now() ? appid : undefined;
}

function issue(organization: Organization, application: Application, audience: Audience): string {
  const at = Math.floor(organization.now() / 1000);
  const claims = {
    aud: audience,
    iss: `https://sts.windows.net/${organization.store.tenantId}/`,
    iat: at,
    nbf: at,
    exp: at + lifetimeMs / 1000,
    appid: application.appId,
    tid: organization.store.tenantId,
    roles: application.permissions,
  };
  const text = [{ typ: "JWT", alg: "HS256" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${text}.${sign(organization, text)}`;
}

/** Keyed with the authority's own key: tokens outlive a restart of the same organization, and fit no other. */
function sign(organization: Organization, text: string): string {
  return createHmac("sha256", organization.authority.key).update(text).digest("base64url");
}

/** From the form, or from HTTP Basic: RFC 6749 allows both. */
function credentials(form: URLSearchParams, authorization: string | undefined): [string, string] {
  const basic = /^Basic (.+)$/i.exec(authorization ?? "")?.[1];
  if (basic === undefined) return [form.get("client_id") ?? "", form.get("client_secret") ?? ""];
  const [id = "", secret = ""] = Buffer.from(basic, "base64").toString("utf8").split(":");
  return [decodeURIComponent(id), decodeURIComponent(secret)];
}

function refuse(status: number, error: string, description: string): Reply {
  return { status, body: { error, error_description: description } };
}
