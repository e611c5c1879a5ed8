import { itemOf, itemQuery, type Message, prefer, query, within } from "./message.ts";
import { unlessGone } from "./unless-gone.ts";
import type { SentItem } from "../port.ts";
import type { Ask, Call } from "./client.ts";

/** Asks for a whole message. The body comes in the form it is stored in, and unfiltered. */
export function reading(mailbox: string, id: string): Ask {
  return { method: "GET", path: within(mailbox, "messages", id) + query(itemQuery), headers: prefer };
}

/** The whole message, or undefined when it is gone. */
export async function getMessage(call: Call, mailbox: string, id: string): Promise<SentItem | undefined> {
  const about = `Reading a message in mailbox '${mailbox}'`;
  const message = await unlessGone(call<Message>(reading(mailbox, id), about, mailbox));
  return message && itemOf(message, about);
}
