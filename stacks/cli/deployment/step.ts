import { changes, titleOf } from "../../../providers/explain.ts";
import { kindOf, type Inputs, type State } from "../../../providers/state.ts";

/** What is done with a resource; a prerequisite, and what somebody else manages, is only checked. */
export type Act = "create" | "update" | "replace" | "delete" | "check";

/** One resource that a deployment changes, or would change. */
export interface Step {
  /** Its name in the stack. */
  readonly resource: string;
  /** `TransportRule 'CodeTwo Exchange transport rule'`. */
  readonly title: string;
  readonly act: Act;
  /** Every value that comes or changes. */
  readonly changes: readonly Value[];
}

/** One value that comes or changes. */
export interface Value {
  readonly parameter: string;
  readonly want: unknown;
  readonly have: unknown;
}

/** A resource's operation as Pulumi's engine tells it. */
export interface Operation {
  readonly op: string;
  readonly urn: string;
  readonly type: string;
  readonly old?: { readonly outputs?: object };
  readonly new?: { readonly inputs?: object };
}

const acts: Readonly<Record<string, Act>> = {
  create: "create",
  update: "update",
  replace: "replace",
  "create-replacement": "replace",
  delete: "delete",
  "delete-replaced": "delete",
};

/**
 * The step that an operation of the engine is; undefined for what changes nothing, and for Pulumi's own resources. The engine does not
 * tell which values differ, so they come from the comparison that decided it. Pure.
 */
export function stepOf({ op, urn, type, old, new: wish }: Operation): Step | undefined {
  const act = acts[op];
  if (act === undefined || !type.startsWith("pulumi-nodejs:dynamic/exchange:")) return undefined;
  const before = old?.outputs as State | undefined;
  const news = (wish?.inputs ?? before) as Inputs | undefined;
  // A keepsake only remembers.
  if (!news || news.keepsake) return undefined;
  const onlyChecked = news.verify || kindOf(news).is === "condition";
  if (onlyChecked && act === "delete") return undefined;
  return {
    resource: urn.slice(urn.lastIndexOf("::") + 2),
    title: titleOf(news),
    act: onlyChecked ? "check" : act,
    changes: act === "delete" ? [] : valuesOf(news, act === "update" ? before : undefined),
  };
}

/** Values that come, as they are written in the file; those that change, in the normal form in which they are compared. */
function valuesOf(news: Inputs, before: State | undefined): Value[] {
  if (before) return changes(before, news);
  const coming = changes({ ...news, observed: {}, marked: false }, news);
  return coming.map(({ parameter, want }) => ({
    parameter,
    want: news.inputs[parameter] ?? want,
    have: null,
  }));
}
