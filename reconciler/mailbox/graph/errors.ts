import { Fault, type FaultCode } from "../../fault.ts";

const grant =
  "Give the application access to this mailbox: the role 'Application Mail.ReadWrite', from 2026-12-31 also 'Application Mail-Advanced.ReadWrite.All', for a scope that it is in (`siu up` does; Exchange Online takes 30 minutes to 2 hours to follow).";

/** https://learn.microsoft.com/graph/errors, and what Exchange Online's part of Graph answers. */
const meanings = new Map<string, readonly [code: FaultCode, says: string]>(
  Object.entries({
    ErrorAccessDenied: ["ACCESS_DENIED", grant],
    Authorization_RequestDenied: [
      "ACCESS_DENIED",
      "Consent to User.Read.All and GroupMember.Read.All for the application in Entra.",
    ],
    ErrorItemNotFound: ["ITEM_NOT_FOUND", "The item is gone."],
    ErrorInvalidAttachmentId: ["ITEM_NOT_FOUND", "The attachment is gone."],
    ErrorIrresolvableConflict: ["CONFLICT", "The item has changed meanwhile; it is read again."],
    ErrorInvalidUser: ["MAILBOX_NOT_FOUND", "The tenant has no user of this address."],
    ErrorNonExistentMailbox: ["MAILBOX_NOT_FOUND", "The tenant has no mailbox of this address."],
    Request_ResourceNotFound: ["MAILBOX_NOT_FOUND", "The tenant has no user or group of this address."],
    ResourceNotFound: ["MAILBOX_NOT_FOUND", "The tenant has no user of this address."],
    MailboxNotEnabledForRESTAPI: [
      "MAILBOX_NOT_FOUND",
      "The mailbox is not in Exchange Online: it is on-premises, inactive, or has no licence.",
    ],
    MailboxNotSupportedForRESTAPI: ["MAILBOX_NOT_FOUND", "Graph cannot open mailboxes of this kind."],
    ErrorMailboxMoveInProgress: ["UNAVAILABLE", "The mailbox is being moved; it is tried again."],
    ErrorMessageSizeExceeded: ["REFUSED", "The changed item would be too large for the mailbox."],
    ErrorQuotaExceeded: ["REFUSED", "The mailbox is full."],
  } satisfies Record<string, [FaultCode, string]>),
);

/** A refusal as a Fault. `retryAfter` in milliseconds; the service's text may quote mail and is not passed on. */
export function graphFault(
  status: number,
  code: string,
  retryAfter: number | undefined,
  about: string,
): Fault {
  const wait = retryAfter === undefined ? {} : { retryAfter };
  const fault = (is: FaultCode, says: string): Fault =>
    new Fault(is, `${about}: ${says} (HTTP ${status} ${code})`, wait);
  if (status === 429) return fault("THROTTLED", "Graph is busy and asks to wait.");
  const meaning = meanings.get(code);
  if (meaning) return fault(...meaning);
  if (status === 401) {
    return fault("WRONG_CREDENTIALS", "Graph refuses the application's token. Check tenant and application.");
  }
  if (status === 403) return fault("ACCESS_DENIED", grant);
  if (status === 404) return fault("ITEM_NOT_FOUND", "It is not there.");
  if (status === 409 || status === 412)
    return fault("CONFLICT", "The item has changed meanwhile; it is read again.");
  if (status === 413) return fault("REFUSED", "The request is larger than Graph accepts.");
  if (status >= 500) return fault("UNAVAILABLE", "Graph cannot do it at the moment; it is tried again.");
  return fault("UNEXPECTED", "Graph does not take the request.");
}

/** The header's seconds as milliseconds. */
export function readRetryAfter(text: string | null | undefined): number | undefined {
  return text !== null && text !== undefined && /^\d+(\.\d+)?$/.test(text)
    ? Math.ceil(Number(text) * 1000)
    : undefined;
}
