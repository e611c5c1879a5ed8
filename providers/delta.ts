import { complete, normal, type ObjectKind, type Observed, type Props } from "./kind.ts";
import type { Normal } from "./forms.ts";

/** One parameter that is not as it should be, both values in normal form. */
export interface Change {
  readonly parameter: string;
  readonly want: Normal;
  readonly have: Normal;
}

/** Everything in which the observed state is not the desired one; empty when they agree. Pure; drift is the same question. */
export function delta(kind: ObjectKind, props: Props, observed: Observed): Change[] {
  return Object.entries(complete(kind, props))
    .map(([parameter, value]) => ({
      parameter,
      want: normal(kind, parameter, value),
      // A state that an older version wrote may not know the parameter.
      have: observed[parameter] ?? normal(kind, parameter, null),
    }))
    .filter(({ want, have }) => !same(want, have));
}

/** The same question about data that is compared as a whole: what only one side has is a difference too. Pure. */
export function differences(want: Observed, have: Observed): Change[] {
  return [...new Set([...Object.keys(want), ...Object.keys(have)])]
    .map((parameter) => ({ parameter, want: want[parameter] ?? null, have: have[parameter] ?? null }))
    .filter(({ want, have }) => !same(want, have));
}

function same(a: Normal, b: Normal): boolean {
  if (typeof a === "string" || typeof b === "string" || a === null || b === null) return a === b;
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
