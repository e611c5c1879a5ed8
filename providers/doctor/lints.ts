import type { Facts } from "./facts.ts";
import type { Lint } from "./lint.ts";
import { access } from "./lints/access.ts";
import { certificates } from "./lints/certificates.ts";
import { deadlines } from "./lints/deadlines.ts";
import { file } from "./lints/file.ts";
import { intake } from "./lints/intake.ts";
import { mailFlow } from "./lints/mail-flow.ts";
import { outside } from "./lints/outside.ts";
import { senders } from "./lints/senders.ts";

/** Every lint by its code, which never changes its meaning; docs/doctor.md explains each. */
export const lints = {
  SIU001: {
    severity: "warning",
    title: "Something could not be looked at",
    find: ({ unread }) => unread.map((each) => `Nobody looked, so nothing is said about it. ${each}`),
  },
  ...access,
  ...deadlines,
  ...certificates,
  ...mailFlow,
  ...senders,
  ...outside,
  ...intake,
  ...file,
} satisfies Record<string, Lint>;

/** A lint's code. */
export type LintCode = keyof typeof lints;

/** What is wrong, dangerous or worth knowing, though no step of the checklist fails for it. */
export interface Finding {
  code: LintCode;
  severity: "error" | "warning" | "note";
  /** With what to do. */
  message: string;
}

/** What the lints find, worst first. Pure. */
export function findings(facts: Facts): Finding[] {
  const order = ["error", "warning", "note"];
  return (Object.entries(lints) as [LintCode, Lint][])
    .flatMap(([code, { severity, find }]) => find(facts).map((message) => ({ code, severity, message })))
    .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
