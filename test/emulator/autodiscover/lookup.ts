import type { Organization } from "../organization.ts";
import { recipientByAddress, type Recipient, type Side } from "../store.ts";
import { redirectOf } from "./redirect.ts";

/** What Autodiscover knows of an address. */
export type Found =
  | { is: "mailbox"; recipient: Recipient }
  | { is: "address" | "url" | "http"; value: string }
  | { is: "unknown" };

/** Looks an address up on one side: a redirect that somebody set comes first, then the one of a mailbox that lives elsewhere. */
export function look(organization: Organization, side: Side, address: string): Found {
  const redirect = redirectOf(organization.redirects, address);
  if (redirect) {
    if ("address" in redirect) return { is: "address", value: redirect.address };
    return "url" in redirect ? { is: "url", value: redirect.url } : { is: "http", value: redirect.http };
  }
  const recipient = recipientByAddress(side, address);
  if (!recipient) return { is: "unknown" };
  const target = recipient.other["ExternalEmailAddress"];
  if (recipient.type === "MailUser" && typeof target === "string")
    return { is: "address", value: target.replace(/^SMTP:/i, "") };
  return side.mailboxes.has(recipient.guid) ? { is: "mailbox", recipient } : { is: "unknown" };
}
