import { randomUUID } from "node:crypto";
import { headersOf } from "../item/headers.ts";
import type { Organization } from "../organization.ts";
import { release } from "./firewall.ts";
import { field, firstValue, readMessage, writeMessage } from "./headers.ts";
import { composed, messagePart, textPart } from "./multipart.ts";
import type { NotificationRequest } from "./notification-request.ts";
import { dateOf } from "./received.ts";

/** The system's own address, which stands in From of its reports. */
export function exchangeAddress(organization: Organization): string {
  return `MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@${organization.store.domain}`;
}

/** What became of a message for one recipient, in the words of the server that said so. */
export interface Fate {
  recipient: string;
  answer: string;
  action: "failed" | "delivered" | "relayed";
  /** The recipient as the sender's own server knew him: `rfc822;ben@contoso.com`. */
  orcpt?: string;
}

const subjects = { failed: "Undeliverable", delivered: "Delivered", relayed: "Relayed" };
const sentences = {
  failed: "Delivery has failed to these recipients:",
  delivered: "Your message has been delivered to the following recipients:",
  relayed:
    "Delivery to these recipients is complete, but no delivery notification was sent by the destination server:",
};

/**
 * A delivery report (RFC 3464) to the sender of a message: what became of it for recipients who had the same fate, and with what answer. A
 * report of failure has the message attached (its header alone where the sender wants no more), without what the organization says of it
 * to itself; any other has the header.
 */
export function deliveryReport(
  organization: Organization,
  to: string,
  original: Uint8Array,
  fates: readonly Fate[],
  { ret, envid }: Pick<NotificationRequest, "ret" | "envid"> = {},
): Buffer {
  const message = release(readMessage(original), false);
  const { subject } = headersOf(original);
  const messageId = firstValue(message, "Message-ID");
  const action = fates[0]?.action ?? "failed";
  const people = fates.map(({ recipient, answer }) => `${recipient}\r\n${answer}`);
  const status = [
    [
      ...(envid === undefined ? [] : [`Original-Envelope-Id: ${envid}`]),
      `Reporting-MTA: dns;mail.${organization.store.domain}`,
    ].join("\r\n"),
    ...fates.map(statusOf),
  ].join("\r\n\r\n");
  const whole = action === "failed" && ret !== "HDRS";
  return composed(
    [
      field("From", `Microsoft Outlook <${exchangeAddress(organization)}>`),
      field("To", `<${to}>`),
      field("Subject", encodedWord(`${subjects[action]}: ${subject}`)),
      field("Date", dateOf(organization.now())),
      field("Message-ID", `<${randomUUID()}@${organization.store.domain}>`),
      ...(messageId === undefined ? [] : [field("In-Reply-To", messageId), field("References", messageId)]),
      field("Auto-Submitted", "auto-replied"),
      ...(action === "failed" ? [field("X-MS-Exchange-Message-Is-Ndr", "")] : []),
    ],
    "multipart/report; report-type=delivery-status",
    [
      textPart("text/plain", `${sentences[action]}\r\n\r\n${people.join("\r\n\r\n")}\r\n`),
      { fields: [field("Content-Type", "message/delivery-status")], body: Buffer.from(`${status}\r\n`) },
      whole
        ? messagePart(writeMessage(message))
        : {
            fields: [field("Content-Type", "text/rfc822-headers")],
            body: writeMessage({ ...message, rest: Buffer.from("\r\n") }),
          },
    ],
  );
}

function statusOf({ recipient, answer, action, orcpt }: Fate): string {
  const usual = action === "failed" ? "5.0.0" : "2.0.0";
  const code = /^\d{3} (\d\.\d+\.\d+)/.exec(answer)?.[1];
  return [
    ...(orcpt === undefined ? [] : [`Original-Recipient: ${orcpt}`]),
    `Final-Recipient: rfc822;${recipient}`,
    `Action: ${action}`,
    `Status: ${code ?? usual}`,
    ...(action === "failed" ? [`Diagnostic-Code: smtp;${answer.replaceAll(/[\r\n]+/g, " ")}`] : []),
  ].join("\r\n");
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
