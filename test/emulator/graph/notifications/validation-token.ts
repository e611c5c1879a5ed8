import { randomBytes } from "node:crypto";
import { writeJwt } from "../../login/jwt.ts";
import { signingKey } from "../../login/signing-key.ts";
import type { Organization } from "../../organization.ts";

/** Microsoft's own publisher of notifications. */
const publisher = "0bf30f3b-4a52-48df-9a82-234910c4a086";
const lifetimeSeconds = 28_800;

/** Proves to an application that notifications with resource data come from Graph: a token of the login, signed with its key. */
export async function validationToken(organization: Organization, applicationId: string): Promise<string> {
  const key = await signingKey(organization);
  const at = Math.floor(organization.now() / 1000);
  const issuer = `https://sts.windows.net/${organization.store.tenantId}/`;
  const claims = {
    aud: applicationId,
    iss: issuer,
    iat: at,
    nbf: at,
    exp: at + lifetimeSeconds,
    appid: publisher,
    appidacr: "2",
    idp: issuer,
    tid: organization.store.tenantId,
    uti: randomBytes(16).toString("base64url"),
    ver: "1.0",
  };
  return writeJwt(claims, key.private, key.id);
}
