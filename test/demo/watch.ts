import { setTimeout as pause } from "node:timers/promises";
import type { Entry } from "./daemon.ts";
import type { Scene } from "./scenario.ts";
import type { Tracer } from "./trace.ts";

/** What became of one message; times are milliseconds since 1970. */
export interface Ending {
  scene: Scene;
  ok: boolean;
  /** Sent items changed. */
  updated: number;
  /** Why none was, where none was. */
  skipped?: string;
  failed?: string;
  sent: number;
  stamped?: number;
  takenIn?: number;
  done?: number;
}

/** What is asked until a message has come to its end. */
export interface Watchers {
  tracer: Tracer;
  audit: { of: (messageId: string) => Promise<Entry[]> };
  /** How long a message may take; milliseconds. */
  patience: number;
}

/**
 * Watches a message until every copy of it that goes to the intake has a result, or until the mail flow shows that
 * none goes there.
 */
export async function watch(scene: Scene, sent: number, watchers: Watchers): Promise<Ending> {
  const until = sent + watchers.patience;
  for (;;) {
    const ending = await look(scene, sent, watchers);
    if (ending) return { ...ending, ok: asExpected(scene, ending) };
    if (Date.now() > until) {
      return { scene, ok: false, updated: 0, sent, failed: `no result after ${watchers.patience / 1000} s` };
    }
    await pause(50);
  }
}

async function look(
  scene: Scene,
  sent: number,
  { tracer, audit }: Watchers,
): Promise<Omit<Ending, "ok"> | undefined> {
  const trace = await tracer.of(scene.messageId);
  const base = { scene, sent, ...(trace.stamped === undefined ? {} : { stamped: trace.stamped }) };
  if (!trace.taken) return trace.settled ? { ...base, updated: 0, skipped: "not-stamped" } : undefined;
  const entries = (await audit.of(scene.messageId)).filter(({ outcome }) => outcome !== "refused");
  const [first] = entries;
  if (!first || entries.some(({ done }) => done === undefined)) return undefined;
  const times = { takenIn: first.arrived, done: Math.max(...entries.map(({ done }) => done ?? 0)) };
  const updated = entries.reduce((sum, { items }) => sum + items, 0);
  const failed = entries.find(({ outcome }) => outcome === "failed");
  if (failed) return { ...base, ...times, updated, failed: failed.text };
  if (updated > 0) return { ...base, ...times, updated };
  return {
    ...base,
    ...times,
    updated,
    skipped: first.outcome === "unchanged" ? "nothing-to-change" : (first.reason ?? first.outcome),
  };
}

function asExpected({ expected }: Scene, ending: Omit<Ending, "ok">): boolean {
  if (ending.failed !== undefined) return false;
  return "updated" in expected ? ending.updated === expected.updated : ending.skipped === expected.skipped;
}
