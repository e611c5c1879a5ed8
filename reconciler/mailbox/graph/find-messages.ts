import { itemOf, itemQuery, type Message, type Page, prefer, query, quoted, within } from "./message.ts";
import type { SentItem } from "../port.ts";
import type { Call } from "./client.ts";

/** More copies of one message than this are in no Sent Items. */
const most = "50";

/** Whole messages in Sent Items that carry a Message-ID, of which Graph keeps an index: found and read in one round trip. */
export async function findMessages(call: Call, mailbox: string, messageId: string): Promise<SentItem[]> {
  const about = `Looking for a message in Sent Items of mailbox '${mailbox}'`;
  const $filter = `internetMessageId eq ${quoted(messageId)}`;
  const path =
    within(mailbox, "mailFolders", "sentitems", "messages") + query({ ...itemQuery, $filter, $top: most });
  const { value } = await call<Page<Message>>({ method: "GET", path, headers: prefer }, about, mailbox);
  return value.map((message) => itemOf(message, about));
}
