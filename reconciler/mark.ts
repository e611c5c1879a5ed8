import { createHash } from "node:crypto";
import type { Audience } from "./job.ts";
import type { ItemRef } from "./mailbox/port.ts";

/**
 * The product's own mark on a sent item (a named property): which of the product's steps made the item what it is.
 * `updated` names the digest of the stamped content that the item shows; `original` names the job for which
 * the item is (about to be) kept as it was. An item that takes the place of another is `building` until it is whole, and
 * `built` until the other one is gone; both name the digest that it will show.
 */
export interface Mark {
  state: "original" | "updated" | "building" | "built";
  /** The job's key for `original`, the stamp's digest for the others. */
  of: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The item whose place one that is `building` or `built` takes, at the version that it was made from (`sourceOf`). */
  source?: string | undefined;
  /** For whom the version is that the item shows, where the way in tells it. */
  audience?: Audience | undefined;
  /**
   * A digest: of the text that was written (`updated`), by which a later edit shows; of the id of the item that was marked
   * (`original`), by which it is told from its copy.
   */
  digest?: string | undefined;
  /** Of `updated`: the pictures that this update takes out after it has written, as `drops` names them. */
  drops?: string | undefined;
}

const version = "1";
const states: readonly string[] = ["original", "updated", "building", "built"] satisfies Mark["state"][];

/** `1 updated 9f86d0... 2026-11-22T14:00:00.000Z audience=external` */
export function writeMark({ state, of, at, digest, source, audience, drops }: Mark): string {
  const more = Object.entries({ digest, source, audience, drops }).filter(([, value]) => value !== undefined);
  return [version, state, of, new Date(at).toISOString(), ...more.map((pair) => pair.join("="))].join(" ");
}

/** Reads a mark; undefined for none, and for one that a later version wrote in a form unknown here. */
export function readMark(text: string | undefined): Mark | undefined {
  const [wrote, state = "", of, at, ...more] = text?.split(" ") ?? [];
  if (wrote !== version || !states.includes(state)) return undefined;
  if (of === undefined || at === undefined || Number.isNaN(Date.parse(at))) return undefined;
  const pairs = Object.fromEntries(more.map((pair) => pair.split("=")));
  return { state: state as Mark["state"], of, at: Date.parse(at), ...pairs };
}

/** An item at its version, short enough for a mark. */
export function sourceOf({ id, version: at }: ItemRef): string {
  return `${sourceId(id)}/${short(at)}`;
}

/** The item's part of it. */
export function sourceId(id: string): string {
  return short(id);
}

/** At most so many are named: a mark is shorter than 255 characters. */
const mostDrops = 8;

/** Content-IDs (`contentId`) in a form for a mark; undefined for none. */
export function drops(ids: string[]): string | undefined {
  const named = ids.slice(0, mostDrops).map((id) => short(id).slice(0, 8));
  return named.length === 0 ? undefined : named.join(",");
}

/** Whether a mark names a Content-ID among those that its update takes out. */
export function isDropped(mark: Mark | undefined, id: string): boolean {
  return mark?.drops?.split(",").includes(short(id).slice(0, 8)) === true;
}

function short(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
