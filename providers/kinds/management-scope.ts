import { objectKind } from "../kind.ts";
import { normalFilter } from "../opath.ts";
import { filterOf } from "../sender-filter.ts";

/** The mailboxes of the senders: what the daemon's rights are limited to (least privilege). */
export const managementScope = objectKind({
  noun: "ManagementScope",
  sides: ["onPremises", "online"],
  // A root narrows the scope: nobody asked for one. An exclusive scope keeps others out and restricts nobody who is in it.
  defaults: { RecipientRoot: null, Exclusive: false },
  fixed: ["Exclusive"],
  byHand: "Let somebody who may do it make the scope by hand, and run again:",
  properties: { RecipientRestrictionFilter: "RecipientFilter" },
  forms: { RecipientRestrictionFilter: (text) => normalFilter(String(text ?? "")) || null },
  prepare: async (props, session) => ({
    Name: props["Name"] ?? null,
    RecipientRestrictionFilter: await filterOf(props, session),
  }),
});
