import { readAside, readMailAside } from "./aside.ts";
import { audienceOf } from "./audience.ts";
import { candidatesOf } from "./candidates.ts";
import type { CachedDirectory } from "./directory.ts";
import { Fault, isFault } from "./fault.ts";
import { type Job, looksEverywhere } from "./job.ts";
import type { Locks } from "./locks.ts";
import type { Body, Compared, Mailboxes, Original, SentItem } from "./mailbox/port.ts";
import { readMark } from "./mark.ts";
import { copiesOf } from "./match.ts";
import { type Step, plan, shows } from "./plan.ts";
import { mailboxesToUpdate, refusal } from "./policy.ts";
import type { Queue, Taken } from "./queue/port.ts";
import { unmatched } from "./recipients.ts";
import { keepsOriginals } from "./retention.ts";
import { type Standing, type Turn, ended, hasCopy, secondCopyGrace, summary } from "./standing.ts";
import type { Reading } from "./read-mail.ts";
import type { Reason } from "./reasons.ts";
import { type Stamp, stampedBody } from "./stamp.ts";
import { contentId } from "./visible.ts";
import type { Settings } from "../stacks/config/types.ts";

/** What one turn of a job works with. */
export interface World {
  settings: Settings;
  /** The mailbox side; asked for only when a message is to be worked on. @throws Fault */
  connected: () => Promise<{ mailboxes: Access; directory: CachedDirectory; locks: Locks }>;
  originals: Pick<Queue, "rememberOriginal" | "originalOf">;
  /** Whether the job is still ours, where others may take it over; nothing is written once it is not. */
  holds?: () => boolean;
  /** Milliseconds since 1970. */
  now: () => number;
}

type Access = Omit<Mailboxes, "close">;
/** One mailbox and one message in it. */
interface Place extends Omit<World, "connected"> {
  mailbox: string;
  mailboxes: Access;
  directory: CachedDirectory;
  locks: Locks;
  job: Job;
  stamp: Stamp;
  /** Whether a second copy may appear in the mailbox. */
  second: boolean;
}

/** What there is of the message in one mailbox. */
interface Found {
  copies: SentItem[];
  /** Whether there is none because it was deleted. */
  deleted: boolean;
}

/** Bytes up to which an attachment is read to be compared; of a larger one the name has to do. */
const mostCompared = 32 * 2 ** 20;
/** Steps in one mailbox and turn; more would mean that somebody else keeps changing the item. */
const mostSteps = 24;

/** Carries a job as far as it goes now. Never throws for what Exchange does: that ends in a later turn, or in a reason. */
export async function reconcile({ job, raw }: Taken, world: World): Promise<Turn> {
  const { settings } = world;
  let reading: Reading;
  try {
    reading = await readMailAside(raw, settings.processedHeader);
  } catch (error) {
    // Another mail ended the thread that read this one, too.
    if (isFault(error, "UNAVAILABLE"))
      return summary(job, [{ mailbox: "", standing: { is: "fault", fault: error } }], world.now());
    return isFault(error, "TOO_COMPLEX") ? ended("skipped", "too-complex") : ended("failed", "unreadable");
  }
  const { stamp, second } = reading;
  const refused = refusal(settings, stamp);
  if (refused !== undefined) return ended("skipped", refused);
  try {
    const { mailboxes, directory, locks } = await world.connected();
    const { named, delegates } = await candidatesOf(job.senders, settings, directory);
    const scope = await directory.scope(settings.senders);
    const choice = mailboxesToUpdate(scope, [...named, ...delegates]);
    if ("skip" in choice) return ended("skipped", choice.skip);
    const all = await Promise.all(
      choice.take.map(async (mailbox) => ({
        mailbox,
        standing: await settle({ ...world, mailbox, mailboxes, directory, locks, job, stamp, second }),
      })),
    );
    // Only one of the delegates sent it: once that one's copy is there, nothing is to come in the others' mailboxes.
    const sender = all.find(({ mailbox, standing }) => delegates.has(mailbox) && hasCopy(standing));
    const counting = all.filter((one) => !sender || one === sender || !delegates.has(one.mailbox));
    return summary(job, counting, world.now(), second);
  } catch (error) {
    return summary(job, [{ mailbox: "", standing: { is: "fault", fault: asFault(error) } }], world.now());
  }
}

/** Looks at one mailbox and carries out step after step until nothing is left to do now. */
async function settle(place: Place): Promise<Standing> {
  const { mailbox, job, stamp, settings, originals, locks, now } = place;
  try {
    const original = settings.splitMessages.enabled
      ? await originals.originalOf(mailbox, job.messageId)
      : undefined;
    let found = await look(place);
    const primary = await primaryOf([...found.copies, ...(original ? [original] : [])], place);
    let locked = locks.has(mailbox);
    /** Why an item cannot be made anew. */
    let bound: Reason | undefined;
    for (let steps = 0; steps < mostSteps; steps++) {
      await readAside([...(original ? [original] : []), ...comparedBodies(found.copies, stamp)]);
      const step = plan({
        job,
        stamp,
        ...found,
        settings,
        original,
        primary,
        locked,
        bound: bound !== undefined,
        now: now(),
      });
      switch (step.do) {
        case "done":
          return { is: "updated", items: found.copies.filter(({ mark }) => isUpdate(mark, stamp)).length };
        case "nothing-to-change":
          return { is: "unchanged" };
        case "wait":
          return { is: "waiting", until: step.until, why: step.why };
        case "skip":
          return { is: "skipped", why: step.why };
        case "give-up":
          return { is: "given-up", why: step.why };
        default:
          try {
            found = await carryOut(step, found, place);
          } catch (error) {
            if (!isFault(error, "LOCKED") && !(step.do === "recreate" && isFault(error, "TOO_LARGE")))
              throw error;
            const why = error.code === "LOCKED" ? "locked" : "copy-too-large";
            if (bound || step.do === "copy-first") return { is: "skipped", why: bound ?? why };
            locked = step.do === "update";
            if (locked) locks.add(mailbox);
            else bound = why;
            found = await look(place);
          }
      }
    }
    return { is: "fault", fault: new Fault("CONFLICT", "The sent copy kept changing while it was updated.") };
  } catch (error) {
    const fault = asFault(error);
    if (fault.code === "MAILBOX_NOT_FOUND") return { is: "skipped", why: "no-mailbox" };
    if (fault.code === "TOO_LARGE") return { is: "skipped", why: "copy-too-large" };
    return fault.code === "TOO_COMPLEX" ? { is: "skipped", why: "too-complex" } : { is: "fault", fault };
  }
}

/** Does one step and answers how the copies stand after it, read again. @throws Fault NOT_VERIFIED among others */
async function carryOut(
  step: Extract<Step, { item: unknown }>,
  { copies, deleted }: Found,
  place: Place,
): Promise<Found> {
  const { mailbox, mailboxes, job, stamp, settings, originals, now } = place;
  const source = copies.find(({ id }) => id === step.item.id);
  if (source === undefined) return look(place);
  if (place.holds?.() === false) throw new Fault("CONFLICT", "Another daemon has taken the message over.");
  const writes = step.do !== "mark" && step.do !== "remove";
  if (writes && keepsOriginals(settings) && !isUpdate(source.mark))
    await originals.rememberOriginal(mailbox, job.messageId, originalOf(source), now());
  try {
    if (step.do !== "update") {
      if (step.do === "copy-first") await mailboxes.copy(mailbox, source, step.mark);
      else if (step.do === "recreate") await mailboxes.recreate(mailbox, source, step.change, step.building);
      else if (step.do === "mark") await mailboxes.mark(mailbox, step.item, step.mark);
      else await mailboxes.remove(mailbox, step.item);
      return await look(place);
    }
    const after = await mailboxes.update(mailbox, source, step.change, comparedWith(stamp));
    await readAside(comparedBodies([after], stamp));
    if (!shows(after, stamp) || !isUpdate(after.mark, stamp)) throw notVerified();
    return { copies: copies.map((copy) => (copy === source ? { ...source, ...after } : copy)), deleted };
  } catch (error) {
    // Somebody else was faster, or the item moved: what is there now decides.
    if (isFault(error, "CONFLICT", "ITEM_NOT_FOUND")) return look(place);
    throw error;
  }
}

/** Reads what there is in Sent Items; where there is nothing, or may be more, now and then in all folders. */
async function look({ mailbox, mailboxes, job, stamp, second, now }: Place): Promise<Found> {
  const sent = await mailboxes.find(mailbox, job.messageId, comparedWith(stamp));
  const isWide =
    sent.length === 0 ? looksEverywhere(job, now()) : second && now() >= job.arrived + secondCopyGrace;
  const { moved, deleted } = isWide
    ? await mailboxes.elsewhere(mailbox, job.messageId)
    : { moved: [], deleted: false };
  const items = await Promise.all(
    moved.map(async ({ id, folder }) => {
      const item = await mailboxes.read(mailbox, id, comparedWith(stamp));
      return item && { ...item, ...(folder !== undefined && { folder }) };
    }),
  );
  const copies = copiesOf(job.messageId, [...sent, ...items.filter((item) => item !== undefined)]);
  return { copies, deleted };
}

/** What is compared where these copies are. */
function comparedBodies(copies: SentItem[], stamp: Stamp): Body[] {
  return copies.flatMap(({ body }) => [body, stampedBody(stamp, body.type) ?? body]);
}

/** Of an item's pictures with the stamped Content-IDs, and of its files where the stamped mail has any, the bytes count, too. */
function comparedWith({ pictures, files }: Stamp): Compared {
  const ids = new Set(pictures.map((picture) => contentId(picture.contentId)));
  return ({ contentId: id, isItem, isLink = false, isInline, size }) => {
    if (isItem || isLink) return false;
    if (id !== undefined && ids.has(contentId(id))) return true;
    return files.length > 0 && size <= mostCompared && !(isInline && id !== undefined);
  };
}

/**
 * Primary addresses of recipients whom the copies of a split message name by others than this version of it does; for a group that
 * the sender wrote to, that of a member whom this version went to. @throws Fault
 */
async function primaryOf(copies: Pick<Original, "recipients">[], { job, settings, directory }: Place) {
  const known = new Map<string, string>();
  const { recipients } = job;
  const { enabled, saveAll } = settings.splitMessages;
  if (!enabled || !saveAll || recipients === undefined) return known;
  const all = copies.flatMap((copy) => (copy.recipients ? unmatched(recipients, copy.recipients) : []));
  for (const address of all) known.set(address, (await directory.mailboxOf(address)) ?? address);
  const went = new Set(recipients.map((address) => known.get(address) ?? address));
  for (const [address, primary] of known) {
    const isGroup =
      primary === address && audienceOf({ recipients: [address] }, settings.organization) === "internal";
    if (!isGroup || went.has(address)) continue;
    const members = await directory.people({ users: [], groups: [address] }).catch((error: unknown) => {
      if (isFault(error, "GROUP_NOT_FOUND")) return new Set<string>();
      throw error;
    });
    const member = [...members].find((one) => went.has(one));
    if (member !== undefined) known.set(address, member);
  }
  return known;
}

function originalOf({ body, recipients }: SentItem): Original {
  return { ...body, recipients };
}

function isUpdate(mark: string | undefined, stamp?: Stamp): boolean {
  const read = readMark(mark);
  return read?.state === "updated" && (stamp === undefined || read.of === stamp.digest);
}

function notVerified(): Fault {
  return new Fault("NOT_VERIFIED", "The sent copy, read again, does not show the update.");
}

function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault("UNEXPECTED", error instanceof Error ? error.message : String(error), { cause: error });
}
