import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { World } from "../emulator/world.ts";
import { type PostgresServer, startPostgres } from "../postgres/server.ts";
import { type Fleet, openFleet } from "./fleet.ts";
import { openPost, type Post } from "./post.ts";
import type { Random } from "./random.ts";
import { environmentOf, listener, openWorld, writers } from "./stage.ts";
import { openWitness, type Witness } from "./witness.ts";

/** Everything that a drill takes place on, running. */
export interface Ground {
  world: World;
  fleet: Fleet;
  witness: Witness;
  post: Post;
  /** Where several daemons share a queue. */
  postgres?: PostgresServer;
  /** Ends all of it, and leaves nothing behind. */
  close: () => Promise<void>;
}

/** Starts it: one daemon with a queue in its own folder, or several over a PostgreSQL server. */
export async function openGround(daemons: number, random: Random): Promise<Ground> {
  const open: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const end of open.splice(0).toReversed()) await end();
  };
  const keep = <Part extends { close: () => unknown }>(part: Part): Part => {
    open.push(() => part.close());
    return part;
  };
  try {
    const folder = await mkdtemp(path.join(os.tmpdir(), "drill-"));
    open.push(() => rm(folder, { recursive: true }));
    const world = keep(await openWorld());
    const { organization, onPremises, online } = world;
    const postgres = daemons > 1 ? keep(await startPostgres()) : undefined;
    const host = (url = ""): string => `127.0.0.1:${new URL(url).port}`;
    const fleet = keep(
      await openFleet({
        folder,
        count: daemons,
        random,
        servers: { onPremises: host(onPremises.ews), online: host(online?.graph) },
        environment: await environmentOf(world),
        ...(postgres && { database: await postgres.database() }),
      }),
    );
    organization.hosts.set(listener, `127.0.0.1:${fleet.intake}`);
    await fleet.start();
    const witness = keep(openWitness(organization));
    const post = keep(openPost(world, writers));
    return { world, fleet, witness, post, ...(postgres && { postgres }), close };
  } catch (error) {
    await close();
    throw error;
  }
}
