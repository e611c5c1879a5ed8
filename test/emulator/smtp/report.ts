import { randomUUID } from "node:crypto";
import MailComposer from "nodemailer/lib/mail-composer";
import type { Organization } from "../organization.ts";
import { dateOf } from "./received.ts";
import { firstValue, readMessage } from "./headers.ts";

/** A non-delivery report (RFC 3464) to the sender of a message: which recipient failed, and with what answer. */
export async function nonDeliveryReport(
  organization: Organization,
  to: string,
  original: Buffer,
  failures: { recipient: string; answer: string }[],
): Promise<Buffer> {
  const message = readMessage(original);
  const subject = firstValue(message, "Subject") ?? "";
  const server = `mail.${organization.store.domain}`;
  const machine = failures.map(({ recipient, answer }) =>
    [
      `Final-Recipient: rfc822;${recipient}`,
      "Action: failed",
      `Status: ${/^\d{3} (\d\.\d+\.\d+)/.exec(answer)?.[1] ?? "5.0.0"}`,
      `Diagnostic-Code: smtp;${answer.replaceAll(/[\r\n]+/g, " ")}`,
    ].join("\r\n"),
  );
  return new MailComposer({
    from: `Microsoft Outlook <postmaster@${organization.store.domain}>`,
    to,
    subject: `Undeliverable: ${subject}`,
    messageId: `<${randomUUID()}@${organization.store.domain}>`,
    date: dateOf(organization.now()),
    headers: { "Auto-Submitted": "auto-replied", "In-Reply-To": firstValue(message, "Message-ID") ?? "" },
    text: `Delivery has failed to these recipients:\n\n${failures.map(({ recipient, answer }) => `${recipient}\n${answer}`).join("\n\n")}\n`,
    attachments: [
      {
        contentType: "message/delivery-status",
        content: [`Reporting-MTA: dns;${server}`, ...machine].join("\r\n\r\n"),
        contentDisposition: "inline",
        filename: false,
      },
    ],
  })
    .compile()
    .build();
}
