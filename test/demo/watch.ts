import { setTimeout as pause } from "node:timers/promises";
import type { Audit, Entry } from "./daemon.ts";
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
  audit: Audit;
  /** How long a message may take; milliseconds. */
  patience: number;
}

/** Watches a message until the daemon has a result, or until the mail flow shows that no copy of it goes there. */
export async function watch(scene: Scene, sent: number, watchers: Watchers): Promise<Ending> {
  const { tracer, audit, patience } = watchers;
  const tooLate = (): boolean => Date.now() > sent + patience;
  let trace = await tracer.of(scene.messageId);
  while (!trace.taken && !trace.settled && !tooLate()) {
    await pause(200);
    trace = await tracer.of(scene.messageId);
  }
  // What a forger tries under the same Message-ID is not this message's result.
  const entries = (): Entry[] => audit.of(scene.messageId).filter(({ outcome }) => outcome !== "refused");
  const isDone = (): boolean =>
    entries().length >= scene.versions && entries().every(({ done }) => done !== undefined);
  while (trace.taken && !isDone() && !tooLate()) await audit.changed();
  const { stamped } = trace.taken ? await tracer.of(scene.messageId) : trace;
  const ending = { scene, sent, ...(stamped === undefined ? {} : { stamped }), ...result(entries()) };
  return { ...ending, ok: asExpected(scene, ending) };

  function result(found: Entry[]): Pick<Ending, "updated" | "skipped" | "failed" | "takenIn" | "done"> {
    const [first] = found;
    if (!trace.taken && trace.settled) return { updated: 0, skipped: "not-stamped" };
    if (!first || !isDone()) return { updated: 0, failed: `no result after ${patience / 1000} s` };
    const updated = found.reduce((sum, { items }) => sum + items, 0);
    const times = { takenIn: first.arrived, done: Math.max(...found.map(({ done }) => done ?? 0)) };
    const failed = found.find(({ outcome }) => outcome === "failed");
    if (failed) return { ...times, updated, failed: failed.text };
    if (updated > 0) return { ...times, updated };
    return { ...times, updated, skipped: first.reason ?? first.outcome };
  }
}

function asExpected({ expected }: Scene, ending: Omit<Ending, "ok">): boolean {
  if (ending.failed !== undefined) return false;
  return "updated" in expected ? ending.updated === expected.updated : ending.skipped === expected.skipped;
}
