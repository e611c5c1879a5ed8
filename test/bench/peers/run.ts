import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Letter } from "../daemon/letter.ts";
import type { Protocol } from "../daemon/scene.ts";
import type { Ready, ServerProcess } from "../exchange/server.ts";

/** Where a peer works, and as whom. */
export type PeerAccess = Pick<Ready, "ews" | "graph" | "token" | "serviceAccount" | "app">;

/** Brings HTML into the copy of a message in somebody's Sent Items, and answers what the copy shows when it is read again. */
export type Update = (mailbox: string, messageId: string, html: string) => Promise<string>;

/** What a peer's process is told. */
export interface PeerWork extends PeerAccess {
  protocol: Protocol;
  letters: Pick<Letter, "from" | "messageId" | "stamped">[];
  /** As soon as it can, unless given. */
  perSecond?: number;
}

/** What it answers: how long each update took from its arrival on, and all of them. */
export interface PeerResult {
  milliseconds: number[];
  seconds: number;
  cpuMs: number;
}

const main = fileURLToPath(new URL("main.ts", import.meta.url));

/** The same updates by a script over the usual library, in a process of its own. @throws Error with what it said */
export async function runPeer(
  protocol: Protocol,
  { ready }: ServerProcess,
  letters: readonly Letter[],
  perSecond?: number,
): Promise<PeerResult> {
  const { ews, graph, token, serviceAccount, app } = ready;
  const work: PeerWork = {
    protocol,
    ews,
    graph,
    token,
    serviceAccount,
    app,
    letters: letters.map(({ from, messageId, stamped }) => ({ from, messageId, stamped })),
    ...(perSecond !== undefined && { perSecond }),
  };
  const folder = await mkdtemp(join(tmpdir(), "peer-"));
  try {
    const file = join(folder, "work.json");
    await writeFile(file, JSON.stringify(work));
    const { stdout } = await promisify(execFile)(process.execPath, [main, file], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: ready.ca },
      maxBuffer: 2 ** 26,
    });
    return JSON.parse(stdout) as PeerResult;
  } finally {
    await rm(folder, { recursive: true });
  }
}
