import { objectKind } from "../kind.ts";

/** The tags that apply to a mailbox. */
export const retentionPolicy = objectKind({ noun: "RetentionPolicy", sides: ["online", "onPremises"] });
