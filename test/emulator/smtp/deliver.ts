import { announceMail, storeMessage } from "../mailbox.ts";
import type { Organization } from "../organization.ts";
import type { Recipient, Side } from "../store.ts";
import type { Outcome } from "./send.ts";

/** Puts a message into a mailbox's Inbox. Never throws: a failure is an outcome worth another try. */
export async function deliver(
  organization: Organization,
  side: Side,
  recipient: Recipient,
  address: string,
  mime: Buffer,
): Promise<Outcome> {
  const mailbox = side.mailboxes.get(recipient.guid);
  try {
    if (!mailbox) throw new Error(`${address} has no mailbox on this side`);
    const item = await storeMessage(organization, mailbox, "inbox", mime, { at: organization.now() });
    announceMail(organization, mailbox, item);
    return { recipient: address, answer: "250 2.1.5 delivered", delivered: true, temporary: false };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      recipient: address,
      answer: `432 4.2.0 STOREDRV.Deliver; ${why}`,
      delivered: false,
      temporary: true,
    };
  }
}
