import type { Finding } from "./lints.ts";

/** Parts of the checklist, in their order; each is a heading of docs/doctor.md. */
export const parts = [
  "configuration",
  "connection",
  "rights",
  "server",
  "credentials",
  "account",
  "grant",
  "impersonation",
  "connectors",
  "rule",
  "intake",
  "listener",
  "daemon",
] as const;

export type Part = (typeof parts)[number];

/** One point of the checklist. */
export interface Step {
  part: Part;
  /** What was looked at, for people. */
  title: string;
  /** `skipped`: nobody looked, and `causes` says why. */
  state: "ok" | "error" | "skipped";
  /** Why it is not green, each with what to do. */
  causes: string[];
  /** Cmdlets with which an administrator puts it right by hand, in this order. */
  byHand: string[];
}

/** What the doctor found: plain data, which the command prints and any other program can show. */
export interface Report {
  stack: string;
  /** When it looked, ISO 8601. */
  at: string;
  /** No red step, and no finding that is an error. */
  healthy: boolean;
  steps: Step[];
  findings: Finding[];
}

/** A step that was looked at: red when there are causes. Pure. */
export function looked(
  part: Part,
  title: string,
  causes: readonly string[] = [],
  byHand: readonly string[] = [],
): Step {
  return {
    part,
    title,
    state: causes.length === 0 ? "ok" : "error",
    causes: [...causes],
    byHand: causes.length === 0 ? [] : [...byHand],
  };
}

/** A step that nobody could look at. Pure. */
export function skipped(part: Part, title: string, why: string): Step {
  return { part, title, state: "skipped", causes: [why], byHand: [] };
}

/** The whole. Pure. */
export function reportOf(
  stack: string,
  now: number,
  steps: readonly Step[],
  findings: readonly Finding[],
): Report {
  const inOrder = steps.toSorted((a, b) => parts.indexOf(a.part) - parts.indexOf(b.part));
  const red =
    steps.some(({ state }) => state === "error") || findings.some(({ severity }) => severity === "error");
  return {
    stack,
    at: new Date(now).toISOString(),
    healthy: !red,
    steps: inOrder,
    findings: [...findings],
  };
}
