import { state } from "../forms.ts";
import { objectKind } from "../kind.ts";

/** A report of each message to an address; created switched off, because New- alone says so for certain. */
export const journalRule = objectKind({
  noun: "JournalRule",
  sides: ["online", "onPremises"],
  forms: { Enabled: state },
  defaults: { Recipient: null, Scope: "Global", Enabled: true },
  toggle: { parameter: "Enabled", on: "Enable-JournalRule", off: "Disable-JournalRule" },
});
