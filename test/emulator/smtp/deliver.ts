import { headersOf } from "../item/headers.ts";
import { addItem, announceMail, findFolder, newItem } from "../mailbox.ts";
import type { Organization } from "../organization.ts";
import { sideOf, type Mailbox, type Recipient } from "../store.ts";
import { isDuplicate, noteDelivery } from "./duplicates.ts";
import type { QueuedMail } from "./queued-mail.ts";
import { noteArrival, overLimit } from "./receiving-limits.ts";
import { failed } from "./send.ts";
import type { Result } from "./station.ts";

/**
 * Puts a message into a mailbox's Inbox, or into Junk Email when its owner blocked who it is from. Never throws: a failure is an outcome
 * worth another try.
 */
export async function deliver(
  organization: Organization,
  mail: QueuedMail,
  recipient: Recipient,
  address: string,
): Promise<Result> {
  const side = sideOf(organization, mail.side);
  const mailbox = side.mailboxes.get(recipient.guid);
  const at = organization.now();
  const outcome = { recipient: address, delivered: true, temporary: false };
  try {
    if (!mailbox) throw new Error(`${address} has no mailbox on this side`);
    const folder = findFolder(mailbox, folderFor(mailbox, mail.mime));
    if (!folder) throw new Error(`The mailbox of ${address} lacks a folder for new mail`);
    const item = await newItem(organization, folder.id, mail.mime, { at });
    // From here on nothing waits: a mailbox on disk that remembers a delivery holds the message, too.
    const refusal = overLimit(side, mailbox, mail.from, at);
    if (refusal !== undefined) return { ...outcome, answer: refusal, delivered: false };
    if (isDuplicate(mailbox, mail.mime, at))
      return { ...outcome, answer: "250 2.1.5 discarded: the mailbox has it already", duplicate: true };
    noteDelivery(mailbox, mail.mime, at);
    noteArrival(side, mailbox, mail.from, at);
    addItem(organization, mailbox, item);
    organization.save();
    announceMail(organization, mailbox, item);
    return { ...outcome, answer: "250 2.1.5 delivered" };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const [failure] = failed([address], `432 4.2.0 STOREDRV.Deliver; ${why}`);
    return failure ?? { ...outcome, answer: why, delivered: false };
  }
}

function folderFor({ blockedSenders = [] }: Mailbox, mime: Uint8Array): "inbox" | "junkemail" {
  const blocked =
    blockedSenders.length > 0 &&
    headersOf(mime).from.some(({ address }) => blockedSenders.includes(address.toLowerCase()));
  return blocked ? "junkemail" : "inbox";
}
