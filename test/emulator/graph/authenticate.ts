import type { Request } from "../http.ts";
import { readToken, type TokenClaims } from "../login/read-token.ts";
import type { Organization } from "../organization.ts";
import type { Application } from "../store.ts";
import { GraphError } from "./error.ts";

/** What tokens for Graph are issued for. */
const audience = "https://graph.microsoft.com";

/** Who asks. An upload URL needs no token: its own secret is checked with it. @throws GraphError InvalidAuthenticationToken */
export function authenticate(organization: Organization, { headers, url }: Request): Application {
  if (/\/attachmentSessions\b/i.test(url.pathname))
    return { appId: "upload", secret: "", name: "", permissions: [] };
  const token = /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
  if (token === undefined) throw unauthorized("Access token is empty.");
  const claims = readToken(organization, token, audience);
  const application = organization.store.applications.find(({ appId }) => appId === claims?.appid);
  if (!claims || !application)
    throw unauthorized("Access token validation failure: it is forged, expired, or for another audience.");
  checkRevocation(application, claims);
  return application;
}

/**
 * Continuous access evaluation: a token of a client that understands challenges is refused once it is revoked, with the claims that the
 * next one has to fulfil. Others are good until they end.
 */
function checkRevocation({ revokedBefore }: Application, claims: TokenClaims): void {
  const { nbf, xms_cc: capabilities } = claims;
  if (revokedBefore === undefined || !Array.isArray(capabilities) || Number(nbf) >= revokedBefore) return;
  const wanted = { access_token: { nbf: { essential: true, value: String(revokedBefore) } } };
  throw unauthorized(
    "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp",
    `, error="insufficient_claims", claims="${Buffer.from(JSON.stringify(wanted)).toString("base64")}"`,
  );
}

/** 401 in Graph's form; `challenge` goes on in the WWW-Authenticate header. */
export function unauthorized(message: string, challenge = ""): GraphError {
  return new GraphError(401, "InvalidAuthenticationToken", message, {
    "WWW-Authenticate": `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"${challenge}`,
  });
}
