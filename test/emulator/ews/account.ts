import { impersonationAllowed } from "../impersonation.ts";
import type { Organization } from "../organization.ts";
import type { Caller } from "../sign-in/authenticate.ts";
import { recipientByAddress, type Recipient, type Side } from "../store.ts";
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

function identified(side: Side, { kind, value }: { kind: string; value: string }): Recipient {
  const found = (target: Recipient | undefined, code: ConstructorParameters<typeof EwsError>[0]) => {
    if (!target) throw new EwsError(code);
    return target;
  };
  const wanted = value.toLowerCase();
  switch (kind) {
    case "PrincipalName":
      return found(withPrincipalName(side, wanted), "ErrorInvalidUserPrincipalName");
    case "SID":
      return found(
        side.recipients.values().find(({ sid }) => sid?.toLowerCase() === wanted),
        "ErrorInvalidUserSid",
      );
    case "SmtpAddress":
      return found(recipientByAddress(side, value), "ErrorNonExistentMailbox");
    case "PrimarySmtpAddress": {
      const target = found(recipientByAddress(side, value), "ErrorNonExistentMailbox");
      if (target.primarySmtpAddress.toLowerCase() !== wanted)
        throw new EwsError("ErrorNonPrimarySmtpAddress");
      return target;
    }
    default:
      throw new EwsError("ErrorInvalidExchangeImpersonationHeaderData");
  }
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
  if (!identity) return "account" in caller ? caller.account.primarySmtpAddress : undefined;
  if (identity.kind !== "SID") return recipientByAddress(side, identity.value)?.primarySmtpAddress;
  const wanted = identity.value.toLowerCase();
  return [...side.recipients.values()].find(({ sid }) => sid?.toLowerCase() === wanted)?.primarySmtpAddress;
}
