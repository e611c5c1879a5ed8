import { createHash, createPublicKey, X509Certificate } from "node:crypto";
import type { Organization } from "../organization.ts";
import type { Application, FederatedCredential } from "../store.ts";
import { isSignedBy, readJwt, type Jwt } from "./jwt.ts";

/** The one form of assertion that RFC 7523 knows for clients. */
export const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** The application that an assertion is about: its own subject, or the one whose federated credential names it. */
export function assertedClient(organization: Organization, token: string): string | undefined {
  const claims = readJwt(token)?.claims;
  if (!claims) return undefined;
  const { applications } = organization.store;
  const own = applications.find(({ appId }) => appId === claims["sub"]);
  return (own ?? applications.find((each) => federated(each, claims)))?.appId;
}

/** Why an assertion does not stand for an application (Entra's own words), or undefined when it does. */
export function refusalOf(
  organization: Organization,
  application: Application,
  token: string,
  tenants: readonly string[],
): string | undefined {
  const jwt = readJwt(token);
  if (!jwt) return "AADSTS50027: JWT token is invalid or malformed.";
  const now = organization.now() / 1000;
  const { exp, nbf, aud, iss, sub } = jwt.claims;
  if (typeof exp !== "number" || exp <= now || (typeof nbf === "number" && nbf > now + 300))
    return `AADSTS700024: Client assertion is not within its valid time range. Current time: ${new Date(organization.now()).toISOString()}.`;
  if (iss !== application.appId) {
    const credential = federated(application, jwt.claims);
    if (!credential)
      return `AADSTS70021: No matching federated identity record found for presented assertion. Assertion Issuer: '${String(iss)}'. Assertion Subject: '${String(sub)}'. Assertion Audience: '${String(aud)}'.`;
    const signed = credential.keys.some((key) => isSignedBy(jwt, createPublicKey({ key, format: "jwk" })));
    return signed ? undefined : "AADSTS700211: No matching key signed the presented assertion.";
  }
  if (sub !== application.appId || typeof aud !== "string" || !isOurs(aud, tenants))
    return "AADSTS700023: Client assertion audience claim does not match Realm issuer.";
  const certificates = (application.certificates ?? []).map((pem) => new X509Certificate(pem));
  const certificate = certificates.find((each) => isNamed(jwt, each));
  if (!certificate)
    return `AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on application '${application.appId}'.`;
  return isSignedBy(jwt, certificate.publicKey)
    ? undefined
    : "AADSTS700027: Client assertion failed signature validation.";
}

function federated(
  { federated = [] }: Application,
  { iss, sub, aud }: Record<string, unknown>,
): FederatedCredential | undefined {
  return federated.find(
    ({ issuer, subject, audience }) => issuer === iss && subject === sub && audience === aud,
  );
}

/** The token endpoint or the issuer, under any name of the tenant: on loopback the host says nothing. */
function isOurs(audience: string, tenants: readonly string[]): boolean {
  const path = URL.canParse(audience) ? new URL(audience).pathname : "";
  return tenants.includes(path.split("/")[1]?.toLowerCase() ?? "");
}

/** By its thumbprint, SHA-256 or SHA-1 (`kid` repeats the latter in hexadecimal). */
function isNamed({ header }: Jwt, { raw }: X509Certificate): boolean {
  const thumbprint = (hash: string): Buffer => createHash(hash).update(raw).digest();
  return (
    header["x5t#S256"] === thumbprint("sha256").toString("base64url") ||
    header["x5t"] === thumbprint("sha1").toString("base64url") ||
    String(header["kid"]).toLowerCase() === thumbprint("sha1").toString("hex")
  );
}
