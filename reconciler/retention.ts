import type { Forgotten } from "./queue/port.ts";
import type { KeepDays, Settings } from "../stacks/config/types.ts";

const day = 86_400_000;
const standard: KeepDays = { audit: 90, failed: 7, originals: 0 };
/** Later versions of a split message need what the first one found; they come within hours, not days. */
const splitDays = 7;

/** What is old enough to be forgotten at a time (milliseconds since 1970). */
export function forgotten(settings: Pick<Settings, "keepDays"> | undefined, now: number): Forgotten {
  const { audit, failed, originals } = settings?.keepDays ?? standard;
  return {
    rows: now - audit * day,
    failed: now - failed * day,
    originals: now - Math.max(originals, splitDays) * day,
  };
}

/** Whether the body of a copy is to be kept before its first update. */
export function keepsOriginals({ splitMessages, keepDays }: Settings): boolean {
  return splitMessages.enabled || (keepDays?.originals ?? 0) > 0;
}
