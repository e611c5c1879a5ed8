import { Fault } from "../fault.ts";
import type { Choice, Outcome } from "../queue/port.ts";

const outcomes: readonly string[] = [
  "pending",
  "updated",
  "skipped",
  "failed",
  "refused",
] satisfies Outcome[];

/** The messages that a query string asks for: `id` (repeatable), `sender`, `state`, `reason`, `after`. @throws Fault REFUSED */
export function choiceOf(query: URLSearchParams): Choice {
  const ids = query.getAll("id");
  const state = query.get("state");
  const after = query.get("after");
  if (state !== null && !outcomes.includes(state))
    throw new Fault("REFUSED", `'state' must be one of ${outcomes.join(", ")}.`);
  if (after !== null && !Number.isSafeInteger(Number(after)))
    throw new Fault("REFUSED", "'after' must be a time in milliseconds since 1970.");
  const [sender, reason] = [query.get("sender"), query.get("reason")];
  return {
    ...(ids.length > 0 && { ids }),
    ...(sender !== null && { sender }),
    ...(state !== null && { outcome: state as Outcome }),
    ...(reason !== null && { reason }),
    ...(after !== null && { after: Number(after) }),
  };
}
