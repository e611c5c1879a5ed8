import { loose } from "../forms.ts";
import { objectKind, type SettingKind } from "../kind.ts";

/** Who gets undeliverable journal reports: Exchange Online wants to know before the first journal rule. `<>` is nobody. */
export const transportConfig: SettingKind = {
  is: "setting",
  sides: ["online", "onPremises"],
  of: objectKind({
    noun: "TransportConfig",
    sides: ["online", "onPremises"],
    forms: { JournalingReportNdrTo: (value) => (value === "<>" ? null : loose(value)) },
  }),
};
