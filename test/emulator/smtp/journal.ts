import { rows, sideOf, type Row } from "../store.ts";
import { active } from "./apply-rules.ts";
import { directoryOf, isInternal, type Directory } from "./directory.ts";
import { directionality, isJournalReport } from "./firewall.ts";
import { firstValue, readMessage } from "./headers.ts";
import { composeJournalReport } from "./journal-report.ts";
import type { QueuedMail } from "./queued-mail.ts";
import { flag, text } from "./rows.ts";
import type { Station } from "./station.ts";

/**
 * Sends the journal report of a message (of one fork of it) when journal rules ask for one. A report itself, and what goes to
 * JournalingReportNdrTo, is never journaled; a report that cannot be delivered goes back there.
 */
export function journal(station: Station, mail: QueuedMail): void {
  const { organization, trace, enqueue } = station;
  const side = sideOf(organization, mail.side);
  const directory = directoryOf(side);
  const rules = active(organization, side, "JournalRule").filter((row) => flag(row, "Enabled"));
  if (rules.length === 0 || isJournalReport(readMessage(mail.mime))) return;
  const ndrTo = addressed(rows(side, "TransportConfig")[0], "JournalingReportNdrTo", directory) ?? "";
  if (mail.to.every((address) => address.toLowerCase() === ndrTo.toLowerCase())) return;
  const matching = rules.filter((row) => applies(row, directory, mail));
  const to = new Set<string>();
  for (const row of matching) {
    const address = addressed(row, "JournalEmailAddress", directory);
    if (address === undefined) continue;
    to.add(address);
    trace(mail, mail.to, "Journal", `Journal rule: '${text(row, "Name") ?? ""}', report to ${address}`);
  }
  if (to.size === 0) return;
  const report: QueuedMail = {
    side: mail.side,
    from: ndrTo,
    to: [...to],
    mime: composeJournalReport(organization, mail, [...to]),
    stage: "route",
    journaled: true,
    attempt: 0,
  };
  trace(report, report.to, "Receive", "journal report");
  enqueue(report);
}

/** An address that a row holds, in whatever form of identity; undefined for none, which also reads `<>`. */
function addressed(row: Row | undefined, property: string, directory: Directory): string | undefined {
  const identity = row && text(row, property);
  if (identity === undefined || identity === "<>") return undefined;
  return directory.resolve(identity)?.primarySmtpAddress ?? identity;
}

/** Whether a rule's scope and recipient (a person or a group's members, as sender or as recipient) fit a message. */
function applies(row: Row, directory: Directory, { from, to, mime }: QueuedMail): boolean {
  const originating = firstValue(readMessage(mime), directionality) === "Originating";
  const sentInside = originating && (from === "" || isInternal(directory, from));
  const inside = to.filter((address) => isInternal(directory, address)).length;
  const scope = text(row, "Scope") ?? "Global";
  if (scope === "Internal" && !(sentInside && inside > 0)) return false;
  if (scope === "External" && sentInside && inside === to.length) return false;
  const recipient = text(row, "Recipient");
  if (recipient === undefined) return true;
  const meant = directory.resolve(recipient);
  const people = meant?.members ? directory.membersOf(meant) : new Set([meant?.guid]);
  return [from, ...to].some((address) => {
    const known = directory.find(address);
    return known ? people.has(known.guid) : address.toLowerCase() === recipient.toLowerCase();
  });
}
