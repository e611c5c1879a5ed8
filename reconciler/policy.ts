import type { Reason } from "./reasons.ts";
import type { Stamp } from "./stamp.ts";
import type { Settings } from "../stacks/config/types.ts";

/** Whose sent items may change, with every user and group resolved to primary addresses in lower case. */
export interface Scope {
  include: "all" | "only" | "allExcept";
  addresses: ReadonlySet<string>;
}

/** Whether a mailbox (its primary address, lower case) is in scope. */
export function inScope(scope: Scope, mailbox: string): boolean {
  return scope.include === "all" || scope.addresses.has(mailbox) === (scope.include === "only");
}

/** Why a stamped message is left alone before any mailbox is asked, or undefined when it is to be taken. */
export function refusal(settings: Pick<Settings, "status">, stamp: Stamp): Reason | undefined {
  if (settings.status === "off") return "status-off";
  if (!stamp.processed) return "not-processed";
  if (stamp.kind !== "mail") return stamp.kind;
  if (stamp.messageId === undefined) return "no-message-id";
  return undefined;
}

/** Which mailboxes of the sender's to look into, or why none of them. */
export function mailboxesToUpdate(scope: Scope, mailboxes: string[]): { take: string[] } | { skip: Reason } {
  if (mailboxes.length === 0) return { skip: "no-mailbox" };
  const take = mailboxes.filter((mailbox) => inScope(scope, mailbox));
  return take.length === 0 ? { skip: "sender-out-of-scope" } : { take };
}

/** Whether an item's class is an ordinary message: never S/MIME, rights-protected, calendar or report. */
export function isOrdinaryClass(itemClass: string): boolean {
  return /^IPM\.Note(\.|$)/i.test(itemClass) && !/^IPM\.Note\.(SMIME|Secure|rpmsg|Rules)/i.test(itemClass);
}
