import { createHash, randomBytes } from "node:crypto";
import type { Organization } from "../organization.ts";
import type { SignIn } from "../store.ts";
import { LoginError, lacking } from "./refusal.ts";

/** Microsoft's own public client for Exchange Online PowerShell, which is known in every tenant. */
export const exchangePowerShell = "fb78d390-0c51-40cd-8e17-fdbfab77341b";

/** Milliseconds that somebody has to sign in: on another device, and until a redirect is redeemed. */
export const patience = { device: 900_000, redirect: 600_000 };

/** A program for people, which holds no secret. @throws LoginError unauthorized_client */
export function publicClient(form: URLSearchParams): string {
  const id = form.get("client_id") ?? "";
  if (id === "") throw lacking("client_id");
  if (id.toLowerCase() === exchangePowerShell) return exchangePowerShell;
  throw new LoginError(
    400,
    "unauthorized_client",
    `AADSTS700016: Application with identifier '${id}' was not found in the directory 'Contoso'.`,
  );
}

/** Begins to wait for somebody. */
export function begin(
  organization: Organization,
  wanted: Omit<SignIn, "code" | "until">,
  time: number,
): SignIn {
  const now = organization.now();
  const signIn = { ...wanted, code: randomBytes(48).toString("base64url"), until: now + time };
  organization.store.signIns = [...current(organization), signIn];
  organization.save();
  return signIn;
}

/** Sign-ins that are still waited for. */
export function current({ store, now }: Organization): SignIn[] {
  return (store.signIns ?? []).filter(({ until }) => until > now());
}

/** Takes a sign-in whose code a program brings, once, and tells who signed in. @throws LoginError invalid_grant | authorization_pending ... */
export function redeem(
  organization: Organization,
  form: URLSearchParams,
): { account: string; scope: string } {
  const appId = publicClient(form);
  const device = form.get("grant_type") !== "authorization_code";
  const given = form.get(device ? "device_code" : "code") ?? "";
  if (given === "") throw lacking(device ? "device_code" : "code");
  const found = current(organization).find((each) => each.code === given && each.appId === appId);
  if (!found)
    throw device
      ? new LoginError(
          400,
          "expired_token",
          "AADSTS70020: The provided value for the input parameter 'device_code' is not valid. This code has expired.",
        )
      : new LoginError(
          400,
          "invalid_grant",
          "AADSTS70008: The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.",
        );
  if (device && found.account === undefined && !found.isDeclined)
    throw new LoginError(
      400,
      "authorization_pending",
      "AADSTS70016: OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
    );
  if (!device) proveRedirect(found, form);
  organization.store.signIns = current(organization).filter((each) => each !== found);
  organization.save();
  if (found.account === undefined)
    throw new LoginError(
      400,
      "authorization_declined",
      "AADSTS70018: The end-user denied the authorization request.",
    );
  return { account: found.account, scope: found.scope };
}

/** Only the program that asked knows the verifier, and it comes back to the same place. @throws LoginError invalid_grant */
function proveRedirect({ challenge, redirectUri }: SignIn, form: URLSearchParams): void {
  const verifier = form.get("code_verifier") ?? "";
  if (createHash("sha256").update(verifier).digest("base64url") !== challenge)
    throw new LoginError(
      400,
      "invalid_grant",
      "AADSTS501481: The Code_Verifier does not match the code_challenge supplied in the authorization request.",
    );
  if (form.get("redirect_uri") !== redirectUri)
    throw new LoginError(
      400,
      "invalid_grant",
      "AADSTS500112: The reply address does not match the reply address provided when requesting Authorization code.",
    );
}
