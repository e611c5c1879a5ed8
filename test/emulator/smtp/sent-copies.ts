import { storeMessage } from "../mailbox.ts";
import type { Organization } from "../organization.ts";
import type { Recipient, Side } from "../store.ts";
import { writeMessage, type Message } from "./headers.ts";

/** A message that an account hands in. */
export interface Submitted {
  relation: "self" | "sentAs" | "onBehalf";
  account: Recipient;
  /** Who stands in From. */
  sender: Recipient;
  message: Message;
  /** How it came: from an SMTP client, or from a mailbox, whose client sees to its own copy. */
  by: "smtp" | "mailbox";
}

/**
 * Stores the copies in Sent Items that Exchange keeps by itself: in the account's mailbox for SMTP clients, in the shared mailbox for
 * Send As and Send on Behalf; each only where the mailbox is set so and lives on this side. They hold what the client sent, before transport.
 */
export async function keepSentCopies(
  organization: Organization,
  side: Side,
  submitted: Submitted,
): Promise<void> {
  const { relation, account, sender, message, by } = submitted;
  const owners = new Set<Recipient>();
  // On by default in Exchange Online; servers of one's own do not have it.
  const keeps = account.messageCopyForSmtpClientSubmissionEnabled ?? side.name === "online";
  if (by === "smtp" && keeps) owners.add(account);
  if (relation === "sentAs" && sender.messageCopyForSentAsEnabled) owners.add(sender);
  if (relation === "onBehalf" && sender.messageCopyForSendOnBehalfEnabled) owners.add(sender);
  for (const owner of owners) {
    const mailbox = side.mailboxes.get(owner.guid);
    if (!mailbox) continue;
    await storeMessage(organization, mailbox, "sentitems", writeMessage(message), {
      isRead: true,
      at: organization.now(),
    });
  }
}
