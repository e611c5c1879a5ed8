import { itemOf, itemQuery, type Message, prefer, query, within } from "./message.ts";
import { unlessGone } from "./unless-gone.ts";
import type { SentItem } from "../port.ts";
import type { Call } from "./client.ts";

/** The whole message, or undefined when it is gone. The body comes in the form it is stored in, and unfiltered. */
export async function getMessage(call: Call, mailbox: string, id: string): Promise<SentItem | undefined> {
  const about = `Reading a message in mailbox '${mailbox}'`;
  const path = within(mailbox, "messages", id) + query(itemQuery);
  const message = await unlessGone(call<Message>({ method: "GET", path, headers: prefer }, about, mailbox));
  return message && itemOf(message, about);
}
