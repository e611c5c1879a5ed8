import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { startPostgres } from "../postgres/server.ts";
import type { AuditEntry } from "../../reconciler/queue/port.ts";
import { openFleet } from "./fleet.ts";
import { type Letter, letter, type Manner } from "./letters.ts";
import type { Verdict } from "./oracle.ts";
import { openPost } from "./post.ts";
import { randomFrom } from "./random.ts";
import { arrange, environmentOf, listener, openWorld, readers, writers } from "./stage.ts";
import { makeTrouble } from "./trouble.ts";
import { type Judged, judgeAll } from "./verdicts.ts";
import { openWitness } from "./witness.ts";

/** How hard a drill is. */
export interface DrillOptions {
  messages: number;
  kills: number;
  seed: number;
  daemons: number;
  /** After so many minutes it ends, and what is not done counts as lost. */
  minutes: number;
  /** Told as it goes on, a line at a time. */
  say: (line: string) => void;
}

/** What a drill comes to. */
export interface Figures {
  messages: number;
  kills: number;
  faults: number;
  updated: number;
  skipped: number;
  lost: number;
  doubled: number;
  damaged: number;
  seconds: number;
}

/** One after the other, a share of the messages each; what Exchange does not let be changed any more comes last. */
const manners: readonly Manner[] = ["in place", "kept", "versions", "anew"];
/** Copies that wait for their update at once; more would only wait longer. */
const most = 40;
/** Milliseconds that one of several daemons is cut off: longer than the others wait for it. */
const cutFor = 60_000;
/** Messages that are being sent at once. */
const hands = 8;

/** Sends messages through the whole mail flow while everything breaks, and judges what has become of the copies. */
export async function drill(options: DrillOptions): Promise<{ figures: Figures; judged: Judged[] }> {
  const { messages, kills, seed, daemons, minutes, say } = options;
  const began = Date.now();
  const until = began + minutes * 60_000;
  const random = randomFrom(seed);
  const closing: (() => unknown)[] = [];
  try {
    const folder = await mkdtemp(path.join(os.tmpdir(), "drill-"));
    closing.unshift(() => rm(folder, { recursive: true }));
    const world = await openWorld();
    closing.unshift(() => world.close());
    const { organization, onPremises, online } = world;
    const host = (url = ""): string => `127.0.0.1:${new URL(url).port}`;
    const postgres = daemons > 1 ? await startPostgres() : undefined;
    closing.unshift(() => postgres?.close());
    const fleet = await openFleet({
      folder,
      count: daemons,
      random: randomFrom(seed + 1),
      servers: { onPremises: host(onPremises.ews), online: host(online?.graph) },
      ...(postgres && { database: await postgres.database() }),
      environment: await environmentOf(world),
    });
    closing.unshift(() => fleet.close());
    organization.hosts.set(listener, `127.0.0.1:${fleet.intake}`);
    await fleet.start();
    const witness = openWitness(organization);
    closing.unshift(() => witness.close());
    const post = openPost(world, writers);
    closing.unshift(() => post.close());
    const faults = makeTrouble(organization.faults);

    const letters: Letter[] = [];
    let rows: AuditEntry[] = [];
    let troubled = Promise.resolve();
    let mended = Promise.resolve();
    const kill = async (): Promise<void> => {
      await fleet.kill();
      say(`killed ${fleet.kills()} of ${kills}, ${letters.length} sent`);
    };
    const restart = async (): Promise<void> => {
      await postgres?.restart();
      say(`PostgreSQL restarted, ${letters.length} sent`);
    };
    const cut = async (): Promise<void> => {
      mended = fleet
        .cutOff(cutFor)
        .then(() => say(`one was cut off for ${cutFor / 1000} s, ${letters.length} sent`));
    };
    /** What happens, after so many messages; one after the other, but for the cut, which lasts. */
    const moment = (): number => random.below(messages);
    const troubles = [
      ...Array.from({ length: kills }, () => ({ at: moment(), act: kill })),
      ...Array.from({ length: postgres ? Math.ceil(kills / 3) : 0 }, () => ({ at: moment(), act: restart })),
      ...(postgres ? [{ at: moment(), act: cut }] : []),
    ].toSorted((a, b) => a.at - b.at);
    for (const [number, manner] of manners.entries()) {
      await arrange(manner, world, fleet.call);
      const sending = new Set<Promise<void>>();
      let wanted = witness.touched();
      while (letters.length < (messages * (number + 1)) / manners.length) {
        const one = await letter(letters.length, random, manner, writers, readers);
        letters.push(one);
        witness.expect(one);
        if (one.skipped === undefined) wanted++;
        const sent = post.send(one).finally(() => sending.delete(sent));
        sending.add(sent);
        while (troubles[0] && troubles[0].at < letters.length) {
          await troubled;
          troubled = troubles.shift()?.act() ?? troubled;
        }
        while (sending.size >= hands) await Promise.race(sending);
        await witness.until(() => wanted - witness.touched() < most, until);
      }
      await Promise.all([...sending, troubled, mended]);
      rows = await fleet.audit((found) => isOver(letters, found), until);
      say(`${letters.length} sent and done (${manner})`);
    }
    const judged = await judgeAll(letters, world, readers.colleague, witness, rows);
    const count = (is: Verdict["is"]): number => judged.filter(({ verdict }) => verdict.is === is).length;
    const hits = faults();
    say(
      Object.entries(hits)
        .map(([failure, times]) => `${times} × ${failure}`)
        .join(", "),
    );
    const figures = {
      messages: letters.length,
      kills: fleet.kills(),
      faults: Object.values(hits).reduce((sum, times) => sum + times, 0),
      updated: count("updated"),
      skipped: count("untouched"),
      lost: count("lost"),
      doubled: count("doubled"),
      damaged: count("damaged"),
      seconds: Math.round((Date.now() - began) / 100) / 10,
    };
    return { figures, judged };
  } finally {
    for (const close of closing) await close();
  }
}

/** Whether every message has come to an end, in each of its versions. */
function isOver(letters: Letter[], rows: { messageId: string; done?: number }[]): boolean {
  const ended = Map.groupBy(rows, ({ messageId }) => messageId);
  return letters.every(({ messageId, manner }) => {
    const own = ended.get(messageId) ?? [];
    return own.length >= (manner === "versions" ? 2 : 1) && own.every(({ done }) => done !== undefined);
  });
}
