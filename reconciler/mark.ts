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
  /**
   * A digest: of the text that was written (`updated`), by which a later edit shows; of the id of the item that was marked
   * (`original`), by which it is told from its copy.
   */
  digest?: string | undefined;
}

const version = "1";

/** `1 updated 9f86d0... 2026-11-22T14:00:00.000Z 2c26b4...` */
export function writeMark({ state, of, at, digest }: Mark): string {
  return [version, state, of, new Date(at).toISOString(), digest ?? ""].join(" ").trimEnd();
}

/** Reads a mark; undefined for none, and for one that a later version wrote in a form unknown here. */
export function readMark(text: string | undefined): Mark | undefined {
  const [wrote, state, of, at, digest] = text?.split(" ") ?? [];
  if (wrote !== version || (state !== "original" && state !== "updated")) return undefined;
  if (of === undefined || at === undefined || Number.isNaN(Date.parse(at))) return undefined;
  return { state, of, at: Date.parse(at), ...(digest !== undefined && { digest }) };
}
