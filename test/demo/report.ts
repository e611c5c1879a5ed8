import type { Attack } from "./forge.ts";
import type { Ending } from "./watch.ts";

/** What `npm run demo -- --json` prints as its last line; times are milliseconds from sent to updated. */
export interface Summary {
  ok: boolean;
  /** Resources of the deployment, without the stack and providers. */
  resources: number;
  sent: number;
  /** Sent items changed. */
  updated: number;
  skipped: { reason: string; count: number }[];
  failed: number;
  latencyMs: { p50: number; p95: number; max: number };
}

/** One line of a message: what happened and the milliseconds between. */
export function line({ scene, sent, stamped, takenIn, done, updated, skipped, failed, ok }: Ending): string {
  const steps: string[] = [];
  let last = sent;
  for (const [name, at] of [
    ["stamped", stamped],
    ["taken in", takenIn],
  ] as const) {
    if (at === undefined) continue;
    steps.push(`${name} ${elapsed(last, at)}`);
    last = at;
  }
  const took = done === undefined ? "" : ` ${elapsed(last, done)}`;
  if (failed !== undefined) steps.push(`FAILED: ${failed}`);
  else if (skipped !== undefined) steps.push(`skipped (${skipped})${took}`);
  else steps.push(`updated ${updated === 1 ? "1 item" : `${updated} items`}${took}`);
  const who = scene.account.split("@")[0] ?? scene.account;
  return `${ok ? "ok  " : "FAIL"} ${scene.title.padEnd(28)} ${who.padEnd(15)} sent → ${steps.join(" → ")}`;
}

/** One line of an attack. */
export function attackLine({ title, reason, text, ok }: Attack): string {
  return `${ok ? "ok  " : "FAIL"} ${title.padEnd(28)} ${"mallory".padEnd(15)} sent → skipped (${reason}): ${text}`;
}

/** Clocks of several processes on one machine: a step never takes less than nothing. */
function elapsed(from: number, to: number): string {
  return `${Math.max(0, Math.round(to - from))} ms`;
}

/** Adds the messages up. Percentiles are those of the nearest rank. `current`: Exchange is as declared. */
export function summarize(
  endings: Ending[],
  attacks: Attack[],
  resources: number,
  current: boolean,
): Summary {
  const skipped = new Map<string, number>();
  for (const reason of [...endings.map((each) => each.skipped), ...attacks.map((each) => each.reason)]) {
    if (reason !== undefined) skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
  }
  const times = endings
    .flatMap(({ updated, sent, done }) =>
      updated > 0 && done !== undefined ? [Math.max(0, done - sent)] : [],
    )
    .toSorted((a, b) => a - b);
  const rank = (share: number): number =>
    Math.round(times[Math.max(0, Math.ceil(times.length * share) - 1)] ?? 0);
  const failed = [...endings, ...attacks].filter(({ ok }) => !ok).length;
  return {
    ok: current && failed === 0,
    resources,
    sent: endings.length + attacks.length,
    updated: endings.reduce((sum, { updated }) => sum + updated, 0),
    skipped: [...skipped].map(([reason, count]) => ({ reason, count })),
    failed,
    latencyMs: { p50: rank(0.5), p95: rank(0.95), max: rank(1) },
  };
}

/** The summary as a sentence. */
export function inWords({ sent, updated, skipped, failed, latencyMs: { p50, p95, max } }: Summary): string {
  const left = skipped.map(({ reason, count }) => `${count} ${reason}`).join(", ");
  return (
    `${sent} sent, ${updated} sent items updated, left alone: ${left}; ${failed} failed. ` +
    `From sent to updated: p50 ${p50} ms, p95 ${p95} ms, max ${max} ms.`
  );
}
