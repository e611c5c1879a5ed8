import { impersonationAllowed } from "../impersonation.ts";
import type { Organization } from "../organization.ts";
import { recipientByAddress, signIn, type Recipient, type Side } from "../store.ts";
import { EwsError } from "./error.ts";
import type { SoapRequest } from "./soap.ts";

/** The account that HTTP Basic credentials sign in as, or undefined. */
export function basicAccount(side: Side, authorization: string | undefined): Recipient | undefined {
  const encoded = /^Basic\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const credentials = Buffer.from(encoded, "base64").toString("utf8");
  const colon = credentials.indexOf(":");
  return colon < 0 ? undefined : signIn(side, credentials.slice(0, colon), credentials.slice(colon + 1));
}

/** Whose mailbox a request works on. @throws EwsError ErrorImpersonateUserDenied | ErrorNonExistentMailbox | ErrorInvalidUserPrincipalName ... */
export function actingAccount(
  organization: Organization,
  side: Side,
  caller: Recipient,
  identity: SoapRequest["connectingSid"],
): Recipient {
  if (!identity) return caller;
  const target = identified(side, identity);
  // The right is checked first: who lacks it learns nothing about mailboxes.
  if (!impersonationAllowed(organization, side.name, caller, target))
    throw new EwsError("ErrorImpersonateUserDenied");
  if (!side.mailboxes.has(target.guid)) throw new EwsError("ErrorNonExistentMailbox");
  return target;
}

function identified(side: Side, { kind, value }: { kind: string; value: string }): Recipient {
  const all = [...side.recipients.values()];
  const found = (target: Recipient | undefined, code: ConstructorParameters<typeof EwsError>[0]) => {
    if (!target) throw new EwsError(code);
    return target;
  };
  const wanted = value.toLowerCase();
  switch (kind) {
    case "PrincipalName":
      return found(
        all.find(({ userPrincipalName }) => userPrincipalName?.toLowerCase() === wanted),
        "ErrorInvalidUserPrincipalName",
      );
    case "SID":
      return found(
        all.find(({ sid }) => sid?.toLowerCase() === wanted),
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
