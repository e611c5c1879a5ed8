import {
  type Message,
  type Page,
  prefer,
  query,
  quoted,
  summaryOf,
  summaryQuery,
  within,
} from "./message.ts";
import type { SentSummary } from "../port.ts";
import type { Call } from "./client.ts";

/** The newest `page` messages of Sent Items; with a Message-ID, those among all that carry it (Graph keeps an index of it). */
export async function listMessages(
  call: Call,
  mailbox: string,
  { page, messageId }: { page: number; messageId?: string },
): Promise<SentSummary[]> {
  const about = `Listing Sent Items of mailbox '${mailbox}'`;
  const wanted =
    messageId === undefined
      ? { $orderby: "createdDateTime desc" }
      : { $filter: `internetMessageId eq ${quoted(messageId)}` };
  const path = within(mailbox, "mailFolders", "sentitems", "messages");
  const { value } = await call<Page<Message>>(
    {
      method: "GET",
      path: path + query({ ...summaryQuery, ...wanted, $top: String(page) }),
      headers: prefer,
    },
    about,
    mailbox,
  );
  return value.map((message) => summaryOf(message, about));
}
