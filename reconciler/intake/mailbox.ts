import type { Clock } from "pg-boss";
import { Fault, isFault } from "../fault.ts";
import { reasons } from "../reasons.ts";
import { fromMailbox } from "./from-mailbox.ts";
import type { Inbox } from "../mailbox/inbox.ts";
import type { Intake, Sink } from "./port.ts";

/** Which mailbox is read, and how. */
export interface MailboxIntakeOptions {
  /** The mailbox's address. */
  address: string;
  processedHeader: string;
  /** Asked for at every turn: what could not be connected now may be later. */
  inbox: () => Promise<Inbox>;
  /** Tells of new mail until the signal ends it, or once; the inbox does it itself unless given. */
  watch?: (box: Inbox, onNews: () => void, signal: AbortSignal) => Promise<void>;
  /** Milliseconds between two looks while nothing is told of new mail: some never is. */
  sweep: number;
  clock: Clock;
  onError: (error: unknown) => void;
}

/** Messages taken in one look, listed at most, and read at once. */
const page = 50;
const longestList = 1000;
const atOnce = 4;
/** After news, looks come at this pace for a while: it may come before the message can be read. Milliseconds. */
const eager = { for: 5_000, pause: 1_000 };
/** How often a message is tried, and milliseconds after its first failure, doubled each time: half an hour in all. */
const tries = { most: 10, pause: 2_000 };
/** Milliseconds after a failure, doubled up to a minute. */
const pause = { first: 1_000, longest: 60_000 };

/**
 * Reads the mailbox that a rule copies stamped mail to. The Inbox is the list of what is still to be done: a message is
 * deleted, for good, once the sink has it. Opens at once and goes on trying while Exchange does not answer.
 */
export function openMailboxIntake(options: MailboxIntakeOptions, sink: Sink): Intake {
  const { address, processedHeader, inbox, sweep, clock, onError } = options;
  const watchOnce = options.watch ?? ((box, onNews, signal) => box.watch(address, onNews, signal));
  const end = new AbortController();
  let wake = (): void => {};
  let news = true;
  let eagerUntil = 0;
  let failures = 0;
  let problem: string | undefined;
  let untold: string | undefined;
  /** Messages that could not be taken in, and when each is tried again. */
  const resting = new Map<string, number>();

  const tell = (): void => {
    untold = undefined;
    news = true;
    eagerUntil = clock.now() + eager.for;
    wake();
  };

  /** Waits for news, at most so long. */
  const rest = async (milliseconds: number): Promise<void> => {
    if (news || end.signal.aborted) return;
    let timer: unknown;
    await new Promise<void>((resolve) => {
      wake = resolve;
      timer = clock.setTimeout(resolve, milliseconds);
    });
    clock.clearTimeout(timer);
  };

  /** What is left unread is recorded by its header, and goes: it would be fetched in vain for ever. */
  const leave = async (box: Inbox, id: string, fault: Fault): Promise<void> => {
    onError(fault);
    const raw = await box.head(address, id);
    if (raw !== undefined) await sink.refuse({ raw, envelopeSender: "" }, reasons["too-large"], "too-large");
  };

  const handle = async (box: Inbox, id: string): Promise<void> => {
    const raw = await box.mime(address, id).catch((error: unknown) => {
      if (isFault(error, "TOO_LARGE")) return error;
      throw error;
    });
    if (raw === undefined) return;
    if (raw instanceof Fault) return leave(box, id, raw);
    const verdict = await fromMailbox(raw, processedHeader);
    if ("take" in verdict) await sink.accept(verdict.take);
    else if ("refuse" in verdict)
      await sink.refuse({ raw, envelopeSender: "" }, `Origin not proved: ${verdict.refuse}.`);
  };

  /** A message that fails again and again is recorded and set aside, where somebody may look at it. */
  const stumble = async (box: Inbox, id: string, error: unknown): Promise<void> => {
    // What keeps every message out is none's own fault.
    if (isFault(error, "THROTTLED", "WRONG_CREDENTIALS")) throw error;
    onError(error);
    const failed = await sink.stumble(address, id);
    resting.set(id, clock.now() + tries.pause * 2 ** Math.min(failed - 1, tries.most - 1));
    if (failed < tries.most) return;
    const head = await box.head(address, id).catch(onError);
    const why = error instanceof Fault ? ` (${error.message})` : "";
    const arrival = { raw: head ?? new Uint8Array(), envelopeSender: "" };
    await sink.refuse(arrival, `${reasons["not-taken-in"]}${why}`, "not-taken-in");
    await box.setAside(address, id);
    resting.delete(id);
  };

  /** The oldest messages whose turn it is. */
  const due = async (box: Inbox): Promise<string[]> => {
    const listed = await box.list(address, Math.min(page + resting.size, longestList));
    const there = new Set(listed);
    for (const id of resting.keys()) if (!there.has(id)) resting.delete(id);
    return listed.filter((id) => (resting.get(id) ?? 0) <= clock.now()).slice(0, page);
  };

  /** Takes in what lies there; answers whether there may be more. A message that cannot be read holds up no other. */
  const look = async (box: Inbox): Promise<boolean> => {
    const ids = await due(box);
    for (let start = 0; start < ids.length && !end.signal.aborted; start += atOnce) {
      const group = ids.slice(start, start + atOnce);
      const results = await Promise.allSettled(group.map((id) => handle(box, id)));
      const stored = group.filter((_, index) => results[index]?.status === "fulfilled");
      await box.remove(address, stored);
      for (const [index, result] of results.entries())
        if (result.status === "rejected") await stumble(box, group[index] ?? "", result.reason);
    }
    return ids.length === page;
  };

  const read = async (): Promise<void> => {
    while (!end.signal.aborted) {
      try {
        news = false;
        if (await look(await inbox())) news = true;
        failures = 0;
        problem = undefined;
        const pace = clock.now() < eagerUntil ? eager.pause : sweep;
        await rest(Math.min(pace, ...[...resting.values()].map((at) => Math.max(0, at - clock.now()))));
      } catch (error) {
        onError(error);
        problem = textOf(error);
        news = false;
        await rest(Math.min(pause.first * 2 ** failures++, pause.longest));
      }
    }
  };

  const watch = async (): Promise<void> => {
    let broken = 0;
    while (!end.signal.aborted) {
      try {
        await watchOnce(await inbox(), tell, end.signal);
        broken = 0;
      } catch (error) {
        onError(error);
        untold = `intake: new mail in '${address}' is not told, and found only by looking for it: ${textOf(error)}`;
        broken++;
      }
      await asleep(Math.min(pause.first * 2 ** broken, pause.longest), clock, end.signal);
    }
  };

  const working = Promise.all([read(), watch()]);
  return {
    problem: () => problem,
    warning: () => untold,
    close: async () => {
      end.abort();
      wake();
      await working;
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function asleep(milliseconds: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = clock.setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clock.clearTimeout(timer);
      resolve();
    });
  });
}
