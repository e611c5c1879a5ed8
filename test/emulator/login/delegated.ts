import { randomBytes } from "node:crypto";
import type { Organization } from "../organization.ts";
import type { Recipient } from "../store.ts";
import { writeJwt, isSignedBy, readJwt } from "./jwt.ts";
import { secondFactorOf } from "./password.ts";
import { LoginError } from "./refusal.ts";
import { exchangePowerShell, publicClient, redeem } from "./sign-in.ts";
import { signingKey } from "./signing-key.ts";

/** What Microsoft's client may do in a person's name. */
const consented =
  "AdminApi.AccessAsUser.All FfoPowerShell.AccessAsUser.All RemotePowerShell.AccessAsUser.All";
/** Seconds that a refresh token is good for. */
const refreshable = 90 * 86_400;
const resource = "https://outlook.office365.com";

/** The answer to a program in whose presence somebody signed in, or that brings what it got then. @throws LoginError */
export async function delegatedGrant(organization: Organization, form: URLSearchParams): Promise<object> {
  const { account: guid, scope } =
    form.get("grant_type") === "refresh_token"
      ? await refreshed(organization, form)
      : redeem(organization, form);
  const account = personBy(organization, guid);
  const key = await signingKey(organization);
  const { tenantId } = organization.store;
  const at = Math.floor(organization.now() / 1000);
  const seconds = Math.floor(organization.settings.tokenLifetime / 1000);
  const issuer = `https://sts.windows.net/${tenantId}/`;
  const shared = { iss: issuer, iat: at, nbf: at, appid: exchangePowerShell, oid: guid, tid: tenantId };
  const claims = {
    ...shared,
    aud: resource,
    exp: at + seconds,
    amr: secondFactorOf(organization, guid) === undefined ? ["pwd"] : ["pwd", "mfa"],
    appidacr: "0",
    idtyp: "user",
    name: account.displayName,
    scp: consented,
    sub: guid,
    upn: account.userPrincipalName,
    uti: randomBytes(16).toString("base64url"),
    ver: "1.0",
  };
  const again = { ...shared, aud: issuer, exp: at + refreshable, scp: scope };
  return {
    token_type: "Bearer",
    scope: `${resource}/.default`,
    expires_in: seconds,
    ext_expires_in: seconds,
    access_token: writeJwt(claims, key.private, key.id),
    ...(scope.split(" ").includes("offline_access") && {
      refresh_token: writeJwt(again, key.private, key.id),
    }),
  };
}

async function refreshed(
  organization: Organization,
  form: URLSearchParams,
): Promise<{ account: string; scope: string }> {
  publicClient(form);
  const jwt = readJwt(form.get("refresh_token") ?? "");
  const key = await signingKey(organization);
  const { exp, aud, oid, scp } = jwt?.claims ?? {};
  const issuer = `https://sts.windows.net/${organization.store.tenantId}/`;
  if (!jwt || !isSignedBy(jwt, key.public) || aud !== issuer || Number(exp) * 1000 <= organization.now())
    throw new LoginError(
      400,
      "invalid_grant",
      "AADSTS9002313: Invalid request. Request is malformed or invalid.",
    );
  return { account: String(oid), scope: String(scp) };
}

/** @throws LoginError for somebody who is gone or disabled since */
function personBy({ store }: Organization, guid: string): Recipient {
  const found = [...store.sides.values()].flatMap((side) => side.recipients.get(guid) ?? []);
  const account = found.find(({ password }) => password !== undefined) ?? found[0];
  if (account && !account.disabled) return account;
  throw new LoginError(400, "invalid_grant", "AADSTS50057: The user account is disabled.");
}
