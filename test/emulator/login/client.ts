import type { Organization } from "../organization.ts";
import type { Application } from "../store.ts";
import { assertedClient, assertionType, refusalOf } from "./assertion.ts";
import { LoginError, lacking } from "./refusal.ts";

/** The application that a form is from, and how it proved that: 1 by a secret, 2 by an assertion, as `appidacr` counts. */
export interface ProvedClient {
  application: Application;
  proof: "1" | "2";
}

/** The application that a form is from, proved. @throws LoginError invalid_request | unauthorized_client | invalid_client */
export function clientOf(
  organization: Organization,
  form: URLSearchParams,
  authorization: string | undefined,
  tenants: readonly string[],
): ProvedClient {
  const assertion = form.get("client_assertion");
  const [named, secret] = credentials(form, authorization);
  const application = applicationOf(organization, named, assertion);
  if (assertion !== null && form.get("client_assertion_type") !== assertionType)
    throw lacking("client_assertion_type");
  const refusal =
    assertion === null
      ? secretRefusal(application, secret)
      : refusalOf(organization, application, assertion, tenants);
  if (refusal !== undefined) throw new LoginError(401, "invalid_client", refusal);
  return { application, proof: assertion === null ? "1" : "2" };
}

/** The application by its id, or by the assertion that stands for it. @throws LoginError invalid_request | unauthorized_client */
export function applicationOf(
  organization: Organization,
  named: string,
  assertion: string | null = null,
): Application {
  const id = named || (assertion === null ? "" : (assertedClient(organization, assertion) ?? ""));
  if (id === "" && assertion === null) throw lacking("client_id");
  const found = organization.store.applications.find(({ appId }) => appId.toLowerCase() === id.toLowerCase());
  if (found) return found;
  throw new LoginError(
    400,
    "unauthorized_client",
    `AADSTS700016: Application with identifier '${id}' was not found in the directory 'Contoso'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
  );
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
