import type { Mailbox, SideName } from "../store.ts";
import { Refusal } from "./refusal.ts";

const minute = 60_000;
/** Messages that one Exchange Online mailbox hands in by SMTP within a minute. */
export const aMinute = 30;

/**
 * Counts a message that a mailbox hands in by SMTP. Exchange Online has the client try again; what is sent from the mailbox itself waits
 * instead and is not counted here. @throws Refusal for more than thirty within a minute
 */
export function countSending(side: SideName, mailbox: Mailbox | undefined, now: number): void {
  if (side !== "online" || !mailbox) return;
  const recent = (mailbox.handedIn ?? []).filter((at) => now - at < minute);
  if (recent.length >= aMinute)
    throw new Refusal("421 4.4.2 Message submission rate for this client has exceeded the configured limit");
  mailbox.handedIn = [...recent, now];
}
