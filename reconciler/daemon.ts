import type { Clock } from "pg-boss";
import type { Logger } from "pino";
import { type Connect, type Exchange, openExchange } from "./exchange.ts";
import { Fault } from "./fault.ts";
import { intakeKey, openIntake } from "./intake/open.ts";
import type { Intake, Sink } from "./intake/port.ts";
import type { Meter } from "./metrics.ts";
import type { Inbox } from "./mailbox/inbox.ts";
import { queueSink } from "./intake/sink.ts";
import type { Queue, StoredSettings, Taken } from "./queue/port.ts";
import { reconcile } from "./reconcile.ts";
import type { Turn } from "./standing.ts";
import { type ReferenceSources, resolve } from "./references.ts";
import { startWorker } from "./worker.ts";
import type { Settings } from "../stacks/config/types.ts";

/** What the running daemon is made of. */
export interface DaemonOptions {
  queue: Queue;
  clock: Clock;
  log: Logger;
  sources: ReferenceSources;
  connect: Connect;
  meter: Meter;
}

/** The working part of the process: intake, mailboxes and worker, as the newest settings have them. */
export interface Daemon {
  /** Takes settings over without a restart; only what changed is opened anew. What fails shows in `problems`, and is tried again. */
  apply: (stored: StoredSettings) => Promise<void>;
  /** Why it cannot do its work now, in sentences; empty when it can. */
  problems: () => Promise<string[]>;
  /** What works, but not as well as it could, in sentences. */
  warnings: () => string[];
  /** Ports on which open ways in listen. */
  smtpPorts: () => number[];
  settingsVersion: () => number | undefined;
  close: () => Promise<void>;
}

const retryDelay = 10_000;
/** How often references are resolved anew: a renewed certificate or password in a file counts without a restart. */
const rereadDelay = 300_000;
const concurrency = 12;

/** Makes the daemon; it starts to work when settings are applied. */
export function createDaemon({ queue, clock, log, sources, connect, meter }: DaemonOptions): Daemon {
  let live: { version: number; settings: Settings; exchange: Exchange } | undefined;
  let exchangeKey = "";
  /** Every open way in, by what it depends on. */
  const intakes = new Map<string, Intake>();
  let problem: string | undefined;
  let worker: { stop: () => Promise<void> } | undefined;
  let wanted: StoredSettings | undefined;
  let applied = "";
  let again: unknown;
  let closed = false;
  let last: Promise<void> = Promise.resolve();
  const now = () => clock.now();

  const turn = async (taken: Taken): Promise<Turn> => {
    if (!live) throw new Fault("UNEXPECTED", "There are no settings yet.");
    const { settings, exchange } = live;
    const holds = () => queue.holds(taken);
    const { connected } = exchange;
    const end = await reconcile(taken, { settings, connected, originals: queue, holds, now });
    const { key, messageId, senders, arrived, attempt } = taken.job;
    const about = { messageId, senders };
    if ("finish" in end) {
      const { outcome, reason, items } = end.finish;
      const seconds = (now() - arrived) / 1000;
      log.info({ job: key, outcome, reason, items, attempts: attempt + 1, seconds, about }, "message");
      meter.ended(outcome, reason, seconds);
    } else {
      const { outcome, reason, items } = end.result;
      log.debug({ job: key, outcome, reason, items, later: end.later, about }, "message put off");
    }
    return end;
  };

  const openIntakes = async (settings: Settings): Promise<void> => {
    const ways = new Map([settings.intake ?? []].flat().map((way) => [intakeKey(way, settings), way]));
    // Closed first: a new one usually wants the same port.
    for (const [key, open] of intakes) {
      if (ways.has(key)) continue;
      await open.close();
      intakes.delete(key);
    }
    const sink = queueSink({ queue, settings, now });
    const inbox = async (side: "onPremises" | "online"): Promise<Inbox> => {
      const found = (await live?.exchange.connected())?.inboxes[side];
      if (found) return found;
      throw new Fault("BAD_SETTINGS", `intake: is read on the side ${side}, which mailboxes does not name.`);
    };
    const onError = (error: unknown) => log.error({ err: error }, "intake");
    const failures: unknown[] = [];
    for (const [key, way] of ways) {
      if (intakes.has(key)) continue;
      try {
        const open = await openIntake(way, settings, counted(way.via, sink, meter), {
          inbox,
          clock,
          onError,
        });
        intakes.set(key, open);
        log.info({ via: way.via, port: open.port }, "intake open");
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map(textOf).join("\n"));
  };

  const applyWanted = async (): Promise<void> => {
    clock.clearTimeout(again);
    if (closed || wanted === undefined) return;
    const { version } = wanted;
    let delay = rereadDelay;
    problem = undefined;
    try {
      const settings = resolve(wanted.settings, sources);
      const mailboxes = JSON.stringify(settings.mailboxes);
      const previous = live?.exchange;
      const exchange =
        previous && mailboxes === exchangeKey ? previous : openExchange(settings, connect, now, meter.called);
      exchangeKey = mailboxes;
      live = { version, settings, exchange };
      if (previous !== exchange) await previous?.close();
      worker ??= startWorker({
        queue,
        turn,
        concurrency,
        clock,
        onError: (error) => log.error({ err: error }, "worker"),
      });
      await openIntakes(settings);
      const key = JSON.stringify([version, settings]);
      if (key !== applied) log.info({ version, status: settings.status }, "settings applied");
      applied = key;
    } catch (error) {
      problem = textOf(error);
      log.error({ err: error }, "settings cannot be applied; trying again");
      delay = retryDelay;
    }
    again = clock.setTimeout(() => void applyInTurn(), delay);
  };

  /** One after the other: two applications at once would open two listeners. */
  const applyInTurn = (): Promise<void> => (last = last.then(applyWanted));

  return {
    apply: (stored) => {
      wanted = stored;
      return applyInTurn();
    },
    problems: async () => {
      const unstored = await queue.canStore().then(
        () => [],
        (error: unknown) => [
          `Nothing can be stored (${codeOf(error)}), and mail is not acknowledged. Make room on the disk, or start the database.`,
        ],
      );
      if (unstored.length > 0) return unstored;
      if (problem !== undefined) return [problem];
      if (!live) return ["There are no settings yet. Send them with `siu publish <stack>` or `pulumi up`."];
      const closed = [...intakes.values()].flatMap((intake) => intake.problem() ?? []);
      const unreachable = await live.exchange.ping().then(
        () => [],
        (error: unknown) => [textOf(error)],
      );
      return [...new Set([...unreachable, ...closed])];
    },
    warnings: () => [...intakes.values()].flatMap((intake) => intake.warning?.() ?? []),
    smtpPorts: () => [...intakes.values()].flatMap(({ port }) => port ?? []),
    settingsVersion: () => live?.version,
    close: async () => {
      closed = true;
      clock.clearTimeout(again);
      await last;
      await Promise.all([...intakes.values()].map((intake) => intake.close()));
      await worker?.stop();
      await live?.exchange.close();
    },
  };
}

/** A sink that counts what comes through it. */
function counted(via: string, sink: Sink, { arrived }: Meter): Sink {
  return {
    ...sink,
    accept: async (arrival) => {
      await sink.accept(arrival).catch((error: unknown) => {
        arrived(via, "failed");
        throw error;
      });
      arrived(via, "accepted");
    },
    refuse: async (arrival, text, reason) => {
      await sink.refuse(arrival, text, reason);
      arrived(via, "refused");
    },
  };
}

/** What a database's failure is called (`ECONNREFUSED`, or PostgreSQL's `53100`): its text may name a host or an account. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "see the log";
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
