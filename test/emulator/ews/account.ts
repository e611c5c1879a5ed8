import { impersonationAllowed } from "../impersonation.ts";
import type { Organization } from "../organization.ts";
import type { Caller } from "../sign-in/authenticate.ts";
import { recipientByAddress, recipientBySid, type Recipient, type Side } from "../store.ts";
import { EwsError } from "./error.ts";
import type { SoapRequest } from "./soap.ts";

/** Whose mailbox a request works on. @throws EwsError ErrorImpersonateUserDenied | ErrorNonExistentMailbox | ErrorInvalidUserPrincipalName ... */
export function actingAccount(
  organization: Organization,
  side: Side,
  caller: Caller,
  identity: SoapRequest["connectingSid"],
): Recipient {
  if (!identity) {
    if ("account" in caller) return caller.account;
    throw new EwsError(
      "ErrorImpersonateUserDenied",
      "ExchangeImpersonation SOAP header must be present for this type of OAuth token.",
    );
  }
  const target = identified(side, identity);
  // The right is checked first: who lacks it learns nothing about mailboxes.
  // An application that has got this far has full access (full_access_as_app).
  if ("account" in caller && !impersonationAllowed(organization, side.name, caller.account, target))
    throw new EwsError("ErrorImpersonateUserDenied");
  if (!side.mailboxes.has(target.guid)) throw new EwsError("ErrorNonExistentMailbox");
  return target;
}

type Identity = NonNullable<SoapRequest["connectingSid"]>;

/** What is answered when nobody has an identity, by its kind. */
const unknown = {
  PrincipalName: "ErrorInvalidUserPrincipalName",
  SID: "ErrorInvalidUserSid",
  SmtpAddress: "ErrorNonExistentMailbox",
  PrimarySmtpAddress: "ErrorNonExistentMailbox",
} as const;

function identified(side: Side, identity: Identity): Recipient {
  const { kind, value } = identity;
  const code = Object.entries(unknown).find(([each]) => each === kind)?.[1];
  if (!code) throw new EwsError("ErrorInvalidExchangeImpersonationHeaderData");
  const target = withIdentity(side, identity);
  if (!target) throw new EwsError(code);
  if (kind === "PrimarySmtpAddress" && target.primarySmtpAddress.toLowerCase() !== value.toLowerCase())
    throw new EwsError("ErrorNonPrimarySmtpAddress");
  return target;
}

function withIdentity(side: Side, { kind, value }: Identity): Recipient | undefined {
  if (kind === "SID") return recipientBySid(side, value);
  return kind === "PrincipalName"
    ? withPrincipalName(side, value.toLowerCase())
    : recipientByAddress(side, value);
}

/** Who signed in, whatever mailbox is worked on. */
export function callerOf(caller: Caller): string {
  return "account" in caller ? caller.account.guid : caller.application.appId;
}

/** Most are found by their address; another recipient's proxy address may spell the same. */
function withPrincipalName(side: Side, wanted: string): Recipient | undefined {
  const has = (each: Recipient | undefined): boolean => each?.userPrincipalName?.toLowerCase() === wanted;
  const likely = recipientByAddress(side, wanted);
  return has(likely) ? likely : side.recipients.values().find(has);
}

/** The address of the mailbox that a request is about, as far as the request itself tells. */
export function addressOf(
  side: Side,
  caller: Caller,
  identity: SoapRequest["connectingSid"],
): string | undefined {
  if (identity) return withIdentity(side, identity)?.primarySmtpAddress;
  return "account" in caller ? caller.account.primarySmtpAddress : undefined;
}
