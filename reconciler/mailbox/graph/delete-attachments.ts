import { type Message, prefer, query, refOf, within } from "./message.ts";
import { unlessGone } from "./unless-gone.ts";
import type { Call } from "./client.ts";

/** Takes attachments out of a message, passing over those that are gone; answers the version after that. */
export async function deleteAttachments(
  call: Call,
  mailbox: string,
  id: string,
  attachments: string[],
): Promise<string> {
  const about = `Taking pictures out of a message in mailbox '${mailbox}'`;
  for (const attachment of attachments) {
    const path = within(mailbox, "messages", id, "attachments", attachment);
    await unlessGone(call({ method: "DELETE", path }, about, mailbox));
  }
  const path = within(mailbox, "messages", id) + query({ $select: "id" });
  return refOf(await call<Message>({ method: "GET", path, headers: prefer }, about, mailbox), about).version;
}
