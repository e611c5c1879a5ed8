import { createHash } from "node:crypto";
import { audienceOf } from "./audience.ts";
import { type Job, nextLook } from "./job.ts";
import { attachmentChange } from "./attachments.ts";
import type { Body, Change, ItemRef, Original, SentItem } from "./mailbox/port.ts";
import { drops, readMark, sourceId, sourceOf, writeMark } from "./mark.ts";
import { isOrdinaryClass } from "./policy.ts";
import type { Reason } from "./reasons.ts";
import { recipientsOfVersion } from "./recipients.ts";
import { type Stamp, stampedBody } from "./stamp.ts";
import { containsOriginal, contentId, linkedPictures, visibleText } from "./visible.ts";
import type { Settings } from "../stacks/config/types.ts";

/** What to do next in one mailbox; carried out, the mailbox is looked at and planned again until nothing is left. */
export type Step =
  | { do: "done" }
  | { do: "nothing-to-change" }
  | { do: "update"; item: ItemRef; change: Change }
  | { do: "copy-first"; item: ItemRef; mark: string }
  | { do: "recreate"; item: ItemRef; change: Change; building: string }
  | { do: "mark"; item: ItemRef; mark: string }
  | { do: "remove"; item: ItemRef }
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
  settings: Pick<
    Settings,
    "keepOriginal" | "splitMessages" | "whenEdited" | "recreateLocked" | "organization"
  >;
  /** Whether Exchange has refused to change what a sent message of this mailbox says. */
  locked?: boolean;
  /** Whether an item of it turned out to have something that cannot be carried over to a new one. */
  bound?: boolean;
  /** The body before the first update, and whom the item named, where an earlier version of a split message left it. */
  original?: Original | undefined;
  /** Primary addresses by others, of recipients whom copies and version name differently. */
  primary?: ReadonlyMap<string, string>;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * Decides the next step. Marks carry what was done before, so that a run after a crash at any point converges:
 * a message to be kept is marked `original` and then copied, so of two such items the first is updated; next to
 * an `updated` item an `original` one is the kept message and is never touched.
 */
export function plan(situation: Situation): Step {
  const { job, stamp, copies, deleted, settings, original, now } = situation;
  // A clock that was set back to before the arrival says nothing of the delay.
  if (now >= job.arrived && now < job.notBefore) return { do: "wait", until: job.notBefore, why: "settling" };
  if (copies.length === 0) {
    if (deleted) return { do: "skip", why: "deleted" };
    if (now >= job.deadline) return { do: "give-up", why: "not-found" };
    return { do: "wait", until: nextLook(now, job.attempt, job.deadline), why: "not-found" };
  }
  const left = unfinishedReplacement(copies);
  if (left) return left;
  const { updated, versions, kept, plain } = sorted(copies, job, stamp);

  const unfinished = updated.find((item) => !shows(item, stamp));
  if (unfinished) {
    const next = change(unfinished, situation);
    if (next && refusal(unfinished, next, unfinished.body) === undefined)
      return write(unfinished, next, situation);
    // Marked, but with a text that is neither the stamped one nor the original: somebody's work since then.
    return isEdited(unfinished) ? { do: "skip", why: "edited" } : { do: "give-up", why: "not-verified" };
  }

  const { saveAll, keep } = settings.splitMessages;
  const audience = audienceOf(job, settings.organization);
  // The first version for the right people stays; what was taken before it came makes room.
  const forOthers = versions.filter(({ mark }) => readMark(mark)?.audience !== keep);
  const replaceable = saveAll || keep === "last" ? versions : audience === keep ? forOthers : [];
  const fresh = [...plain, ...replaceable].filter((item) => !shows(item, stamp));
  const candidates = updated.length === 0 && kept.length > 0 ? kept : fresh;
  const refusals: Reason[] = [];
  for (const item of candidates) {
    if (!saveAll && versions.includes(item) && isEdited(item)) {
      refusals.push("edited");
      continue;
    }
    const next = change(item, situation);
    const refused = refusal(
      item,
      next,
      plain.includes(item) ? item.body : (original ?? (kept.includes(item) ? item.body : undefined)),
    );
    if (next && refused === undefined) {
      const wanted = versions.includes(item) ? saveAll : settings.keepOriginal;
      const copied = updated.length === 0 ? kept.length > 1 : kept.length > 0;
      return copied || (kept.length === 0 && !wanted)
        ? write(item, next, situation)
        : copyFirst(item, job, now);
    }
    if (refused !== undefined) refusals.push(refused);
  }
  if (updated.length > 0) return { do: "done" };
  if (settings.whenEdited === "keepBoth" && versions.length === 0 && fresh.length === plain.length) {
    // Nothing shows what was sent, and nothing may.
    const beside = besideEdited(kept, plain, situation);
    if (beside) return beside;
  }
  const [why] = refusals;
  if (why !== undefined) return { do: "skip", why };
  return plain.length > 0 ? { do: "nothing-to-change" } : { do: "skip", why: "other-version" };
}

/**
 * An item that took the place of another, as a run left it: what is not whole, or was made from an item that has changed
 * since, goes; where it is whole the other one goes, and then it counts as updated.
 */
function unfinishedReplacement(copies: SentItem[]): Step | undefined {
  for (const item of copies) {
    const mark = readMark(item.mark);
    if (mark?.state === "building") return { do: "remove", item: ref(item) };
    if (mark?.state !== "built") continue;
    const source = copies.find(({ id }) => sourceId(id) === mark.source?.split("/")[0]);
    if (source === undefined)
      return {
        do: "mark",
        item: ref(item),
        mark: writeMark({ ...mark, state: "updated", source: undefined }),
      };
    return { do: "remove", item: ref(sourceOf(source) === mark.source ? source : item) };
  }
  return undefined;
}

/** Writes a change into an item; where Exchange does not let it, into a new item that takes its place. */
function write(item: SentItem, next: Change, { settings, locked }: Situation): Step {
  if (!locked && next.recipients === undefined) return { do: "update", item: ref(item), change: next };
  if (settings.recreateLocked === false) return { do: "skip", why: "locked" };
  const mark = (state: "building" | "built"): string => {
    const updated = readMark(next.mark);
    return updated ? writeMark({ ...updated, state, source: sourceOf(item), drops: undefined }) : next.mark;
  };
  return {
    do: "recreate",
    item: ref(item),
    change: { ...next, mark: mark("built") },
    building: mark("building"),
  };
}

/** Whether an item shows what the stamp says: the same visible text, every picture that the body refers to or links, and the same files. */
export function shows(item: SentItem, stamp: Stamp): boolean {
  const body = stampedBody(stamp, item.body.type);
  if (body === undefined || body.type !== item.body.type || visibleText(item.body) !== visibleText(body))
    return false;
  const linked = linkedPictures(item.body);
  if ([...linkedPictures(body)].some((link) => !linked.has(link))) return false;
  const { addPictures, addFiles, stale, left } = attachmentChange(item, stamp, body);
  return addPictures.length + addFiles.length + stale.length + left.length === 0;
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
function besideEdited(kept: SentItem[], plain: SentItem[], situation: Situation): Step | undefined {
  const foreign = (item: SentItem): Change | undefined => {
    const next = change(item, situation);
    return refusal(item, next, item.body) === "foreign-body" ? next : undefined;
  };
  const copy = kept.length > 1 ? kept.find((item) => isCopy(item) && foreign(item)) : undefined;
  const next = copy && foreign(copy);
  if (copy && next) return write(copy, next, situation);
  const edited = [...kept, ...plain].find(foreign);
  return edited && copyFirst(edited, situation.job, situation.now);
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
  if (change.body.type === "text" && item.body.type === "html") return "text-only";
  if (original === undefined) return "other-version";
  return containsOriginal(change.body, original) ? undefined : "foreign-body";
}

function change(item: SentItem, situation: Situation): Change | undefined {
  const { job, stamp, settings, now } = situation;
  const body = stampedBody(stamp, item.body.type);
  if (body === undefined) return undefined;
  const { addPictures, addFiles, stale, dropped, left } = attachmentChange(item, stamp, body);
  const unshown = [...dropped, ...left];
  const recipients = ownRecipients(item, situation);
  return {
    body,
    addPictures,
    addFiles,
    removeAttachments: [...unshown, ...stale].map(({ id }) => id),
    ...(recipients && { recipients }),
    mark: writeMark({
      state: "updated",
      of: stamp.digest,
      at: now,
      digest: digest(visibleText(body)),
      audience: audienceOf(job, settings.organization),
      drops: drops(unshown.map((one) => contentId(one.contentId ?? ""))),
    }),
  };
}

/** Whom an item that stands for one version is to name, where these are others than it names, and it can be made anew. */
function ownRecipients(item: SentItem, { job, settings, original, bound, primary }: Situation) {
  if (!settings.splitMessages.enabled || !settings.splitMessages.saveAll) return undefined;
  if (bound || settings.recreateLocked === false || job.recipients === undefined) return undefined;
  const wanted = recipientsOfVersion(original?.recipients ?? item.recipients, job.recipients, primary);
  return wanted && JSON.stringify(wanted) !== JSON.stringify(item.recipients) ? wanted : undefined;
}
