import type { Answer, Request } from "../http.ts";
import type { Organization } from "../organization.ts";
import { signingKey } from "./signing-key.ts";

/** The OpenID Connect discovery document of a tenant, as the client that asks reaches it. */
export function openIdConfiguration(organization: Organization, request: Request, tenant: string): Answer {
  const base = baseOf(request);
  const anybody = ["common", "organizations"].includes(tenant.toLowerCase());
  const tenantId = anybody ? "{tenantid}" : organization.store.tenantId;
  const second = request.url.pathname.toLowerCase().includes("/v2.0/");
  const oauth = `${base}/${tenant}/oauth2${second ? "/v2.0" : ""}`;
  return ok({
    issuer: second ? `${base}/${tenantId}/v2.0` : `https://sts.windows.net/${tenantId}/`,
    authorization_endpoint: `${oauth}/authorize`,
    token_endpoint: `${oauth}/token`,
    device_authorization_endpoint: `${oauth}/devicecode`,
    end_session_endpoint: `${oauth}/logout`,
    jwks_uri: `${base}/${tenant}/discovery/v2.0/keys`,
    userinfo_endpoint: second
      ? "https://graph.microsoft.com/oidc/userinfo"
      : `${base}/${tenant}/openid/userinfo`,
    kerberos_endpoint: `${base}/${tenant}/kerberos`,
    request_uri_parameter_supported: false,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
    response_modes_supported: ["query", "fragment", "form_post"],
    response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    claims_supported: ["aud", "iss", "iat", "exp", "appid", "tid", "ver"],
    tenant_region_scope: "EU",
    cloud_instance_name: new URL(base).host,
    cloud_graph_host_name: "graph.windows.net",
    msgraph_host: "graph.microsoft.com",
  });
}

/** The keys that tokens are signed with. */
export async function signingKeys(organization: Organization, request: Request): Promise<Answer> {
  const { id, public: key } = await signingKey(organization);
  const issuer = `${baseOf(request)}/${organization.store.tenantId}/v2.0`;
  return ok({
    keys: [{ ...key.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: id, x5t: id, issuer }],
  });
}

/** What MSAL asks before it trusts an authority: this host goes by its own name only. */
export function instanceDiscovery(organization: Organization, request: Request): Answer {
  const base = baseOf(request);
  const { host } = new URL(base);
  return ok({
    tenant_discovery_endpoint: `${base}/${organization.store.tenantId}/v2.0/.well-known/openid-configuration`,
    "api-version": "1.1",
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  });
}

/** The address by which the client knows this server (`localhost` or `127.0.0.1`): metadata of another one is not trusted. */
function baseOf({ headers, url }: Request): string {
  const given = `https://${headers.host ?? ""}`;
  return URL.canParse(given) && new URL(given).origin === given.toLowerCase() ? given : url.origin;
}

function ok(body: object): Answer {
  return { status: 200, headers: { "Cache-Control": "no-store" }, body };
}
