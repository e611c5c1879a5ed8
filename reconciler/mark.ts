/**
 * The product's own mark on a sent item (a named property): which of the product's steps made the item what it is.
 * `updated` names the digest of the stamped content that the item shows; `original` names the job for which
 * the item is (about to be) kept as it was.
 */
export interface Mark {
  state: "original" | "updated";
  /** The job's key for `original`, the stamp's digest for `updated`. */
  of: string;
  /** Milliseconds since 1970. */
  at: number;
}

const version = "1";

/** `1 updated 9f86d0... 2026-11-22T14:00:00.000Z` */
export function writeMark(mark: Mark): string {
  return [version, mark.state, mark.of, new Date(mark.at).toISOString()].join(" ");
}

/** Reads a mark; undefined for none, and for one that a later version wrote in a form unknown here. */
export function readMark(text: string | undefined): Mark | undefined {
  const [wrote, state, of, at] = text?.split(" ") ?? [];
  if (wrote !== version || (state !== "original" && state !== "updated")) return undefined;
  if (of === undefined || at === undefined || Number.isNaN(Date.parse(at))) return undefined;
  return { state, of, at: Date.parse(at) };
}
