import { objectKind } from "../kind.ts";

/** How long items stay, and what becomes of them then. */
export const retentionPolicyTag = objectKind({
  noun: "RetentionPolicyTag",
  sides: ["online", "onPremises"],
  mark: "Comment",
  fixed: ["Type"],
});
