import type { Attachment } from "mailparser";
import { certificateProblem, type Origin, recipientProblem } from "./origin.ts";
import { isOwn, tenantProblem } from "./proof.ts";
import { headerValues, parseHead, parseMail, saysProcessed } from "../stamp.ts";
import type { Arrival } from "./port.ts";

/** What a report must show to count as the organization's own. */
export interface JournalOptions {
  /** Name on the client certificate of the sending Exchange. */
  clientCertificateName: string;
  /** The address that the rule journals to, used for nothing else. */
  address: string;
  /** The tenant that a report has to come from; none where servers of one's own journal. */
  tenantId?: string;
  processedHeader: string;
}

/**
 * Reports of a journal rule. The rule catches all mail: what is not stamped is passed over without a word, and what is stamped
 * but came from outside is no mistake of the server that reports it.
 */
export function fromJournal(options: JournalOptions): Origin {
  return {
    secure: true,
    client: (client) => certificateProblem(options.clientCertificateName, client),
    recipient: (address) => recipientProblem(options.address, address),
    message: async (arrival) => {
      const report = await parseHead(arrival.raw);
      const tenant = options.tenantId === undefined ? undefined : tenantProblem(options.tenantId, report);
      if (tenant !== undefined) return { refuse: tenant };
      const opened = await openReport(arrival).catch(() => "unreadable" as const);
      // Whoever wrote it, the server that reports it did nothing wrong.
      if (opened === "unreadable") return { pass: "the report cannot be parsed" };
      if (opened === undefined) return { refuse: "the message is not a journal report" };
      const mail = await parseHead(opened.raw);
      if (!saysProcessed(mail, options.processedHeader)) return { pass: undefined };
      if (!isOwn(mail)) return { pass: "the reported message did not originate in the organization" };
      return { take: opened };
    },
  };
}

/**
 * The message within an envelope journal report ([MS-XJRNL], https://learn.microsoft.com/exchange/security-and-compliance/journaling/journaling),
 * its sender as Exchange knew him, and the recipients of this version, groups among them; undefined for a message that is no report.
 */
export async function openReport({ raw }: Arrival): Promise<Arrival | undefined> {
  const report = await parseMail(raw);
  if (headerValues(report, "X-MS-Journal-Report").length === 0) return undefined;
  const message = report.attachments.find(isMessage);
  if (message === undefined) return undefined;
  const [, envelopeSender = ""] = /^Sender:\s*(\S*)\s*$/im.exec(report.text ?? "") ?? [];
  // A member of a group is named with the group that the sender wrote to.
  const recipients = [
    ...(report.text ?? "").matchAll(
      /^(?:To|Cc|Bcc|Recipient):\s*<?([^\s<>,;]+@[^\s<>,;]+)>?(?:,\s*(?:Expanded|Forwarded):\s*<?([^\s<>,;]+@[^\s<>,;]+))?/gim,
    ),
  ].flatMap(([, address = "", named]) => (named === undefined ? [address] : [address, named]));
  return {
    raw: message.content,
    envelopeSender: envelopeSender.toLowerCase(),
    recipients: [...new Set(recipients.map((address) => address.toLowerCase()))],
  };
}

function isMessage({ contentType }: Attachment): boolean {
  return contentType === "message/rfc822";
}
