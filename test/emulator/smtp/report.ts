import { randomUUID } from "node:crypto";
import { headersOf } from "../item/headers.ts";
import type { Organization } from "../organization.ts";
import { release } from "./firewall.ts";
import { field, firstValue, readMessage, writeMessage } from "./headers.ts";
import { composed, messagePart, textPart } from "./multipart.ts";
import { dateOf } from "./received.ts";

/** The system's own address, which stands in From of its reports. */
export function exchangeAddress(organization: Organization): string {
  return `MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@${organization.store.domain}`;
}

/**
 * A non-delivery report (RFC 3464) to the sender of a message: which recipient failed, and with what answer; the message itself is
 * attached, without what the organization says of it to itself.
 */
export function nonDeliveryReport(
  organization: Organization,
  to: string,
  original: Uint8Array,
  failures: { recipient: string; answer: string }[],
): Buffer {
  const message = readMessage(original);
  const { subject } = headersOf(original);
  const messageId = firstValue(message, "Message-ID");
  const machine = failures.map(({ recipient, answer }) =>
    [
      `Final-Recipient: rfc822;${recipient}`,
      "Action: failed",
      `Status: ${/^\d{3} (\d\.\d+\.\d+)/.exec(answer)?.[1] ?? "5.0.0"}`,
      `Diagnostic-Code: smtp;${answer.replaceAll(/[\r\n]+/g, " ")}`,
    ].join("\r\n"),
  );
  const people = failures.map(({ recipient, answer }) => `${recipient}\r\n${answer}`);
  const status = [`Reporting-MTA: dns;mail.${organization.store.domain}`, ...machine].join("\r\n\r\n");
  return composed(
    [
      field("From", `Microsoft Outlook <${exchangeAddress(organization)}>`),
      field("To", `<${to}>`),
      field("Subject", encodedWord(`Undeliverable: ${subject}`)),
      field("Date", dateOf(organization.now())),
      field("Message-ID", `<${randomUUID()}@${organization.store.domain}>`),
      ...(messageId === undefined ? [] : [field("In-Reply-To", messageId), field("References", messageId)]),
      field("Auto-Submitted", "auto-replied"),
      field("X-MS-Exchange-Message-Is-Ndr", ""),
    ],
    "multipart/report; report-type=delivery-status",
    [
      textPart(
        "text/plain",
        `Delivery has failed to these recipients:\r\n\r\n${people.join("\r\n\r\n")}\r\n`,
      ),
      { fields: [field("Content-Type", "message/delivery-status")], body: Buffer.from(`${status}\r\n`) },
      messagePart(writeMessage(release(message, false))),
    ],
  );
}

/** A header value as it may stand in a message: ASCII as it is, anything else as RFC 2047 words. */
export function encodedWord(value: string): string {
  const plain = value.replaceAll(/[\r\n]+/g, " ");
  if (/^[\t -~]*$/.test(plain)) return plain;
  const pieces: string[] = [];
  for (const character of plain) {
    const last = pieces.at(-1);
    if (last !== undefined && Buffer.byteLength(last + character) <= 42)
      pieces[pieces.length - 1] = last + character;
    else pieces.push(character);
  }
  return pieces.map((each) => `=?utf-8?B?${Buffer.from(each).toString("base64")}?=`).join("\r\n\t");
}
