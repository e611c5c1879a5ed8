import MailComposer from "nodemailer/lib/mail-composer";
import { headerBytes } from "../item/composed.ts";
import { headersOf, headerValue } from "../item/headers.ts";
import { recipientByAddress, type Item } from "../store.ts";
import type { Call } from "./call.ts";

/** Whether the sender of a message still waits for a receipt: asked for, neither sent nor suppressed. */
export function awaitsReceipt({ call, item }: { call: Call; item: Item }): boolean {
  const wanted = requester(item);
  if (wanted === undefined || item.receipt === "done" || item.isDraft) return false;
  // Nobody tells himself that he read what he sent.
  return recipientByAddress(call.side, wanted)?.guid !== call.acting.guid;
}

/** Tells the sender of a message that it was read now, unless the reader wants it suppressed; either way that is done with. */
export async function settleReceipt(call: Call, item: Item, suppress: boolean): Promise<void> {
  if (!awaitsReceipt({ call, item })) return;
  const to = requester(item) ?? "";
  item.receipt = "done";
  if (suppress || !call.submit) return;
  const { displayName: name, primarySmtpAddress: address } = call.acting;
  const facts = [
    `Final-Recipient: rfc822;${address}`,
    `Original-Message-ID: ${item.internetMessageId}`,
    "Disposition: automatic-action/MDN-sent-automatically; displayed",
  ];
  const told = new MailComposer({
    from: { name, address },
    to,
    subject: `Read: ${item.subject}`,
    date: new Date(call.organization.now()),
    inReplyTo: item.internetMessageId,
    text: `Your message\r\n\r\n   Subject: ${item.subject}\r\n\r\nwas read.`,
    attachments: [{ contentType: "message/disposition-notification", content: facts.join("\r\n") }],
  }).compile();
  told.setHeader("Content-Type", "multipart/report; report-type=disposition-notification");
  await call.submit({ account: call.acting, from: address, to: [to], mime: await told.build() });
}

function requester(item: Item): string | undefined {
  const value = headerValue(headersOf(headerBytes(item)), "Disposition-Notification-To");
  return value === undefined ? undefined : /[^\s<>]+@[^\s<>]+/.exec(value)?.[0];
}
