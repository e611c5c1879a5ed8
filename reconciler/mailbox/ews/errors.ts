import { Fault } from "../../fault.ts";
import type { FaultCode } from "../../fault.ts";

interface Meaning {
  code: FaultCode;
  /** What it means and what the operator must do next. */
  says: string;
}

const grant =
  "Grant the service account the ApplicationImpersonation role for this mailbox (`siu up` does; a new grant takes some minutes to count).";
const busy: Meaning = { code: "THROTTLED", says: "Exchange is busy and asks to wait." };
const down: Meaning = {
  code: "UNAVAILABLE",
  says: "The mailbox cannot be opened at the moment; it is tried again.",
};
const changed: Meaning = { code: "CONFLICT", says: "The item has changed meanwhile; it is read again." };
const gone: Meaning = { code: "ITEM_NOT_FOUND", says: "The item is gone." };
const noMailbox: Meaning = {
  code: "MAILBOX_NOT_FOUND",
  says: "No mailbox of this side has this address. Check the address, and whether the mailbox lives on the other side.",
};
const tooLarge: Meaning = {
  code: "REFUSED",
  says: "The changed item would be too large for the mailbox or its size limit.",
};
const password: Meaning = { code: "WRONG_CREDENTIALS", says: "Set a new password for the service account." };

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode */
const meanings = new Map<string, Meaning>(
  Object.entries({
    ErrorServerBusy: busy,
    ErrorExceededConnectionCount: busy,
    ErrorExceededFindCountLimit: busy,
    ErrorTimeoutExpired: busy,
    ErrorBatchProcessingStopped: busy,
    ErrorTooManyObjectsOpened: busy,
    ErrorImpersonateUserDenied: { code: "ACCESS_DENIED", says: grant },
    ErrorImpersonationDenied: { code: "ACCESS_DENIED", says: grant },
    ErrorImpersonationFailed: { code: "ACCESS_DENIED", says: grant },
    ErrorAccessDenied: { code: "ACCESS_DENIED", says: grant },
    ErrorAccountDisabled: { code: "WRONG_CREDENTIALS", says: "Enable the account." },
    ErrorPasswordExpired: password,
    ErrorPasswordChangeRequired: password,
    ErrorIrresolvableConflict: changed,
    ErrorStaleObject: changed,
    ErrorItemNotFound: gone,
    ErrorObjectTypeChanged: gone,
    ErrorNonExistentMailbox: noMailbox,
    ErrorInvalidExchangeImpersonationHeaderData: noMailbox,
    ErrorNonPrimarySmtpAddress: noMailbox,
    ErrorMissingEmailAddress: {
      code: "ACCESS_DENIED",
      says: "The service account has no mailbox and impersonates nobody. Give it one, or use an account that has one.",
    },
    ErrorFolderNotFound: {
      code: "MAILBOX_NOT_FOUND",
      says: "The mailbox has no Sent Items folder; its owner has to sign in once.",
    },
    ErrorNameResolutionNoResults: {
      code: "GROUP_NOT_FOUND",
      says: "Exchange knows no group of this address.",
    },
    ErrorNameResolutionNoMailbox: noMailbox,
    ErrorMailRecipientNotFound: noMailbox,
    ErrorMailboxStoreUnavailable: down,
    ErrorMailboxMoveInProgress: down,
    ErrorMailboxFailover: down,
    ErrorMailboxLogonFailed: down,
    ErrorConnectionFailed: down,
    ErrorADUnavailable: down,
    ErrorADOperation: down,
    ErrorInternalServerTransientError: down,
    ErrorInternalServerError: down,
    ErrorProxyRequestProcessingFailed: down,
    ErrorNoRespondingCASInDestinationSite: down,
    ErrorQuotaExceeded: tooLarge,
    ErrorMessageSizeExceeded: tooLarge,
    ErrorDataSizeLimitExceeded: tooLarge,
    ErrorAttachmentSizeLimitExceeded: tooLarge,
    ErrorItemSave: { code: "REFUSED", says: "Exchange could not store the change." },
    ErrorItemSavePropertyError: { code: "REFUSED", says: "Exchange could not store the change." },
    ErrorInvalidPropertyUpdateSentMessage: {
      code: "LOCKED",
      says: "Exchange does not let this property of a sent message be changed.",
    },
    ErrorUpdatePropertyMismatch: {
      code: "REFUSED",
      says: "Items of this class cannot be changed in this way.",
    },
  } satisfies Record<string, Meaning>),
);

/** Exchange's text may quote the value that it complains about, which may be somebody's mail. */
const quotesInput = /Schema|InvalidRequest|InvalidPropertySet|InvalidValue|InvalidExtendedProperty/;

/** A response code of EWS (in a response message or a SOAP fault) as a Fault; `retryAfter` in milliseconds. */
export function codeFault(
  responseCode: string,
  text: string | undefined,
  retryAfter: number | undefined,
  about: string,
): Fault {
  const meaning = meanings.get(responseCode);
  const wait = retryAfter === undefined ? {} : { retryAfter };
  if (meaning) return new Fault(meaning.code, `${about}: ${meaning.says} (${responseCode})`, wait);
  const quoted = text === undefined || quotesInput.test(responseCode) ? "" : ` ${text.slice(0, 200)}`;
  return new Fault("UNEXPECTED", `${about}: Exchange answered ${responseCode}.${quoted}`, wait);
}

/** What to check when nobody is let in, by the way of signing in. */
const refusals = {
  basic:
    "Check user name and password of the service account, that the account is enabled, and that the EWS virtual directory offers Basic authentication (else set connections.onPremises.ewsAuthentication to ntlm).",
  ntlm: "Check user name and password of the service account, that the account is enabled, and where Extended Protection is on, that nothing between here and the server ends TLS with another certificate.",
  oauth:
    "Check that the server trusts the tenant's tokens (hybrid modern authentication), that connections.onPremises.ewsResource is what it takes them for, and that the application has the permission full_access_as_app.",
} as const;

/** An answer of HTTP that carries no SOAP. */
interface Refusal {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  url: URL;
  /** How the request was signed in. */
  by: keyof typeof refusals;
  /** Begins the text. */
  about: string;
}

/** What such an answer means. */
export function statusFault({ status, headers, url, by, about }: Refusal): Fault {
  const retryAfter = String(headers["retry-after"]);
  const seconds = /^\d+(\.\d+)?$/.test(retryAfter) ? Number(retryAfter) : undefined;
  const wait = seconds === undefined ? {} : { retryAfter: Math.ceil(seconds * 1000) };
  const fault = (code: FaultCode, says: string): Fault =>
    new Fault(code, `${about}: ${url.host} answered HTTP ${status}. ${says}`, wait);
  if (status === 401) {
    const reason = /reason="([^"]*)"/.exec(String(headers["x-ms-diagnostics"]))?.[1];
    return fault(
      "WRONG_CREDENTIALS",
      reason === undefined ? refusals[by] : `${refusals[by]} (${reason.slice(0, 200)})`,
    );
  }
  if (status === 403) {
    return fault(
      "ACCESS_DENIED",
      "EWS is blocked for this account or client: check EwsEnabled and EwsApplicationAccessPolicy.",
    );
  }
  if (status === 429 || (status === 503 && seconds !== undefined)) return fault("THROTTLED", busy.says);
  if (status === 413) return fault("REFUSED", "The request is larger than the server accepts.");
  if (status < 500) return fault("UNAVAILABLE", `Check the EWS URL (${url.pathname}).`);
  return fault("UNAVAILABLE", "It is tried again; when it lasts, look at the server's event log.");
}
