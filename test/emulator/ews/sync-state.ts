import { gunzipSync, gzipSync } from "node:zlib";
import { EwsError } from "./error.ts";

/** More than any state that this server gives; a state made to swell is refused. */
const largest = 4_000_000;

/** A state of synchronisation as clients keep it: compressed and in base64 (`H4sI...`), as Exchange's own is. */
export function writeSyncState(state: Readonly<Record<string, unknown>>): string {
  return gzipSync(JSON.stringify(state)).toString("base64");
}

/** The inverse of writeSyncState. @throws EwsError ErrorInvalidSyncStateData when it is no state that this server gave for `of` */
export function readSyncState(text: string, of: string): Record<string, unknown> {
  try {
    const bytes = gunzipSync(Buffer.from(text, "base64"), { maxOutputLength: largest });
    const state: unknown = JSON.parse(bytes.toString("utf8"));
    if (typeof state === "object" && state !== null && "of" in state && state.of === of) return { ...state };
  } catch (cause) {
    throw Object.assign(new EwsError("ErrorInvalidSyncStateData"), { cause });
  }
  throw new EwsError("ErrorInvalidSyncStateData");
}

/** A change number in a state. @throws EwsError ErrorInvalidSyncStateData when there is none, or it lies ahead of `now` */
export function changeIn(value: unknown, now: number): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= now) return value;
  throw new EwsError("ErrorInvalidSyncStateData");
}

/** Pairs of an id and a change number in a state. @throws EwsError ErrorInvalidSyncStateData when they are none */
export function readChanges(pairs: unknown, now: number): Map<string, number> {
  if (!Array.isArray(pairs)) throw new EwsError("ErrorInvalidSyncStateData");
  return new Map(
    pairs.map((pair: unknown) => {
      const [id, change] = Array.isArray(pair) ? (pair as unknown[]) : [];
      return [String(id), changeIn(change, now)];
    }),
  );
}
