import type { Row } from "../store.ts";
import { extended, nothing, redirected, type Actions } from "./actions.ts";
import type { Directory } from "./directory.ts";
import type { Facts } from "./facts.ts";
import { predicatesOf } from "./predicates.ts";
import { flag, text } from "./rows.ts";
import { unsupportedActions, unsupportedConditions } from "./unsupported.ts";

/** The recipients of a message for whom the rules came to the same result. */
export interface Fork {
  recipients: string[];
  actions: Actions;
}

/** What the rules come to. */
export type Verdict =
  | { forks: Fork[]; ignored: { rule: string; why: string }[] }
  /** A rule could not be judged and says that the message has to wait. */
  | { defer: { rule: string; why: string } };

/** The rules, and what they are judged against. */
export interface RuleSetting {
  rules: Row[];
  directory: Directory;
  /** OutboundConnector rows that a rule may name, as far as they work now. */
  connectors: Row[];
  /** Milliseconds since 1970. */
  now: number;
}

interface Branch extends Fork {
  stopped: boolean;
}

/**
 * Applies transport rules in the order of their priority. A condition on recipients forks the message: those who match go on
 * with the rule's actions, the others without (Microsoft calls it bifurcation).
 */
export function evaluate(setting: RuleSetting, facts: Facts, recipients: string[]): Verdict {
  let branches: Branch[] = [{ recipients, actions: nothing(), stopped: false }];
  const ignored: { rule: string; why: string }[] = [];
  for (const rule of inOrder(setting)) {
    try {
      branches = branches.flatMap((branch) =>
        branch.stopped ? [branch] : apply(setting, rule, facts, branch),
      );
    } catch (error) {
      const trouble = { rule: nameOf(rule), why: error instanceof Error ? error.message : String(error) };
      if (text(rule, "RuleErrorAction") === "Defer") return { defer: trouble };
      ignored.push(trouble);
    }
  }
  return { forks: branches.map(({ recipients: to, actions }) => ({ recipients: to, actions })), ignored };
}

function inOrder({ rules, now }: RuleSetting): Row[] {
  const active = rules.filter((rule) => {
    const state = text(rule, "State") ?? (flag(rule, "Enabled") ? "Enabled" : "Disabled");
    const [from, until] = [text(rule, "ActivationDate"), text(rule, "ExpiryDate")];
    return (
      state === "Enabled" &&
      (text(rule, "Mode") ?? "Enforce") === "Enforce" &&
      (from === undefined || Date.parse(from) <= now) &&
      (until === undefined || now < Date.parse(until))
    );
  });
  return active.toSorted((one, other) => Number(one["Priority"] ?? 0) - Number(other["Priority"] ?? 0));
}

function apply(setting: RuleSetting, rule: Row, facts: Facts, branch: Branch): Branch[] {
  const [condition] = unsupportedConditions(rule);
  if (condition !== undefined) throw new Error(`Condition ${condition} is not supported.`);
  const wanted = predicatesOf(rule, setting.directory, "");
  const excepted = predicatesOf(rule, setting.directory, "ExceptIf");
  if (!wanted.message(facts) || excepted.message(facts)) return [branch];
  const hit = branch.recipients.filter(
    (each) => wanted.recipient(each, facts) && !excepted.recipient(each, facts),
  );
  if (hit.length === 0) return [branch];
  const [action] = unsupportedActions(rule);
  if (action !== undefined) throw new Error(`Action ${action} is not supported.`);
  const missed = branch.recipients.filter((each) => !hit.includes(each));
  const done: Branch = {
    recipients: redirected(setting.directory, rule, facts) ?? hit,
    actions: extended(setting, rule, branch.actions, facts),
    stopped: flag(rule, "StopRuleProcessing"),
  };
  return missed.length === 0 ? [done] : [done, { ...branch, recipients: missed }];
}

function nameOf(rule: Row): string {
  return text(rule, "Name") ?? "";
}
