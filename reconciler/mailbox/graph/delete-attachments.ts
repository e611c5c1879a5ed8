import { within } from "./message.ts";
import { unlessGone } from "./unless-gone.ts";
import type { Ask, Call } from "./client.ts";

/** Takes an attachment out of a message. */
export function deletion(mailbox: string, id: string, attachment: string): Ask {
  return { method: "DELETE", path: within(mailbox, "messages", id, "attachments", attachment) };
}

/** Takes attachments out of a message, passing over those that are gone. */
export async function deleteAttachments(
  call: Call,
  mailbox: string,
  id: string,
  attachments: string[],
): Promise<void> {
  const about = `Taking attachments out of a message in mailbox '${mailbox}'`;
  for (const attachment of attachments)
    await unlessGone(call(deletion(mailbox, id, attachment), about, mailbox));
}
