import type { CachedDirectory } from "./directory.ts";
import { Fault, type FaultCode } from "./fault.ts";
import { type Job, nextLook } from "./job.ts";
import type { Mailboxes, SentItem } from "./mailbox/port.ts";
import { readMark } from "./mark.ts";
import { copiesOf } from "./match.ts";
import { type Step, plan, shows } from "./plan.ts";
import { mailboxesToUpdate, refusal } from "./policy.ts";
import type { Queue, Result, Taken } from "./queue/port.ts";
import { type Reason, reasons } from "./reasons.ts";
import { type Stamp, parseMail, stampOf } from "./stamp.ts";
import { contentId } from "./visible.ts";
import type { Settings } from "../stacks/config/types.ts";

/** What one turn of a job works with. */
export interface World {
  settings: Settings;
  /** The mailbox side; asked for only when a message is to be worked on. @throws Fault */
  connected: () => Promise<{ mailboxes: Access; directory: CachedDirectory }>;
  originals: Pick<Queue, "rememberOriginal" | "originalOf">;
  /** Milliseconds since 1970. */
  now: () => number;
}

type Access = Omit<Mailboxes, "close">;
/** One mailbox and one message in it. */
interface Place extends Omit<World, "connected"> {
  mailbox: string;
  mailboxes: Access;
  job: Job;
  stamp: Stamp;
}

/** How a turn ends: for good, or to be taken up again at a time. */
export type Turn = { finish: Result } | { later: number; result: Result };

/** How one mailbox stands after a turn. `waiting`: no copy yet, or too early. */
type Standing =
  | { is: "updated"; items: number }
  | { is: "unchanged" }
  | { is: "waiting"; until: number; why: "settling" | "not-found" }
  | { is: "skipped"; why: Reason }
  | { is: "given-up"; why: Reason }
  | { is: "fault"; fault: Fault };

/** How long a second copy in another candidate mailbox is waited for once the first one is updated. */
const secondCopyGrace = 15_000;
/** Steps in one mailbox and turn; more would mean that somebody else keeps changing the item. */
const mostSteps = 24;

/** Carries a job as far as it goes now. Never throws for what Exchange does: that ends in a later turn, or in a reason. */
export async function reconcile({ job, raw }: Taken, world: World): Promise<Turn> {
  const { settings } = world;
  let stamp: Stamp;
  try {
    stamp = stampOf(await parseMail(raw), settings.processedHeader);
  } catch {
    return ended("failed", "unreadable");
  }
  const refused = refusal(settings, stamp);
  if (refused !== undefined) return ended("skipped", refused);
  try {
    const { mailboxes, directory } = await world.connected();
    const found = await Promise.all(job.senders.map((sender) => directory.mailboxOf(sender)));
    const choice = mailboxesToUpdate(await directory.scope(settings.senders), [
      ...new Set(found.filter((one) => one !== undefined)),
    ]);
    if ("skip" in choice) return ended("skipped", choice.skip);
    const standings = await Promise.all(
      choice.take.map((mailbox) => settle({ ...world, mailbox, mailboxes, job, stamp })),
    );
    return summary(job, choice.take, standings, world.now());
  } catch (error) {
    return summary(job, [], [{ is: "fault", fault: asFault(error) }], world.now());
  }
}

/** Looks at one mailbox and carries out step after step until nothing is left to do now. */
async function settle(place: Place): Promise<Standing> {
  const { mailbox, job, stamp, settings, originals, now } = place;
  try {
    const original = settings.splitMessages.enabled
      ? await originals.originalOf(mailbox, job.messageId)
      : undefined;
    let copies = await look(place);
    let locked = false;
    for (let steps = 0; steps < mostSteps; steps++) {
      const step = plan({ job, stamp, copies, settings, original, locked, now: now() });
      switch (step.do) {
        case "done":
          return { is: "updated", items: copies.filter(({ mark }) => isUpdate(mark, stamp)).length };
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
            copies = await carryOut(step, copies, place);
          } catch (error) {
            if (!(error instanceof Fault) || error.code !== "LOCKED") throw error;
            if (step.do !== "update") return { is: "skipped", why: "locked" };
            locked = true;
            copies = await look(place);
          }
      }
    }
    return { is: "fault", fault: new Fault("CONFLICT", "The sent copy kept changing while it was updated.") };
  } catch (error) {
    const fault = asFault(error);
    if (fault.code === "MAILBOX_NOT_FOUND") return { is: "skipped", why: "no-mailbox" };
    return fault.code === "TOO_COMPLEX" ? { is: "skipped", why: "too-complex" } : { is: "fault", fault };
  }
}

/** Does one step and answers how the copies stand after it, read again. @throws Fault NOT_VERIFIED among others */
async function carryOut(
  step: Extract<Step, { item: unknown }>,
  copies: SentItem[],
  place: Place,
): Promise<SentItem[]> {
  const { mailbox, mailboxes, job, stamp, settings, originals, now } = place;
  const source = copies.find(({ id }) => id === step.item.id);
  if (source === undefined) return look(place);
  const writes = step.do !== "mark" && step.do !== "remove";
  if (writes && settings.splitMessages.enabled && !isUpdate(source.mark))
    await originals.rememberOriginal(mailbox, job.messageId, source.body, now());
  try {
    if (step.do !== "update") {
      if (step.do === "copy-first") await mailboxes.copy(mailbox, step.item, step.mark);
      else if (step.do === "recreate") await mailboxes.recreate(mailbox, source, step.change, step.building);
      else if (step.do === "mark") await mailboxes.mark(mailbox, step.item, step.mark);
      else await mailboxes.remove(mailbox, step.item);
      return await look(place);
    }
    const { id } = await mailboxes.update(mailbox, source, step.change);
    const after = await mailboxes.read(mailbox, id, picturesOf(stamp));
    if (after === undefined) return await look(place);
    if (!shows(after, stamp) || !isUpdate(after.mark, stamp)) throw notVerified();
    return copies.map((copy) => (copy === source ? after : copy));
  } catch (error) {
    // Somebody else was faster, or the item moved: what is there now decides.
    if (error instanceof Fault && (error.code === "CONFLICT" || error.code === "ITEM_NOT_FOUND"))
      return look(place);
    throw error;
  }
}

async function look({ mailbox, mailboxes, job, stamp }: Place): Promise<SentItem[]> {
  const found = copiesOf(job.messageId, await mailboxes.find(mailbox, job.messageId));
  const items = await Promise.all(found.map(({ id }) => mailboxes.read(mailbox, id, picturesOf(stamp))));
  return items.filter((item) => item !== undefined);
}

/** Of an item's pictures with these Content-IDs the bytes count, too. */
function picturesOf({ pictures }: Stamp): Set<string> {
  return new Set(pictures.map((picture) => contentId(picture.contentId)));
}

function isUpdate(mark: string | undefined, stamp?: Stamp): boolean {
  const read = readMark(mark);
  return read?.state === "updated" && (stamp === undefined || read.of === stamp.digest);
}

/** Puts the standings of all candidate mailboxes together. */
function summary(job: Job, mailboxes: string[], standings: Standing[], now: number): Turn {
  const items = standings.reduce((sum, one) => sum + (one.is === "updated" ? one.items : 0), 0);
  const touched = mailboxes.filter((_, index) =>
    ["updated", "unchanged", "skipped"].includes(standings[index]?.is ?? ""),
  );
  const base = { mailboxes: touched, items };
  const so = items > 0 ? ("updated" as const) : ("pending" as const);
  const told = items > 0 ? `Updated ${items} item${items === 1 ? "" : "s"}.` : "";

  const faults = standings.filter((one) => one.is === "fault").map(({ fault }) => fault);
  const [fault] = faults;
  if (fault) {
    const reason = reasonOf(fault.code);
    const text = `${told} ${reasons[reason]} (${fault.message})`.trim();
    if (now >= job.deadline)
      return { finish: { ...base, outcome: items > 0 ? "updated" : "failed", reason, text } };
    const at = Math.max(
      nextLook(now, job.attempt, job.deadline),
      ...faults.map(({ retryAfter }) => now + (retryAfter ?? 0)),
    );
    return { later: at, result: { ...base, outcome: so, reason, text: `${text} Trying again.` } };
  }
  const waiting = standings.filter((one) => one.is === "waiting");
  const found = standings.some((one) => one.is !== "waiting" && one.is !== "given-up");
  const until = Math.min(...waiting.map((one) => one.until));
  if (waiting.length > 0 && (!found || now < job.arrived + secondCopyGrace)) {
    const why = waiting.some((one) => one.why === "settling")
      ? "Waiting for the settle delay."
      : "No sent copy yet.";
    return { later: until, result: { ...base, outcome: so, text: told || why } };
  }
  if (items > 0) return { finish: { ...base, outcome: "updated", text: told } };
  if (standings.some((one) => one.is === "unchanged")) return ended("skipped", "nothing-to-change", touched);
  const skipped = standings.find((one) => one.is === "skipped");
  if (skipped) return ended("skipped", skipped.why, touched);
  const givenUp = standings.find((one) => one.is === "given-up");
  return ended("failed", givenUp?.why ?? "not-found");
}

function ended(outcome: "skipped" | "failed", reason: Reason, mailboxes: string[] = []): Turn {
  return { finish: { outcome, reason, mailboxes, items: 0, text: reasons[reason] } };
}

function notVerified(): Fault {
  return new Fault("NOT_VERIFIED", "The sent copy, read again, does not show the update.");
}

function reasonOf(code: FaultCode): Reason {
  switch (code) {
    case "ACCESS_DENIED":
    case "WRONG_CREDENTIALS":
      return "access-denied";
    case "GROUP_NOT_FOUND":
      return "scope-unknown";
    case "NOT_VERIFIED":
      return "not-verified";
    case "THROTTLED":
    case "UNAVAILABLE":
    case "CONFLICT":
    case "ITEM_NOT_FOUND":
      return "mailbox-unavailable";
    default:
      return "unexpected";
  }
}

function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault("UNEXPECTED", error instanceof Error ? error.message : String(error), { cause: error });
}
