import { prefer, within } from "./message.ts";
import { unlessGone } from "./unless-gone.ts";
import type { Call } from "./client.ts";

/** Moves a message to where its owner can recover it, as a soft deletion does; one that is gone is passed over. */
export async function discardMessage(call: Call, mailbox: string, id: string): Promise<void> {
  const about = `Taking a message out of Sent Items of mailbox '${mailbox}'`;
  const path = within(mailbox, "messages", id, "move");
  const body = { destinationId: "recoverableitemsdeletions" };
  await unlessGone(call({ method: "POST", path, headers: prefer, body }, about, mailbox));
}
