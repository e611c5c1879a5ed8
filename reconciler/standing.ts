import type { Fault, FaultCode } from "./fault.ts";
import { type Job, nextLook } from "./job.ts";
import type { Result } from "./queue/port.ts";
import { type Reason, reasons } from "./reasons.ts";

/** How a turn ends: for good, or to be taken up again at a time. */
export type Turn = { finish: Result } | { later: number; result: Result };

/** How one mailbox stands after a turn. `waiting`: no copy yet, or too early. */
export type Standing =
  | { is: "updated"; items: number }
  | { is: "unchanged" }
  | { is: "waiting"; until: number; why: "settling" | "not-found" }
  | { is: "skipped"; why: Reason }
  | { is: "given-up"; why: Reason }
  | { is: "fault"; fault: Fault };

/** How long a second copy (in another candidate mailbox, or of a mail program) is waited for once the first one is updated. */
export const secondCopyGrace = 15_000;

/** Puts the standings of all candidate mailboxes together. `second`: in one of them a second copy may yet appear. */
export function summary(
  job: Job,
  all: { mailbox: string; standing: Standing }[],
  now: number,
  second = false,
): Turn {
  const standings = all.map(({ standing }) => standing);
  const items = standings.reduce((sum, one) => sum + (one.is === "updated" ? one.items : 0), 0);
  const touched = all
    .filter(({ standing }) => ["updated", "unchanged", "skipped"].includes(standing.is))
    .map(({ mailbox }) => mailbox);
  const base = { mailboxes: touched, items };
  const so = items > 0 ? ("updated" as const) : ("pending" as const);
  const told = items > 0 ? `Updated ${items} item${items === 1 ? "" : "s"}.` : "";

  const faults = standings.filter((one) => one.is === "fault").map(({ fault }) => fault);
  const [fault] = faults;
  if (fault) {
    const reason = reasonOf(fault.code);
    const text = `${told} ${reasons[reason]} (${fault.message})`.trim();
    if (now >= job.deadline)
      return { finish: { ...base, outcome: items > 0 ? "updated" : "failed", reason, text } };
    const at = Math.max(
      nextLook(now, job.attempt, job.deadline),
      ...faults.map(({ retryAfter }) => now + (retryAfter ?? 0)),
    );
    return { later: at, result: { ...base, outcome: so, reason, text: `${text} Trying again.` } };
  }
  const waiting = standings.filter((one) => one.is === "waiting");
  const found = standings.some(hasCopy);
  const end = job.arrived + secondCopyGrace;
  const until = Math.min(...waiting.map((one) => one.until));
  if (items === 1 && second && now < Math.min(end, job.deadline)) {
    const next = Math.min(until, nextLook(now, job.attempt, end));
    return { later: next, result: { ...base, outcome: so, text: told } };
  }
  if (waiting.length > 0 && (!found || now < end)) {
    const why = waiting.some((one) => one.why === "settling")
      ? "Waiting for the settle delay."
      : "No sent copy yet.";
    return { later: until, result: { ...base, outcome: so, text: told || why } };
  }
  if (items > 0) return { finish: { ...base, outcome: "updated", text: told } };
  if (standings.some((one) => one.is === "unchanged")) return ended("skipped", "nothing-to-change", touched);
  const skipped = standings.filter((one) => one.is === "skipped");
  const given = standings.find((one) => one.is === "given-up");
  const why = skipped.find(hasCopy) ?? (given ? undefined : skipped[0]);
  return why ? ended("skipped", why.why, touched) : ended("failed", given?.why ?? "not-found");
}

/** Whether the message is, or was, in a mailbox. */
export function hasCopy(standing: Standing): boolean {
  if (standing.is === "skipped") return standing.why !== "no-mailbox";
  return standing.is === "updated" || standing.is === "unchanged";
}

export function ended(outcome: "skipped" | "failed", reason: Reason, mailboxes: string[] = []): Turn {
  return { finish: { outcome, reason, mailboxes, items: 0, text: reasons[reason] } };
}

function reasonOf(code: FaultCode): Reason {
  switch (code) {
    case "ACCESS_DENIED":
    case "WRONG_CREDENTIALS":
      return "access-denied";
    case "GROUP_NOT_FOUND":
      return "scope-unknown";
    case "NOT_VERIFIED":
      return "not-verified";
    case "THROTTLED":
    case "UNAVAILABLE":
    case "CONFLICT":
    case "ITEM_NOT_FOUND":
      return "mailbox-unavailable";
    default:
      return "unexpected";
  }
}
