import { openClient, type BenchClient } from "./client.ts";
import { latencyOf, round, spreadOf, throughput, timed, type Latency, type Spread } from "./figures.ts";
import { startServer, type ServerProcess } from "./server.ts";

export interface Size {
  /** Mailboxes. */
  people: number;
  /** Messages in each. */
  items: number;
  /** Messages in the one mailbox with a large folder; 0 for none. */
  large: number;
  /** Mailboxes whose messages are all changed first, so that they lie in files instead of being made up. */
  real: number;
  /** Single calls per latency measurement. */
  calls: number;
  /** Milliseconds per throughput measurement. */
  milliseconds: number;
  repetitions: number;
}

export interface Figures {
  mailboxes: number;
  items: number;
  /** Of these, so many lie in files; where the benchmark made them. */
  realItems?: number;
  /** From the start of the process until it answers, with a data folder that is there. */
  loadSeconds: number;
  rssMB: { start: number; allTouched: number };
  /** The newest page of Sent Items, 10 and 50 messages, each of the repetitions' 99th percentiles in `p99Spread`. */
  findItem: Latency & { p99Spread: Spread };
  findItem50: Latency & { p99Spread: Spread };
  /** The same with the large folder. */
  findItemLarge?: Latency & { items: number };
  graphList: Latency & { p99Spread: Spread };
  updateItemPerSecond: Spread;
  graphPatchPerSecond: Spread;
  /** Time on a processor for each UpdateItem, milliseconds, and what kept the rate from being higher. */
  updateItemCpuMs: { server: number; client: number };
  bound: string;
}

const workers = 16;

/** Measures an organization in a data folder that is there already, from the start of its process on. */
export async function measure(data: string, size: Size): Promise<Figures> {
  const server = await startServer(["--insecure-http", "--data", data]);
  const client = await openClient(server.ready);
  const people = server.ready.users.length;
  try {
    const start = await server.rssMB();
    for (let user = 0; user < people; user++) await client.newestPage(user);
    const allTouched = await server.rssMB();
    const page = (items: number) => latencies(size, (turn) => client.newestPage(turn % people, items));
    const findItem = await page(10);
    const findItem50 = await page(50);
    const graphList = await latencies(size, (turn) => client.listMessages(turn % people));
    const update = await updates(server, client, size);
    return {
      mailboxes: people,
      items: size.items * people,
      loadSeconds: round(server.seconds),
      rssMB: { start, allTouched },
      findItem,
      findItem50,
      graphList,
      ...update,
      graphPatchPerSecond: await patches(client, size),
    };
  } finally {
    await client.close();
    await server.stop();
  }
}

async function latencies(
  { calls, repetitions }: Size,
  call: (turn: number) => Promise<unknown>,
): Promise<Latency & { p99Spread: Spread }> {
  const all: number[][] = [];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const taken: number[] = [];
    for (let turn = 0; turn < calls; turn++) taken.push(await timed(() => call(turn)));
    all.push(taken);
  }
  return { ...latencyOf(all.flat()), p99Spread: spreadOf(all.map((each) => latencyOf(each).p99)) };
}

async function updates(
  server: ServerProcess,
  client: BenchClient,
  { milliseconds, repetitions }: Size,
): Promise<Pick<Figures, "updateItemPerSecond" | "updateItemCpuMs" | "bound">> {
  const ids = await Promise.all(Array.from({ length: workers }, (_, user) => client.newestPage(user, 20)));
  const rates: number[] = [];
  let [done, wall] = [0, 0];
  const before = { server: await server.cpuSeconds(), client: process.cpuUsage() };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const rate = await throughput(milliseconds, workers, async (worker, turn) => {
      const own = ids[worker] ?? [];
      await client.update(worker, own[turn % own.length]?.id ?? "");
      done += 1;
    });
    rates.push(rate);
    wall += milliseconds / 1000;
  }
  const used = process.cpuUsage(before.client);
  const cpu = {
    server: (await server.cpuSeconds()) - before.server,
    client: (used.user + used.system) / 1e6,
  };
  return {
    updateItemPerSecond: spreadOf(rates),
    updateItemCpuMs: { server: round((cpu.server / done) * 1000), client: round((cpu.client / done) * 1000) },
    bound: boundOf(cpu.server / wall, cpu.client / wall),
  };
}

/** Shares of one processor. */
function boundOf(server: number, client: number): string {
  const told = `server ${Math.round(server * 100)} %, client ${Math.round(client * 100)} % of a processor`;
  if (server > 0.85) return `the server's one thread (${told})`;
  if (client > 0.85) return `the client's one thread (${told})`;
  return `the machine, which others use too (${told})`;
}

async function patches(client: BenchClient, { milliseconds, repetitions }: Size): Promise<Spread> {
  const ids = await Promise.all(Array.from({ length: workers }, (_, user) => client.listMessages(user, 20)));
  const rates: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++)
    rates.push(
      await throughput(milliseconds, workers, async (worker, turn) => {
        const own = ids[worker] ?? [];
        await client.patchMessage(worker, own[turn % own.length] ?? "");
      }),
    );
  return spreadOf(rates);
}

/** The newest page of one large folder. */
export async function measureLarge({ large, calls }: Size): Promise<Latency & { items: number }> {
  const server = await startServer(["--insecure-http", "--people", "1", "--items", String(large)]);
  const client = await openClient(server.ready);
  try {
    // The first look makes the messages.
    await client.newestPage(0);
    const taken: number[] = [];
    for (let turn = 0; turn < calls; turn++) taken.push(await timed(() => client.newestPage(0)));
    return { ...latencyOf(taken), items: await client.countSent(0) };
  } finally {
    await client.close();
    await server.stop();
  }
}

/** Makes a data folder: people with made-up messages, changed where they are to be real; answers how many. */
export async function prepare(data: string, { people, items, real }: Size): Promise<number> {
  const server = await startServer([
    "--insecure-http",
    "--people",
    String(people),
    "--items",
    String(items),
    "--data",
    data,
  ]);
  const client = await openClient(server.ready);
  try {
    let changed = 0;
    for (let user = 0; user < Math.min(real, people); user++) changed += await client.touchAll(user);
    return changed;
  } finally {
    await client.close();
    await server.stop();
  }
}
