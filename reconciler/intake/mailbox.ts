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
  /** Milliseconds between two looks while nothing is told of new mail: some never is. */
  sweep: number;
  clock: Clock;
  onError: (error: unknown) => void;
}

/** Messages taken in one look, and read at once. */
const page = 50;
const atOnce = 4;
/** Milliseconds after a failure, doubled up to a minute. */
const pause = { first: 1_000, longest: 60_000 };

/**
 * Reads the mailbox that a rule copies stamped mail to. The Inbox is the list of what is still to be done: a message is
 * deleted, for good, once the sink has it. Opens at once and goes on trying while Exchange does not answer.
 */
export function openMailboxIntake(options: MailboxIntakeOptions, sink: Sink): Intake {
  const { address, processedHeader, inbox, sweep, clock, onError } = options;
  const end = new AbortController();
  let wake = (): void => {};
  let news = true;
  let failures = 0;
  let problem: string | undefined;

  const tell = (): void => {
    news = true;
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

  /** Takes in what lies there; answers whether there may be more. A message that cannot be read holds up no other. */
  const look = async (box: Inbox): Promise<boolean> => {
    const ids = await box.list(address, page);
    let done = 0;
    for (let start = 0; start < ids.length && !end.signal.aborted; start += atOnce) {
      const group = ids.slice(start, start + atOnce);
      const results = await Promise.allSettled(group.map((id) => handle(box, id)));
      const stored = group.filter((_, index) => results[index]?.status === "fulfilled");
      await box.remove(address, stored);
      done += stored.length;
      for (const result of results) if (result.status === "rejected") onError(result.reason);
    }
    return ids.length === page && done > 0;
  };

  const read = async (): Promise<void> => {
    while (!end.signal.aborted) {
      try {
        news = false;
        if (await look(await inbox())) news = true;
        failures = 0;
        problem = undefined;
        await rest(sweep);
      } catch (error) {
        onError(error);
        problem = error instanceof Error ? error.message : String(error);
        news = false;
        await rest(Math.min(pause.first * 2 ** failures++, pause.longest));
      }
    }
  };

  const watch = async (): Promise<void> => {
    let broken = 0;
    while (!end.signal.aborted) {
      try {
        await (await inbox()).watch(address, tell, end.signal);
        broken = 0;
      } catch (error) {
        onError(error);
        broken++;
      }
      await asleep(Math.min(pause.first * 2 ** broken, pause.longest), clock, end.signal);
    }
  };

  const working = Promise.all([read(), watch()]);
  return {
    problem: () => problem,
    close: async () => {
      end.abort();
      wake();
      await working;
    },
  };
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
