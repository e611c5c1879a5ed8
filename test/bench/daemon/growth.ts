import { latencyOf, round } from "../exchange/figures.ts";
import { fillQueue } from "./backlog.ts";
import { lettersOf, type Letter } from "./letter.ts";
import { floodOurs } from "./measure.ts";
import { plant } from "./plant.ts";
import { startScene, type Scene, type SceneOptions } from "./scene.ts";

/** Sizes of what grows. */
export interface GrowthSizes {
  "items in a mailbox": number[];
  mailboxes: number[];
  "jobs waiting": number[];
  "messages of 25 MB at once": number[];
}

/** What an update costs at one size of something that grows. */
export interface Growth {
  what: keyof GrowthSizes;
  size: number;
  updates: number;
  perSecond: number;
  /** Time on a processor for each update, milliseconds: growth shows in it whoever else uses the machine. */
  cpuMs: { daemon: number; exchange: number };
  /** The most memory that the daemon had, MB. */
  rssMB: number;
}

const large = 25 * 2 ** 20;

/** One scene for each size, smallest first. `updates` for each figure; as many as there are mailboxes, where those are more. */
export async function measureGrowth(
  sizes: GrowthSizes,
  updates: number,
  told: (growth: Growth) => void,
): Promise<Growth[]> {
  const all: Growth[] = [];
  const measure = async (
    what: keyof GrowthSizes,
    size: number,
    options: Omit<SceneOptions, "protocol">,
    work: (scene: Scene) => Promise<Omit<Growth, "what" | "size" | "rssMB">>,
  ): Promise<void> => {
    const scene = await startScene({ protocol: "ews", ...options });
    try {
      const growth = { what, size, ...(await work(scene)), rssMB: await scene.daemon.rssMB("most") };
      told(growth);
      all.push(growth);
    } finally {
      await scene.close();
    }
  };
  const flood = async (scene: Scene, letters: readonly Letter[]) => {
    await plant(scene.server, letters);
    const { perSecond, cpuMs, exchangeCpuMs } = await floodOurs(scene, letters);
    return {
      updates: letters.length,
      perSecond: round(perSecond),
      cpuMs: { daemon: round(cpuMs), exchange: round(exchangeCpuMs) },
    };
  };

  for (const size of sizes["items in a mailbox"])
    await measure("items in a mailbox", size, { people: 1, items: size }, async (scene) => {
      // The first look makes the messages.
      await flood(scene, lettersOf(scene.people, 20));
      return flood(scene, lettersOf(scene.people, updates));
    });
  for (const size of sizes.mailboxes)
    await measure("mailboxes", size, { people: size }, async (scene) => {
      await flood(scene, lettersOf(scene.people, 20));
      return flood(scene, lettersOf(scene.people, Math.max(updates, size)));
    });
  for (const size of sizes["jobs waiting"]) {
    let letters: Letter[] = [];
    const prepare: SceneOptions["prepare"] = async (folder, { ready, ca }) => {
      letters = lettersOf(
        ready.users.map(({ upn }) => upn),
        updates,
      );
      await plant({ ready, ca }, letters);
      await fillQueue(folder, letters, size);
    };
    await measure("jobs waiting", size, { prepare }, async ({ ended, daemon, server }) => {
      const before = { daemon: await daemon.cpuSeconds(), exchange: await server.cpuSeconds() };
      const done = (await ended(letters)).map((row) => row.done ?? Number.NaN);
      const cpu = (now: number, then: number): number => round(((now - then) / updates) * 1000);
      return {
        updates,
        perSecond: round(((updates - 1) / (latencyOf(done).max - Math.min(...done))) * 1000),
        cpuMs: {
          daemon: cpu(await daemon.cpuSeconds(), before.daemon),
          exchange: cpu(await server.cpuSeconds(), before.exchange),
        },
      };
    });
  }
  for (const size of sizes["messages of 25 MB at once"])
    await measure("messages of 25 MB at once", size, {}, (scene) =>
      flood(scene, lettersOf(scene.people, size, { attached: large })),
    );
  return all;
}
