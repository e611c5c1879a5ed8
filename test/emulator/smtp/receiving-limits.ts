import { recipientByAddress, type Mailbox, type Side } from "../store.ts";

const hour = 3_600_000;
/** Messages that one Exchange Online mailbox takes within an hour, from everybody. */
export const hourly = 3600;
/** Of these, from one sender who has no mailbox in Exchange Online himself: a third. */
export const hourlyFromOne = 1200;

/** Arrivals of the last hour; the oldest first. */
function recent(mailbox: Mailbox, now: number): NonNullable<Mailbox["arrivals"]> {
  const all = mailbox.arrivals ?? [];
  const first = all.findIndex(({ at }) => now - at < hour);
  return first < 0 ? [] : first === 0 ? all : all.slice(first);
}

/**
 * The answer to one message more than a mailbox of Exchange Online takes within an hour; undefined while it takes some. Servers of
 * one's own have no such limit. https://learn.microsoft.com/office365/servicedescriptions/exchange-online-service-description/exchange-online-limits
 */
export function overLimit(side: Side, mailbox: Mailbox, from: string, now: number): string | undefined {
  if (side.name !== "online") return undefined;
  const arrivals = recent(mailbox, now);
  if (arrivals.length >= hourly)
    return "554 5.2.122 The recipient has exceeded their limit for the number of messages they can receive per hour. For more information go to https://go.microsoft.com/fwlink/?LinkId=526653.";
  const sender = from.toLowerCase();
  if (sender === "" || arrivals.length < hourlyFromOne || hasMailbox(side, sender)) return undefined;
  return arrivals.filter((each) => each.from === sender).length >= hourlyFromOne
    ? "554 5.2.121 The recipient has exceeded their limit for the number of messages they can receive per hour from this sender. For more information go to https://go.microsoft.com/fwlink/?LinkId=526653."
    : undefined;
}

/** Counts a message that a mailbox of Exchange Online got. */
export function noteArrival(side: Side, mailbox: Mailbox, from: string, now: number): void {
  if (side.name !== "online") return;
  const arrivals = recent(mailbox, now);
  arrivals.push({ at: now, from: from.toLowerCase() });
  mailbox.arrivals = arrivals;
}

function hasMailbox(side: Side, address: string): boolean {
  const recipient = recipientByAddress(side, address);
  return recipient !== undefined && side.mailboxes.has(recipient.guid);
}
