import { randomUUID } from "node:crypto";
import { headersOf } from "../item/headers.ts";
import type { Organization } from "../organization.ts";
import { addressesIn } from "./addresses.ts";
import { authAs, directionality, isAuthenticated, journalReport } from "./firewall.ts";
import { field, firstValue, readMessage, valuesOf, type Message } from "./headers.ts";
import { composed, messagePart, textPart } from "./multipart.ts";
import type { QueuedMail } from "./queued-mail.ts";
import { dateOf } from "./received.ts";
import { encodedWord, exchangeAddress } from "./report.ts";

/**
 * An envelope journal report ([MS-XJRNL]): who sent and who gets a message, as plain text, and the message itself untouched. A
 * recipient's line says To, Cc or Bcc where a signed-in sender vouches for the header, and Recipient otherwise.
 */
export function composeJournalReport(organization: Organization, mail: QueuedMail, to: string[]): Buffer {
  const message = readMessage(mail.mime);
  const { subject } = headersOf(mail.mime);
  const [from = mail.from] = addressesIn(firstValue(message, "From"));
  const [delegate] = addressesIn(firstValue(message, "Sender"));
  const onBehalf = delegate !== undefined && delegate !== from;
  const lines = [
    `Sender: ${onBehalf ? delegate : from}`,
    ...(onBehalf ? [`On-Behalf-Of: ${from}`] : []),
    `Subject: ${subject}`,
    `Message-Id: ${firstValue(message, "Message-ID") ?? ""}`,
    ...recipientLines(message, mail),
  ];
  return composed(
    [
      field(directionality, "Originating"),
      field(authAs, "Internal"),
      field(journalReport, ""),
      field("From", `Microsoft Outlook <${exchangeAddress(organization)}>`),
      field("To", to.map((each) => `<${each}>`).join(",\r\n\t")),
      field("Subject", encodedWord(subject)),
      field("Date", dateOf(organization.now())),
      field("Message-ID", `<${randomUUID()}@journal.report.generator>`),
      field("X-MS-Journal-Report", ""),
    ],
    "multipart/mixed",
    [textPart("text/plain", `${lines.join("\r\n")}\r\n`), messagePart(mail.mime)],
  );
}

function recipientLines(message: Message, { to, expanded = {} }: QueuedMail): string[] {
  const vouched = isAuthenticated(message);
  const named = (header: string): Set<string> => new Set(valuesOf(message, header).flatMap(addressesIn));
  const [inTo, inCc] = [named("To"), named("Cc")];
  const kindOf = (address: string): number => {
    if (!vouched) return 3;
    return inTo.has(address) ? 0 : inCc.has(address) ? 1 : 2;
  };
  const lines = to.map((address) => {
    const group = expanded[address.toLowerCase()];
    const kind = kindOf((group ?? address).toLowerCase());
    return { kind, text: group === undefined ? address : `${address}, Expanded: ${group}` };
  });
  const names = ["To", "Cc", "Bcc", "Recipient"];
  return lines
    .toSorted((one, other) => one.kind - other.kind)
    .map(({ kind, text }) => `${names[kind]}: ${text}`);
}
