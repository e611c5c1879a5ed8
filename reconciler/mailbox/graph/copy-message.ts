import { type Message, prefer, refOf, within } from "./message.ts";
import type { ItemRef } from "../port.ts";
import type { Call } from "./client.ts";

/** Copies a message of a mailbox into a folder, Sent Items unless told, and answers the copy. */
export async function copyMessage(
  call: Call,
  mailbox: string,
  { id }: ItemRef,
  folder = "sentitems",
): Promise<ItemRef> {
  const about = `Copying a message in mailbox '${mailbox}'`;
  const body = { destinationId: folder };
  const path = within(mailbox, "messages", id, "copy");
  return refOf(await call<Message>({ method: "POST", path, headers: prefer, body }, about, mailbox), about);
}
