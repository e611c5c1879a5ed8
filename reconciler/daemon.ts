import type { Clock } from "pg-boss";
import type { Logger } from "pino";
import { type Connect, type Exchange, openExchange } from "./exchange.ts";
import { Fault } from "./fault.ts";
import type { Intake } from "./intake/port.ts";
import { queueSink } from "./intake/sink.ts";
import { openSmtpIntake } from "./intake/smtp.ts";
import type { Queue, StoredSettings, Taken } from "./queue/port.ts";
import { type Turn, reconcile } from "./reconcile.ts";
import { type ReferenceSources, resolve } from "./references.ts";
import { smtpIntakeOptions } from "./settings.ts";
import { startWorker } from "./worker.ts";
import type { Settings } from "../stacks/config/types.ts";

/** What the running daemon is made of. */
export interface DaemonOptions {
  queue: Queue;
  clock: Clock;
  log: Logger;
  sources: ReferenceSources;
  connect: Connect;
}

/** The working part of the process: intake, mailboxes and worker, as the newest settings have them. */
export interface Daemon {
  /** Takes settings over without a restart; only what changed is opened anew. What fails shows in `problems`, and is tried again. */
  apply: (stored: StoredSettings) => Promise<void>;
  /** Why it cannot do its work now, in sentences; empty when it can. */
  problems: () => Promise<string[]>;
  /** Port of the open intake. */
  smtpPort: () => number | undefined;
  settingsVersion: () => number | undefined;
  close: () => Promise<void>;
}

const retryDelay = 10_000;
const concurrency = 12;

/** Makes the daemon; it starts to work when settings are applied. */
export function createDaemon({ queue, clock, log, sources, connect }: DaemonOptions): Daemon {
  let live: { version: number; settings: Settings; exchange: Exchange } | undefined;
  let exchangeKey = "";
  let intake: { key: string; open: Intake } | undefined;
  let problem: string | undefined;
  let worker: { stop: () => Promise<void> } | undefined;
  let retry: unknown;
  let closed = false;
  let last: Promise<void> = Promise.resolve();
  const now = () => clock.now();

  const turn = async (taken: Taken): Promise<Turn> => {
    if (!live) throw new Fault("UNEXPECTED", "There are no settings yet.");
    const { settings, exchange } = live;
    const end = await reconcile(taken, { settings, connected: exchange.connected, originals: queue, now });
    const { outcome, reason, items } = "finish" in end ? end.finish : end.result;
    log.info(
      { job: taken.job.key, outcome, reason, items, later: "later" in end ? end.later : undefined },
      "message",
    );
    return end;
  };

  const openIntake = async (settings: Settings): Promise<void> => {
    const options = smtpIntakeOptions(settings);
    const key = JSON.stringify([
      options,
      settings.processingIdHeader,
      settings.settleDelaySeconds,
      settings.deadlineSeconds,
    ]);
    if (intake?.key === key) return;
    // Closed first: the new one usually wants the same port.
    await intake?.open.close();
    intake = undefined;
    if (options === undefined) return;
    intake = { key, open: await openSmtpIntake(options, queueSink({ queue, settings, now })) };
    log.info({ port: intake.open.port }, "intake open");
  };

  const applyNow = async (stored: StoredSettings): Promise<void> => {
    clock.clearTimeout(retry);
    if (closed) return;
    problem = undefined;
    try {
      const settings = resolve(stored.settings, sources);
      const key = JSON.stringify(settings.mailboxes);
      const previous = live?.exchange;
      const exchange = previous && key === exchangeKey ? previous : openExchange(settings, connect, now);
      exchangeKey = key;
      live = { version: stored.version, settings, exchange };
      if (previous !== exchange) await previous?.close();
      worker ??= startWorker({
        queue,
        turn,
        concurrency,
        clock,
        onError: (error) => log.error({ err: error }, "worker"),
      });
      await openIntake(settings);
      log.info({ version: stored.version, status: settings.status }, "settings applied");
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      log.error({ err: error }, "settings cannot be applied; trying again");
      retry = clock.setTimeout(() => void apply(stored), retryDelay);
    }
  };

  /** One after the other: two applications at once would open two listeners. */
  const apply = (stored: StoredSettings): Promise<void> => (last = last.then(() => applyNow(stored)));

  return {
    apply,
    problems: async () => {
      if (problem !== undefined) return [problem];
      if (!live) return ["There are no settings yet. Send them with `siu publish <stack>` or `pulumi up`."];
      try {
        await live.exchange.ping();
        return [];
      } catch (error) {
        return [error instanceof Error ? error.message : String(error)];
      }
    },
    smtpPort: () => intake?.open.port,
    settingsVersion: () => live?.version,
    close: async () => {
      closed = true;
      clock.clearTimeout(retry);
      await last;
      await intake?.open.close();
      await worker?.stop();
      await live?.exchange.close();
    },
  };
}
