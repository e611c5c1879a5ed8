import type { AuditEntry } from "../../../reconciler/queue/port.ts";
import { latencyOf, round, spreadOf, type Latency, type Spread } from "../exchange/figures.ts";
import { runPeer } from "../peers/run.ts";
import { lettersOf, type Letter } from "./letter.ts";
import { plant } from "./plant.ts";
import { startScene, type Protocol, type Scene } from "./scene.ts";

/** How much is measured. */
export interface Size {
  /** Messages of each run. */
  messages: number;
  /** Messages a second of the steady runs. */
  perSecond: number;
  repetitions: number;
}

/** What one protocol comes to, the daemon beside a script over the usual library. */
export interface DaemonFigures {
  /** From accepted intake to verified update at a steady pace, milliseconds. */
  latency: Latency;
  /** Updates a second of a flood, from the first message's intake to the last one's verified update. */
  perSecond: Spread;
  /** Time on a processor for each update, milliseconds. */
  cpuMs: { daemon: number; exchange: number; peer: number };
  /** HTTP requests at the server for each update. */
  roundTrips: { daemon: number; peer: number };
  /** The script at the same pace, and in the same floods. */
  peer: { latency: Latency; perSecond: Spread };
  /** The daemon's rate by the script's, run by run; and its 99th percentile by the script's. */
  timesPeer: Spread;
  p99OfPeer: number;
  /** The most memory that the daemon had, MB. */
  rssMB: number;
}

/** Steady runs and floods in turn with the peer's. */
export async function measureDaemon(protocol: Protocol, size: Size): Promise<DaemonFigures> {
  const { messages, perSecond, repetitions } = size;
  const scene = await startScene({ protocol });
  try {
    const planted = (count: number) => plantLetters(scene, count);
    await scene.update(await planted(scene.people.length * 2));
    const latency: number[] = [];
    const peerLatency: number[] = [];
    const runs: { ours: Flood; theirs: Flood }[] = [];
    for (let run = 0; run < repetitions; run++) {
      latency.push(...(await scene.update(await planted(messages), perSecond)).map(tookOf));
      peerLatency.push(
        ...(await runPeer(protocol, scene.server, await planted(messages), perSecond)).milliseconds,
      );
      runs.push({
        ours: await floodOurs(scene, await planted(messages)),
        theirs: await floodTheirs(protocol, scene, await planted(messages)),
      });
    }
    const mean = (of: (run: (typeof runs)[number]) => number): number =>
      round(runs.reduce((sum, run) => sum + of(run), 0) / runs.length);
    const own = latencyOf(latency);
    const peer = latencyOf(peerLatency);
    return {
      latency: own,
      perSecond: spreadOf(runs.map(({ ours }) => ours.perSecond)),
      cpuMs: {
        daemon: mean(({ ours }) => ours.cpuMs),
        exchange: mean(({ ours }) => ours.exchangeCpuMs),
        peer: mean(({ theirs }) => theirs.cpuMs),
      },
      roundTrips: { daemon: mean(({ ours }) => ours.trips), peer: mean(({ theirs }) => theirs.trips) },
      peer: { latency: peer, perSecond: spreadOf(runs.map(({ theirs }) => theirs.perSecond)) },
      timesPeer: spreadOf(runs.map(({ ours, theirs }) => ours.perSecond / theirs.perSecond)),
      p99OfPeer: round(own.p99 / peer.p99),
      rssMB: await scene.daemon.rssMB("most"),
    };
  } finally {
    await scene.close();
  }
}

/** Updates far from the server: how long they take, and how long their round trips alone. */
export interface FarFigures extends Latency {
  /** Milliseconds that each answer takes longer. */
  added: number;
  /** The round trips of one update, one after the other, milliseconds. */
  floor: number;
  /** The 50th percentile by the floor. */
  timesFloor: number;
}

/** Latency with some milliseconds more for each request, at a pace that no throughput limits. */
export async function measureFar(
  protocol: Protocol,
  { messages }: Pick<Size, "messages">,
  added = 50,
): Promise<FarFigures> {
  const scene = await startScene({ protocol, latency: added });
  try {
    await scene.update(await plantLetters(scene, scene.people.length));
    const letters = await plantLetters(scene, messages);
    const before = await scene.server.requests();
    const latency = latencyOf((await scene.update(letters, 10)).map(tookOf));
    const floor = round((((await scene.server.requests()) - before) / messages) * added);
    return { ...latency, added, floor, timesFloor: round(latency.p50 / floor) };
  } finally {
    await scene.close();
  }
}

interface Flood {
  perSecond: number;
  cpuMs: number;
  exchangeCpuMs: number;
  trips: number;
}

/** How long the updates of a flood take, what they cost, and how often the server was asked. */
export async function floodOurs(scene: Scene, letters: readonly Letter[]): Promise<Flood> {
  const { server, daemon } = scene;
  const reading = async () => ({
    trips: await server.requests(),
    exchange: await server.cpuSeconds(),
    daemon: await daemon.cpuSeconds(),
  });
  const before = await reading();
  const rows = await scene.update(letters);
  const after = await reading();
  const span =
    Math.max(...rows.map(({ done = 0 }) => done)) - Math.min(...rows.map(({ arrived }) => arrived));
  const { length: count } = letters;
  return {
    perSecond: (count / span) * 1000,
    cpuMs: ((after.daemon - before.daemon) / count) * 1000,
    exchangeCpuMs: ((after.exchange - before.exchange) / count) * 1000,
    trips: (after.trips - before.trips) / count,
  };
}

async function floodTheirs(
  protocol: Protocol,
  { server }: Scene,
  letters: readonly Letter[],
): Promise<Flood> {
  const before = { trips: await server.requests(), exchange: await server.cpuSeconds() };
  const { seconds, cpuMs } = await runPeer(protocol, server, letters);
  const { length: count } = letters;
  return {
    perSecond: count / seconds,
    cpuMs: cpuMs / count,
    exchangeCpuMs: (((await server.cpuSeconds()) - before.exchange) / count) * 1000,
    trips: ((await server.requests()) - before.trips) / count,
  };
}

/** Letters by everybody in turn, their copies in Sent Items. */
export async function plantLetters(scene: Scene, count: number, people = scene.people): Promise<Letter[]> {
  const letters = lettersOf(people, count);
  await plant(scene.server, letters);
  return letters;
}

function tookOf({ arrived, done = Number.NaN }: AuditEntry): number {
  return done - arrived;
}
