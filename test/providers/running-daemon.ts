import type { Queue, StoredSettings } from "../../reconciler/queue/port.ts";
import { quietParts, quietQueue } from "../reconciler/web/quiet-queue.ts";
import { settingsCheck } from "../../reconciler/settings.ts";
import { openWeb } from "../../reconciler/web/server.ts";
import schema from "../../stacks/config/schema.json" with { type: "json" };

/** The daemon's real HTTP interface with its real check; only the database is a variable. */
export interface RunningDaemon {
  url: string;
  token: string;
  /** What it has now. */
  stored: () => StoredSettings | undefined;
  /** Somebody else publishes others. */
  publish: (change: (settings: StoredSettings["settings"]) => StoredSettings["settings"]) => void;
  /** Its database is lost. */
  forget: () => void;
  /** Why it cannot work. */
  problems: string[];
  /** What it was told of the mail path. */
  reports: Awaited<ReturnType<Queue["reports"]>>;
  /** Runs before settings are stored. */
  meanwhile: () => void;
  close: () => Promise<void>;
}

/** Starts one without settings, on a free port. */
export async function startDaemonInterface(): Promise<RunningDaemon> {
  let stored: StoredSettings | undefined;
  const token = "a-token-of-the-tests";
  const web = await openWeb({
    port: 0,
    token,
    check: settingsCheck(schema),
    apply: async () => {},
    problems: async () => daemon.problems,
    status: () => ({}),
    ...quietParts,
    queue: {
      ...quietQueue,
      saveReport: async (kind, report) => void (daemon.reports[kind] = report),
      settings: async () => stored,
      saveSettings: async (settings, expected) => {
        daemon.meanwhile();
        if (expected !== undefined && expected !== (stored?.version ?? 0)) return undefined;
        return (stored = { version: (stored?.version ?? 0) + 1, settings });
      },
    },
  });
  const daemon: RunningDaemon = {
    url: `http://127.0.0.1:${web.port}`,
    token,
    stored: () => stored,
    publish: (change) => {
      if (stored) stored = { version: stored.version + 1, settings: change(stored.settings) };
    },
    forget: () => void (stored = undefined),
    problems: [],
    reports: {},
    meanwhile: () => {},
    close: web.close,
  };
  return daemon;
}
