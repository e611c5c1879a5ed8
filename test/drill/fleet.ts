import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { AuditEntry } from "../../reconciler/queue/port.ts";
import { type DaemonProcess, startDaemon } from "../reconciler/process.ts";
import { type Line, openLine } from "./line.ts";
import type { Random } from "./random.ts";

/** The daemons of a drill, each with lines of its own to Exchange, and one address for all of them where mail comes in. */
export interface Fleet {
  /** Port where stamped mail is taken by whichever daemon is there. */
  intake: number;
  start: () => Promise<void>;
  /** Kills one daemon while it works: in the middle of what it says to Exchange. Resolves once it runs again. */
  kill: () => Promise<void>;
  /** Cuts one daemon off from everything for so many milliseconds, while it works. Resolves when that is over. */
  cutOff: (milliseconds: number) => Promise<void>;
  /** Calls the HTTP interface of a daemon that runs and is not cut off. */
  call: (path: string, init?: RequestInit) => Promise<Response>;
  /** The audit, read anew until it satisfies a condition or time (milliseconds since 1970) is over. */
  audit: (done: (rows: AuditEntry[]) => boolean, until: number) => Promise<AuditEntry[]>;
  /** Kills so far. */
  kills: () => number;
  close: () => Promise<void>;
}

export interface FleetOptions {
  folder: string;
  count: number;
  random: Random;
  /** `host:port` of Exchange's web servers. */
  servers: { onPremises: string; online: string };
  /** URL of the database that they share; each has a queue of its own otherwise, which only one daemon can do with. */
  database?: string;
  /** What the settings refer to, besides the lines. */
  environment: Record<string, string>;
}

interface Member {
  lines: { ews: Line; graph: Line; intake: Line; database: Line };
  isCut?: boolean;
  process?: DaemonProcess;
  environment: Record<string, string>;
}

/** The longest that a kill waits for its moment, in pieces that go to Exchange. */
const longestFuse = 60;
/** And in milliseconds, where there is nothing to do any more. */
const longestIdle = 5000;
/** Rows of the audit that are asked for at once. */
const page = 5000;

/** Makes lines; nothing runs yet. */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const { folder, count, random, servers, database, environment } = options;
  const members: Member[] = [];
  /** What is to happen to a daemon after so many more pieces that it sends. */
  let fuse: { member: Member; left: number; burn: () => boolean } | undefined;
  let kills = 0;
  let turn = 0;

  const onSend = (member: () => Member | undefined) => (): boolean => {
    if (!fuse || fuse.member !== member()) return true;
    return --fuse.left > 0 || fuse.burn();
  };
  const free = (): Member[] => members.filter(({ process, isCut }) => process !== undefined && !isCut);
  const next = (): Member | undefined => free()[turn++ % Math.max(1, free().length)];
  /** Resolves with a daemon right after something was done to it in the middle of its work; `act` answers whether it still gets to say what it says. */
  const surprise = async (act: (member: Member) => boolean): Promise<Member> => {
    const member = random.pick(free());
    const { promise, resolve } = Promise.withResolvers<void>();
    const burn = (): boolean => {
      fuse = undefined;
      resolve();
      return act(member);
    };
    fuse = { member, left: 1 + random.below(longestFuse), burn };
    const idle = setTimeout(burn, longestIdle);
    await promise.finally(() => clearTimeout(idle));
    return member;
  };

  for (let index = 0; index < count; index++) {
    const watch = onSend(() => members[index]);
    const port = await freePort();
    const lines = {
      ews: await openLine(() => servers.onPremises, watch),
      graph: await openLine(() => servers.online, watch),
      intake: await openLine(() => `127.0.0.1:${port}`),
      database: await openLine(() => database && new URL(database).host),
    };
    const shared = database && new URL(database);
    if (shared) shared.port = String(lines.database.port);
    members.push({
      lines,
      environment: {
        ...environment,
        // What watches the embedded Exchange has nothing to look for in them.
        NODE_OPTIONS: "",
        ...(shared && { SIU_DATABASE: shared.href }),
        SIU_DATA: path.join(folder, `daemon-${index}`),
        EWS_URL: `https://localhost:${lines.ews.port}/EWS/Exchange.asmx`,
        GRAPH_URL: `https://localhost:${lines.graph.port}`,
        LOGIN_URL: `https://localhost:${lines.graph.port}`,
        INTAKE_PORT: String(port),
      },
    });
  }
  const front = await openLine(() => {
    const port = next()?.lines.intake.port;
    return port === undefined ? undefined : `127.0.0.1:${port}`;
  });

  const killAll = (): void => members.forEach(({ process }) => process?.child.kill("SIGKILL"));
  // Whoever ends the drill early ends them too.
  process.once("exit", killAll);

  const begin = async (member: Member): Promise<void> => {
    const data = member.environment["SIU_DATA"] ?? "";
    await mkdir(data, { recursive: true });
    member.process = await startDaemon(data, member.environment);
  };
  const running = (): DaemonProcess => {
    const process = next()?.process;
    if (!process) throw new Error("no daemon runs");
    return process;
  };
  const call: Fleet["call"] = async (path, init) => running().call(path, init);

  return {
    intake: front.port,
    start: async () => {
      await Promise.all(members.map(begin));
    },
    kill: async () => {
      const member = await surprise(({ process }) => {
        process?.child.kill("SIGKILL");
        return random.next() < 0.5;
      });
      await member.process?.ended;
      delete member.process;
      kills++;
      await begin(member);
    },
    cutOff: async (milliseconds) => {
      const each = (work: (line: Line) => void, { lines }: Member): void =>
        Object.values(lines).forEach(work);
      const member = await surprise((member) => {
        member.isCut = true;
        each((line) => line.cut(), member);
        return true;
      });
      await pause(milliseconds);
      each((line) => line.mend(), member);
      member.isCut = false;
    },
    call,
    audit: async (done, until) => {
      const rows = new Map<string, AuditEntry>();
      for (let since = 0, isOver = false; !isOver;) {
        const wait = Math.min(5000, Math.max(0, until - Date.now()));
        const answer = await call(`/messages?since=${since}&limit=${page}&wait=${wait}`);
        const { messages, next } = (await answer.json()) as { messages: AuditEntry[]; next: number };
        for (const row of messages) rows.set(row.key, row);
        since = next;
        // Once more after a full page: what is known is told even where time is over.
        isOver = messages.length < page && (done([...rows.values()]) || Date.now() >= until);
      }
      return [...rows.values()];
    },
    kills: () => kills,
    close: async () => {
      process.off("exit", killAll);
      killAll();
      await Promise.all(members.map(({ process }) => process?.ended));
      await Promise.all(members.flatMap(({ lines }) => Object.values(lines).map((line) => line.close())));
      await front.close();
    },
  };
}

async function freePort(): Promise<number> {
  const line = await openLine(() => undefined);
  await line.close();
  return line.port;
}
