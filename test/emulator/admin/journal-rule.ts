import { rows } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { enablementOf } from "./enablement.ts";
import { badArgument, invalid } from "./fault.ts";
import { matchingRecipients, recipientOf } from "./identity.ts";
import { cmdletsOf } from "./noun.ts";
import { oneOf } from "./parameter.ts";

/** Written without Enabled a journal rule is off; Exchange Online journals to none of its own mailboxes. */
export const journalRule: Cmdlet[] = [
  ...cmdletsOf({
    noun: "JournalRule",
    types: { Scope: oneOf("Global", "Internal", "External") },
    defaults: { Recipient: null, Scope: "Global", Enabled: false },
    settle: (call, next, before) => {
      if (!before) refuseWithoutReportAddress(call);
      const journal = address(call, "JournalEmailAddress", next["JournalEmailAddress"]);
      const holder = matchingRecipients(call.side, journal)[0];
      if (call.side.name === "online" && holder && call.side.mailboxes.has(holder.guid)) {
        throw invalid(
          `The journaling mailbox '${journal}' can't be an Exchange Online mailbox. Specify a mailbox outside of Exchange Online.`,
        );
      }
      next["JournalEmailAddress"] = journal;
      const recipient = next["Recipient"];
      next["Recipient"] =
        recipient === null || recipient === "" ? null : address(call, "Recipient", recipient);
    },
  }),
  ...enablementOf(
    "JournalRule",
    () => ({ Enabled: true }),
    () => ({ Enabled: false }),
  ),
];

/** An address stays one, whatever form of identity named the recipient. @throws CmdletError */
function address(call: Call, parameter: string, identity: unknown): string {
  const written = String(identity);
  if (matchingRecipients(call.side, written).length > 0)
    return recipientOf(call.side, written).primarySmtpAddress;
  if (/^[^@\s]+@[^@\s]+$/.test(written)) return written;
  throw badArgument(`The value '${written}' of the ${parameter} parameter isn't a valid SMTP address.`);
}

function refuseWithoutReportAddress(call: Call): void {
  if (call.side.name !== "online") return;
  const to = rows(call.side, "TransportConfig")[0]?.["JournalingReportNdrTo"] ?? "<>";
  if (to !== "<>" && to !== null && to !== "") return;
  throw invalid(
    "You must specify a recipient for undeliverable journal reports before you can create a journal rule. Use Set-TransportConfig with the JournalingReportNdrTo parameter.",
  );
}
