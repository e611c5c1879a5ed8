import type { Handler } from "../http.ts";
import type { Organization } from "../organization.ts";
import { instanceDiscovery, openIdConfiguration, signingKeys } from "./metadata.ts";
import { authorizePage, deviceCode, devicePage } from "./pages.ts";
import { LoginError, refuse } from "./refusal.ts";
import { tenantNames, tokenHandler } from "./token.ts";

/** Names that stand for whatever tenant somebody is of: applications are of one. */
const anybody = ["common", "organizations"];
const nobody = new LoginError(
  400,
  "invalid_request",
  "AADSTS50059: No tenant-identifying information found in either the request or implied by any provided credentials.",
);

/** What the host of Entra's login answers: tokens, and the documents by which a client finds them. */
export function loginRoutes(organization: Organization): ReadonlyMap<string, Handler> {
  const names = tenantNames(organization);
  const issueToken = tokenHandler(organization);
  const ofTenant: Handler = (request) => {
    const [, tenant = "", ...rest] = request.url.pathname.split("/");
    const document = rest.join("/").toLowerCase();
    switch (document) {
      case "oauth2/v2.0/token":
      case "oauth2/token":
        return issueToken(request);
      case "oauth2/v2.0/devicecode":
        return deviceCode(organization, request);
      case "oauth2/v2.0/authorize":
        return authorizePage(organization, request);
      case ".well-known/openid-configuration":
      case "v2.0/.well-known/openid-configuration":
        return openIdConfiguration(organization, request, tenant);
      case "discovery/keys":
      case "discovery/v2.0/keys":
        return signingKeys(organization, request);
      default:
        return { status: 404 };
    }
  };
  const ofAnybody: Handler = (request) =>
    /\/oauth2\/(?:v2\.0\/)?token$/i.test(request.url.pathname)
      ? refuse(organization, nobody, request.headers)
      : ofTenant(request);
  const stranger: Handler = ({ url, headers }) => {
    const [, tenant = "", ...rest] = url.pathname.split("/");
    if (!/^(?:v2\.0\/)?\.well-known\/|^oauth2\/|^discovery\//i.test(rest.join("/"))) return { status: 404 };
    const unknown = new LoginError(
      400,
      "invalid_tenant",
      `AADSTS90002: Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
    );
    return refuse(organization, unknown, headers);
  };
  return new Map([
    ["/common/oauth2/deviceauth", (request) => devicePage(organization, request)],
    ["/common/discovery/instance", (request) => instanceDiscovery(organization, request)],
    ...anybody.map((name): [string, Handler] => [`/${name}/`, ofAnybody]),
    ...names.map((name): [string, Handler] => [`/${name}/`, ofTenant]),
    ["/", stranger],
  ]);
}
