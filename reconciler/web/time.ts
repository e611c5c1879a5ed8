/** A time as people read it. `at`: milliseconds since 1970. */
export function clock(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/** A duration for people. `ms`: milliseconds. */
export function seconds(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

/** How long ago, for people. */
export function ago(at: number, now: number): string {
  return `${seconds(Math.max(0, now - at))} ago`;
}
