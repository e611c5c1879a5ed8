import type { Facts } from "./facts.ts";

/** One thing that is looked for in the facts. Adding one is an entry here in lints/ and a row in docs/doctor.md. */
export interface Lint {
  /** An error makes the doctor fail. */
  readonly severity: "error" | "warning" | "note";
  readonly title: string;
  /** A sentence for each time that it is there, with what to do. Pure. */
  readonly find: (facts: Facts) => string[];
}
