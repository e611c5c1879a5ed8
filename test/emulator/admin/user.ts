import { bothSides, type Cmdlet } from "./cmdlet.ts";
import { recipientOf } from "./identity.ts";
import { each, mandatory, text, toggle } from "./parameter.ts";
import { queryRecipients, recipientQuery } from "./recipient.ts";
import { userRow } from "./recipient-row.ts";

const accounts = ["UserMailbox", "SharedMailbox", "MailUser"] as const;
const attributes = each(
  "City Company Department DisplayName FirstName LastName Notes Office Phone Title",
  text,
);

const { SortBy: sortBy, ...query } = recipientQuery;

export const user: Cmdlet[] = [
  {
    name: "Get-User",
    sides: bothSides,
    // Get-User spells it so.
    parameters: { ...query, ...(sortBy ? { Sortby: sortBy } : {}) },
    run: (call) =>
      queryRecipients(call, accounts, (side, recipient) => ({
        ...Object.fromEntries(Object.keys(attributes).map((name) => [name, recipient.other[name] ?? ""])),
        ...userRow(side, recipient),
      })),
  },
  {
    name: "Set-User",
    sides: bothSides,
    parameters: {
      ...mandatory({ Identity: text }),
      ...attributes,
      Confirm: toggle,
      WhatIf: toggle,
      DomainController: { ...text, side: "onPremises" },
    },
    run: (call) => {
      const recipient = recipientOf(call.side, call.parameters["Identity"], accounts);
      if (call.parameters["WhatIf"] === true) return [];
      const { DisplayName: displayName, ...rest } = call.parameters;
      if (typeof displayName === "string") recipient.displayName = displayName;
      for (const [name, value] of Object.entries(rest))
        if (name in attributes) recipient.other[name] = value ?? "";
      recipient.other["WhenChangedUTC"] = new Date(call.organization.now()).toISOString();
      return [];
    },
  },
];
