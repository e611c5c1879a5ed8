import type { SMTPServerSession } from "smtp-server";

/** What a sender asks to hear of his message (RFC 3461), as plain data. */
export interface NotificationRequest {
  /** How much of the message a report shall hold; all of it unless told. */
  ret?: "FULL" | "HDRS";
  /** The sender's own name for the message. */
  envid?: string;
  /** By recipient, in lower case; who is not named here is asked for as usual. */
  recipients: Record<string, { notify?: string[]; orcpt?: string }>;
}

/** What somebody wants to know of one recipient. */
export type Wanted = "SUCCESS" | "FAILURE";

/** The request in an SMTP envelope; undefined where nothing is asked. */
export function requestIn({ envelope }: SMTPServerSession): NotificationRequest | undefined {
  const { ret, envid } = envelope.dsn ?? {};
  const recipients = envelope.rcptTo.flatMap(({ address, dsn }) => {
    if (!dsn?.notify && dsn?.orcpt === undefined) return [];
    const { notify, orcpt } = dsn;
    return [
      [
        address.toLowerCase(),
        { ...(notify ? { notify } : {}), ...(orcpt === undefined ? {} : { orcpt: plain(orcpt) }) },
      ] as const,
    ];
  });
  if (!ret && !envid && recipients.length === 0) return undefined;
  return {
    ...(ret === "FULL" || ret === "HDRS" ? { ret } : {}),
    ...(envid ? { envid: plain(envid) } : {}),
    recipients: Object.fromEntries(recipients),
  };
}

/** What is asked about a recipient; `expanded` names the group that he was opened from, whose request counts for him, but for success. */
export function askedOf(
  request: NotificationRequest | undefined,
  recipient: string,
  expanded: Record<string, string> = {},
): { notify?: string[]; orcpt?: string } {
  const own = request?.recipients[recipient.toLowerCase()];
  if (own) return own;
  const group = request?.recipients[expanded[recipient.toLowerCase()]?.toLowerCase() ?? ""];
  // A receipt for each member would tell the sender who they are.
  return group?.notify ? { notify: group.notify.filter((each) => each !== "SUCCESS") } : {};
}

/** Failure is told unless something else was asked for, success only where it was. */
export function wants({ notify }: { notify?: string[] }, what: Wanted): boolean {
  return notify ? notify.includes(what) : what === "FAILURE";
}

/** What was encoded as xtext may be anything, and has to stand in one line of a report. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").trim();
}
