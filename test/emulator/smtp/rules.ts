import type { Row } from "../store.ts";
import type { Directory } from "./directory.ts";
import type { Facts } from "./facts.ts";
import { predicatesOf } from "./predicates.ts";
import { flag, list, named, text } from "./rows.ts";

/** What rules want done with one fork of a message. */
export interface Actions {
  /** Names of the rules that matched, in order. */
  matched: string[];
  /** Outbound connector that all recipients of this fork go through. */
  connector?: string;
  blindCopies: string[];
  setHeaders: { name: string; value: string }[];
  removeHeaders: string[];
  subjectPrefix: string;
  /** The answer for the sender's non-delivery report. */
  reject?: string;
  drop: boolean;
}

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
  for (const rule of inOrder(setting.rules)) {
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

function inOrder(rules: Row[]): Row[] {
  const active = rules.filter((rule) => {
    const state = text(rule, "State") ?? (flag(rule, "Enabled") ? "Enabled" : "Disabled");
    return state === "Enabled" && (text(rule, "Mode") ?? "Enforce") === "Enforce";
  });
  return active.toSorted((one, other) => Number(one["Priority"] ?? 0) - Number(other["Priority"] ?? 0));
}

function apply(setting: RuleSetting, rule: Row, facts: Facts, branch: Branch): Branch[] {
  const wanted = predicatesOf(rule, setting.directory, "");
  const excepted = predicatesOf(rule, setting.directory, "ExceptIf");
  if (!wanted.message(facts) || excepted.message(facts)) return [branch];
  const hit = branch.recipients.filter((each) => wanted.recipient(each) && !excepted.recipient(each));
  if (hit.length === 0) return [branch];
  const missed = branch.recipients.filter((each) => !hit.includes(each));
  const done: Branch = {
    recipients: hit,
    actions: extended(setting, rule, branch.actions),
    stopped: flag(rule, "StopRuleProcessing"),
  };
  const redirect = list(rule, "RedirectMessageTo");
  if (redirect.length > 0) done.recipients = redirect.map((each) => addressOf(setting.directory, each));
  return missed.length === 0 ? [done] : [done, { ...branch, recipients: missed }];
}

function extended(setting: RuleSetting, rule: Row, before: Actions): Actions {
  const connector = text(rule, "RouteMessageOutboundConnector");
  if (
    connector !== undefined &&
    !setting.connectors.some((row) => flag(row, "Enabled") && named(row, connector))
  ) {
    throw new Error(`Outbound connector '${connector}' does not exist, or is turned off.`);
  }
  const header = text(rule, "SetHeaderName");
  const removed = text(rule, "RemoveHeader");
  const reason = text(rule, "RejectMessageReasonText");
  const status = text(rule, "RejectMessageEnhancedStatusCode") ?? "5.7.1";
  const copies = [...list(rule, "BlindCopyTo"), ...list(rule, "CopyTo"), ...list(rule, "AddToRecipients")];
  return {
    ...before,
    ...(connector === undefined ? {} : { connector }),
    ...(reason === undefined ? {} : { reject: `550 ${status} TRANSPORT.RULES.RejectMessage; ${reason}` }),
    matched: [...before.matched, nameOf(rule)],
    blindCopies: [...before.blindCopies, ...copies.map((each) => addressOf(setting.directory, each))],
    setHeaders:
      header === undefined
        ? before.setHeaders
        : [...before.setHeaders, { name: header, value: text(rule, "SetHeaderValue") ?? "" }],
    removeHeaders: removed === undefined ? before.removeHeaders : [...before.removeHeaders, removed],
    subjectPrefix: (text(rule, "PrependSubject") ?? "") + before.subjectPrefix,
    drop: before.drop || flag(rule, "DeleteMessage"),
  };
}

function addressOf(directory: Directory, identity: string): string {
  return directory.resolve(identity)?.primarySmtpAddress ?? identity;
}

function nothing(): Actions {
  return { matched: [], blindCopies: [], setHeaders: [], removeHeaders: [], subjectPrefix: "", drop: false };
}

function nameOf(rule: Row): string {
  return text(rule, "Name") ?? "";
}
