import type { AuditEntry } from "../../reconciler/queue/port.ts";
import { openGround, type Ground } from "./ground.ts";
import { type Letter, letter, type Manner } from "./letters.ts";
import type { Verdict } from "./oracle.ts";
import { type Random, randomFrom } from "./random.ts";
import { arrange, readers, writers } from "./stage.ts";
import { makeTrouble } from "./trouble.ts";
import { type Judged, judgeAll } from "./verdicts.ts";

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
/** Messages that are being sent at once. */
const hands = 8;
/** Milliseconds that one of several daemons is cut off: longer than the others wait for it. */
const cutFor = 60_000;

/** Sends messages through the whole mail flow while everything breaks, and judges what has become of the copies. */
export async function drill(options: DrillOptions): Promise<{ figures: Figures; judged: Judged[] }> {
  const { messages, seed, daemons, minutes, say } = options;
  const began = Date.now();
  const until = began + minutes * 60_000;
  const random = randomFrom(seed);
  const ground = await openGround(daemons, randomFrom(seed + 1));
  const { world, fleet, witness } = ground;
  try {
    const faults = makeTrouble(world.organization.faults);
    const letters: Letter[] = [];
    const troubles = planned(options, ground, randomFrom(seed + 2), () => letters.length);
    let rows: AuditEntry[] = [];
    for (const [number, manner] of manners.entries()) {
      await arrange(manner, world, fleet.call);
      const upTo = Math.ceil((messages * (number + 1)) / manners.length);
      await sendAll(upTo, manner, letters, { ground, random, troubles, until });
      await troubles.over();
      rows = await fleet.audit((found) => isOver(letters, found), until);
      say(`${letters.length} sent and done (${manner})`);
    }
    const judged = await judgeAll(letters, world, readers.colleague, witness, rows);
    const count = (is: Verdict["is"]): number => judged.filter(({ verdict }) => verdict.is === is).length;
    const hits = Object.entries(faults());
    say(hits.map(([failure, times]) => `${times} × ${failure}`).join(", "));
    const figures = {
      messages: letters.length,
      kills: fleet.kills(),
      faults: hits.reduce((sum, [, times]) => sum + times, 0),
      updated: count("updated"),
      skipped: count("untouched"),
      lost: count("lost"),
      doubled: count("doubled"),
      damaged: count("damaged"),
      seconds: Math.round((Date.now() - began) / 100) / 10,
    };
    return { figures, judged };
  } finally {
    await ground.close();
  }
}

/** Sends as fast as copies are updated, until there are so many letters. */
async function sendAll(
  upTo: number,
  manner: Manner,
  letters: Letter[],
  { ground, random, troubles, until }: { ground: Ground; random: Random; troubles: Troubles; until: number },
): Promise<void> {
  const { post, witness } = ground;
  const sending = new Set<Promise<void>>();
  let wanted = witness.touched();
  while (letters.length < upTo) {
    const one = await letter(letters.length, random, manner, writers, readers);
    letters.push(one);
    witness.expect(one);
    if (one.skipped === undefined) wanted++;
    const sent = post.send(one).finally(() => sending.delete(sent));
    sending.add(sent);
    await troubles.due();
    while (sending.size >= hands) await Promise.race(sending);
    await witness.until(() => wanted - witness.touched() < most, until);
  }
  await Promise.all(sending);
}

/** What happens to daemons and database, each at its own moment. */
interface Troubles {
  /** Begins what is due by now, once what came before it is over. */
  due: () => Promise<void>;
  /** Resolves when all that has begun is over. */
  over: () => Promise<void>;
}

/** Kills; with a shared database its restarts too, and a daemon that is cut off, which lasts while others go on. */
function planned(
  { messages, kills, say }: DrillOptions,
  { fleet, postgres }: Ground,
  random: Random,
  sent: () => number,
): Troubles {
  let last = Promise.resolve();
  let mended = Promise.resolve();
  const told = (what: string) => (): void => say(`${what}, ${sent()} sent`);
  const kill = (): Promise<void> => fleet.kill().then(told("a daemon was killed"));
  const restart = async (): Promise<void> => postgres?.restart().then(told("PostgreSQL was restarted"));
  const cut = async (): Promise<void> => {
    mended = fleet.cutOff(cutFor).then(told(`a daemon was cut off for ${cutFor / 1000} s`));
  };
  const acts = [
    ...Array.from({ length: kills }, () => kill),
    ...Array.from({ length: postgres ? Math.ceil(kills / 3) : 0 }, () => restart),
    ...(postgres ? [cut] : []),
  ];
  const waiting = acts
    .map((act) => ({ act, at: random.below(messages) }))
    .toSorted((one, other) => one.at - other.at);
  return {
    due: async () => {
      while (waiting[0] && waiting[0].at < sent()) {
        await last;
        last = waiting.shift()?.act() ?? last;
      }
    },
    over: async () => {
      await Promise.all([last, mended]);
    },
  };
}

/** Whether every message has come to an end, in each of its versions. */
function isOver(letters: Letter[], rows: { messageId: string; done?: number }[]): boolean {
  const ended = Map.groupBy(rows, ({ messageId }) => messageId);
  return letters.every(({ messageId, manner }) => {
    const own = ended.get(messageId) ?? [];
    return own.length >= (manner === "versions" ? 2 : 1) && own.every(({ done }) => done !== undefined);
  });
}
