import type { Call, Cmdlet } from "./cmdlet.ts";
import { mailboxes, recipientOf } from "./identity.ts";
import { each, flag } from "./parameter.ts";
import { changeRecipient, noted } from "./recipient-change.ts";
import { casMailboxRow } from "./recipient-row.ts";
import { queryRecipients } from "./recipient.ts";

/** How clients may reach a mailbox. EWS obeys what is said of it; the rest is kept and printed. */
export const casMailbox: Cmdlet[] = [
  {
    name: "Get-CASMailbox",
    run: (call) => queryRecipients(call, mailboxes, casMailboxRow),
  },
  {
    name: "Set-CASMailbox",
    types: each("EwsAllowEntourage EwsAllowMacOutlook EwsAllowOutlook EwsEnabled", {
      ...flag,
      nullable: true,
    }),
    run: (call) => {
      const recipient = recipientOf(call.side, call.parameters["Identity"], mailboxes);
      const list = otherList(call);
      return noted(call, recipient, () => {
        changeRecipient(call, "Set-CASMailbox", recipient);
        if (list !== undefined && call.parameters["WhatIf"] !== true) recipient.other[list] = null;
      });
    },
  },
];

/** The list that goes when the other one is enforced. */
function otherList({ parameters }: Call): string | undefined {
  const policy = parameters["EwsApplicationAccessPolicy"];
  if (policy === "EnforceAllowList") return "EwsBlockList";
  return policy === "EnforceBlockList" ? "EwsAllowList" : undefined;
}
