import { Fault } from "../../fault.ts";
import { itemOf, itemQuery, type Message, prefer, query, within } from "./message.ts";
import type { SentItem } from "../port.ts";
import type { Call } from "./client.ts";

/** The whole message, or undefined when it is gone. The body comes in the form it is stored in, and unfiltered. */
export async function getMessage(call: Call, mailbox: string, id: string): Promise<SentItem | undefined> {
  const about = `Reading a message in mailbox '${mailbox}'`;
  try {
    const path = within(mailbox, "messages", id) + query(itemQuery);
    return itemOf(await call<Message>({ method: "GET", path, headers: prefer }, about, mailbox), about);
  } catch (error) {
    if (error instanceof Fault && error.code === "ITEM_NOT_FOUND") return undefined;
    throw error;
  }
}
