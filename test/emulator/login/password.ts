import type { Organization } from "../organization.ts";
import { recipientByAddress, type Recipient } from "../store.ts";
import { applicationOf } from "./client.ts";
import { LoginError, lacking } from "./refusal.ts";

/**
 * The password grant. People are known and their passwords are checked, but nobody has consented to act for them here, so that
 * it always ends in a refusal: the true one. @throws LoginError
 */
export function refusePassword(organization: Organization, form: URLSearchParams): never {
  const { appId, name } = applicationOf(organization, form.get("client_id") ?? "");
  const [username, password] = ["username", "password"].map((parameter) => {
    const value = form.get(parameter);
    if (value === null || value === "") throw lacking(parameter);
    return value;
  });
  const account = personOf(organization, username ?? "", password ?? "");
  if (secondFactorOf(organization, account.guid) !== undefined)
    throw new LoginError(
      400,
      "invalid_grant",
      "AADSTS50076: Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication.",
    );
  throw new LoginError(
    400,
    "invalid_grant",
    `AADSTS65001: The user or administrator has not consented to use the application with ID '${appId}' named '${name}'. Send an interactive authorization request for this user and resource.`,
  );
}

/** Whoever has this user principal name and password. @throws LoginError invalid_grant */
export function personOf({ store }: Organization, username: string, password: string): Recipient {
  const account = [...store.sides.values()]
    .map((side) => recipientByAddress(side, username))
    .find(
      (each) =>
        each?.password !== undefined && each.userPrincipalName?.toLowerCase() === username.toLowerCase(),
    );
  if (!account)
    throw new LoginError(
      400,
      "invalid_grant",
      `AADSTS50034: The user account ${username} does not exist in the ${store.tenantId} directory. To sign into this application, the account must be added to the directory.`,
    );
  if (account.password !== password)
    throw new LoginError(
      400,
      "invalid_grant",
      "AADSTS50126: Error validating credentials due to invalid username or password.",
    );
  if (account.disabled)
    throw new LoginError(400, "invalid_grant", "AADSTS50057: The user account is disabled.");
  return account;
}

/** What somebody's authenticator shows, on whichever side their entry says it; undefined without one. */
export function secondFactorOf({ store }: Organization, guid: string): string | undefined {
  const entries = [...store.sides.values()].map((side) => side.recipients.get(guid));
  return entries.find((each) => each?.secondFactor !== undefined)?.secondFactor;
}
