import { createHash } from "node:crypto";
import { type Job, nextLook } from "./job.ts";
import type { Body, Change, ItemRef, SentItem } from "./mailbox/port.ts";
import { readMark, writeMark } from "./mark.ts";
import { isOrdinaryClass } from "./policy.ts";
import type { Reason } from "./reasons.ts";
import { type Stamp, stampedBody } from "./stamp.ts";
import { containsOriginal, contentId, referencedPictures, visibleText } from "./visible.ts";
import type { Settings } from "../stacks/config/types.ts";

/** What to do next in one mailbox; carried out, the mailbox is looked at and planned again until nothing is left. */
export type Step =
  | { do: "done" }
  | { do: "nothing-to-change" }
  | { do: "update"; item: ItemRef; change: Change }
  | { do: "copy-first"; item: ItemRef; mark: string }
  | { do: "wait"; until: number; why: "settling" | "not-found" }
  | { do: "skip"; why: Reason }
  | { do: "give-up"; why: Reason };

/** What the plan of one mailbox rests on. */
export interface Situation {
  job: Job;
  stamp: Stamp;
  /** The sender's copies as they stand, oldest first (`copiesOf`). */
  copies: SentItem[];
  /** Where there are none: whether one lies among what was deleted. */
  deleted?: boolean;
  settings: Pick<Settings, "keepOriginal" | "splitMessages" | "whenEdited">;
  /** The body before the first update, where an earlier version of a split message left it. */
  original?: Body | undefined;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * Decides the next step. Marks carry what was done before, so that a run after a crash at any point converges:
 * a message to be kept is marked `original` and then copied, so of two such items the first is updated; next to
 * an `updated` item an `original` one is the kept message and is never touched.
 */
export function plan({ job, stamp, copies, deleted, settings, original, now }: Situation): Step {
  if (now < job.notBefore) return { do: "wait", until: job.notBefore, why: "settling" };
  if (copies.length === 0) {
    if (deleted) return { do: "skip", why: "deleted" };
    if (now >= job.deadline) return { do: "give-up", why: "not-found" };
    return { do: "wait", until: nextLook(now, job.attempt, job.deadline), why: "not-found" };
  }
  const { updated, versions, kept, plain } = sorted(copies, job, stamp);

  const unfinished = updated.find((item) => !shows(item, stamp));
  if (unfinished) {
    const next = change(unfinished, stamp, now);
    if (next && refusal(unfinished, next, unfinished.body) === undefined)
      return { do: "update", item: ref(unfinished), change: next };
    // Marked, but with a text that is neither the stamped one nor the original: somebody's work since then.
    return isEdited(unfinished) ? { do: "skip", why: "edited" } : { do: "give-up", why: "not-verified" };
  }

  const { saveAll, keep } = settings.splitMessages;
  const replaceable = saveAll || keep === "last" ? versions : [];
  const fresh = [...plain, ...replaceable].filter((item) => !shows(item, stamp));
  const candidates = updated.length === 0 && kept.length > 0 ? kept : fresh;
  const refusals: Reason[] = [];
  for (const item of candidates) {
    if (!saveAll && versions.includes(item) && isEdited(item)) {
      refusals.push("edited");
      continue;
    }
    const next = change(item, stamp, now);
    const refused = refusal(
      item,
      next,
      plain.includes(item) ? item.body : (original ?? (kept.includes(item) ? item.body : undefined)),
    );
    if (next && refused === undefined) {
      const wanted = versions.includes(item) ? saveAll : settings.keepOriginal;
      const copied = updated.length === 0 ? kept.length > 1 : kept.length > 0;
      return copied || (kept.length === 0 && !wanted)
        ? { do: "update", item: ref(item), change: next }
        : copyFirst(item, job, now);
    }
    if (refused !== undefined) refusals.push(refused);
  }
  if (updated.length > 0) return { do: "done" };
  if (settings.whenEdited === "keepBoth" && versions.length === 0 && fresh.length === plain.length) {
    // Nothing shows what was sent, and nothing may.
    const beside = besideEdited(kept, plain, stamp, job, now);
    if (beside) return beside;
  }
  const [why] = refusals;
  if (why !== undefined) return { do: "skip", why };
  return plain.length > 0 ? { do: "nothing-to-change" } : { do: "skip", why: "other-version" };
}

/** Whether an item shows what the stamp says: the same visible text, and every picture that the body refers to. */
export function shows(item: SentItem, stamp: Stamp): boolean {
  const body = stampedBody(stamp, item.body.type);
  if (body === undefined || body.type !== item.body.type || visibleText(item.body) !== visibleText(body))
    return false;
  return missingPictures(item, stamp, body).length === 0;
}

/** Sorts the copies by what their marks say; a message kept for another version of a split one is in none. */
function sorted(copies: SentItem[], job: Job, stamp: Stamp) {
  const marked = copies.map((item) => ({ item, mark: readMark(item.mark) }));
  const pick = (state: "original" | "updated", matches: (of: string) => boolean) =>
    marked.filter(({ mark }) => mark?.state === state && matches(mark.of)).map(({ item }) => item);
  return {
    updated: pick("updated", (of) => of === stamp.digest),
    versions: pick("updated", (of) => of !== stamp.digest),
    kept: pick("original", (of) => of === job.key),
    plain: marked.filter(({ mark }) => mark === undefined).map(({ item }) => item),
  };
}

/** Leaves a copy whose text the stamped mail lacks as it is, and lets a second item, its copy, show what was sent. */
function besideEdited(
  kept: SentItem[],
  plain: SentItem[],
  stamp: Stamp,
  job: Job,
  now: number,
): Step | undefined {
  const foreign = (item: SentItem): Change | undefined => {
    const next = change(item, stamp, now);
    return refusal(item, next, item.body) === "foreign-body" ? next : undefined;
  };
  const copy = kept.length > 1 ? kept.find((item) => isCopy(item) && foreign(item)) : undefined;
  const next = copy && foreign(copy);
  if (copy && next) return { do: "update", item: ref(copy), change: next };
  const edited = [...kept, ...plain].find(foreign);
  return edited && copyFirst(edited, job, now);
}

function copyFirst(item: SentItem, job: Job, now: number): Step {
  const mark = writeMark({ state: "original", of: job.key, at: now, digest: digest(item.id) });
  return { do: "copy-first", item: ref(item), mark };
}

/** Whether an item was made as a copy of one that was marked. */
function isCopy({ id, mark }: SentItem): boolean {
  return readMark(mark)?.digest !== digest(id);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Whether somebody wrote into an item since the update that its mark tells of. */
function isEdited({ mark, body }: SentItem): boolean {
  const written = readMark(mark)?.digest;
  return written !== undefined && written !== digest(visibleText(body));
}

function ref({ id, version }: SentItem): ItemRef {
  return { id, version };
}

function refusal(item: SentItem, change: Change | undefined, original: Body | undefined): Reason | undefined {
  if (!isOrdinaryClass(item.itemClass)) return "item-class";
  if (change === undefined) return "no-body";
  if (original === undefined) return "other-version";
  return containsOriginal(change.body, original) ? undefined : "foreign-body";
}

function change(item: SentItem, stamp: Stamp, now: number): Change | undefined {
  const body = stampedBody(stamp, item.body.type);
  if (body === undefined) return undefined;
  const before = referencedPictures(item.body);
  const after = referencedPictures(body);
  const dropped = item.attachments.filter(({ contentId: id, isInline }) => {
    const cid = isInline && id !== undefined ? contentId(id) : undefined;
    // A text body shows no pictures, but taking them away would lose what the sender attached.
    return body.type === "html" && cid !== undefined && before.has(cid) && !after.has(cid);
  });
  return {
    body,
    addPictures: missingPictures(item, stamp, body),
    removeAttachments: dropped.map(({ id }) => id),
    mark: writeMark({ state: "updated", of: stamp.digest, at: now, digest: digest(visibleText(body)) }),
  };
}

function missingPictures(item: SentItem, stamp: Stamp, body: Body) {
  const wanted = referencedPictures(body);
  const present = new Set(
    item.attachments.flatMap(({ contentId: id }) => (id === undefined ? [] : [contentId(id)])),
  );
  return stamp.pictures.filter((picture) => {
    const cid = contentId(picture.contentId);
    return wanted.has(cid) && !present.has(cid);
  });
}
