import type {
  AuditEntry,
  Backlog,
  Ends,
  Pace,
  PublishedReport,
  Queue,
  StoredSettings,
} from "../queue/port.ts";
import type { DoctorReport, ProbeReport } from "./reports.ts";

/** Where the overview comes from. */
export interface OverviewSources {
  queue: Pick<Queue, "settings" | "backlog" | "ends" | "pace" | "latest" | "reports">;
  problems: () => Promise<string[]>;
  now: () => number;
}

/** What the queue's database tells. */
export interface Figures {
  settings: StoredSettings | undefined;
  backlog: Backlog;
  /** Of the last 24 hours. */
  ends: Ends[];
  /** Of the last hour, from `since` on. */
  pace: Pace[];
  since: number;
  failures: AuditEntry[];
  /** What was searched for, and the rows with it. */
  found: { text: string; rows: AuditEntry[] } | undefined;
  doctor: (PublishedReport & { content: DoctorReport }) | undefined;
  probe: (PublishedReport & { content: ProbeReport }) | undefined;
}

/** Everything that the status page shows. */
export interface Overview {
  now: number;
  /** Why the daemon cannot work, in sentences. */
  problems: string[];
  /** Undefined where the database does not answer. */
  figures: Figures | undefined;
}

/** Milliseconds of one bar of the chart, and how many there are: an hour. */
export const slot = 120_000;
export const slots = 30;
/** Rows of failures, and of what is found, at most. */
export const mostRows = 50;

/** Looks everything up; `search`: a part of a Message-ID or of a sender's address. */
export async function overview({ queue, problems, now }: OverviewSources, search: string): Promise<Overview> {
  const at = now();
  const since = Math.floor(at / slot + 1) * slot - slot * slots;
  const [said, figures] = await Promise.all([
    problems(),
    read(queue, since, at - 86_400_000, search).catch((error: unknown) => ({ broken: error })),
  ]);
  if (!("broken" in figures)) return { now: at, problems: said, figures };
  return { now: at, problems: said.length > 0 ? said : [databaseProblem], figures: undefined };
}

/** What an operator is told when the queue's database fails; the log has the cause. */
export const databaseProblem =
  "The queue's database does not answer. Mail is offered again by Exchange until it does. See the daemon's log for the cause.";

async function read(
  queue: OverviewSources["queue"],
  since: number,
  dayAgo: number,
  text: string,
): Promise<Figures> {
  const [settings, backlog, ends, pace, failures, rows, reports] = await Promise.all([
    queue.settings(),
    queue.backlog(),
    queue.ends(dayAgo),
    queue.pace(since, slot),
    queue.latest({ outcome: "failed" }, mostRows),
    text === "" ? undefined : queue.latest({ text }, mostRows),
    queue.reports(),
  ]);
  return {
    settings,
    backlog,
    ends,
    pace,
    since,
    failures,
    found: rows && { text, rows },
    // Held to their schemas when they were published.
    doctor: reports.doctor as Figures["doctor"],
    probe: reports.probe as Figures["probe"],
  };
}
