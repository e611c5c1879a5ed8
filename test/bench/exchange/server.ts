import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { request } from "undici";
import { cpuSeconds, residentMB } from "../process-figures.ts";

/** Where an embedded Exchange answers, as `--json` prints it. */
export interface Ready {
  ews: string;
  graph: string;
  token: string;
  /** Where it is steered from. */
  control: { url: string; token: string };
  ca: string;
  tenantId: string;
  users: { upn: string; password: string }[];
  serviceAccount: { upn: string; password: string };
  app: { clientId: string; secret: string };
  /** Files of the hosts that somebody else serves (`--host`), PEM. */
  certificates: Record<string, { key: string; certificate: string }>;
}

/** An embedded Exchange in a process of its own. */
export interface ServerProcess {
  ready: Ready;
  /** PEM of its authority. */
  ca: string;
  /** From its start until it was ready. */
  seconds: number;
  /** HTTP requests since its start, but for those of tokens. */
  requests: () => Promise<number>;
  /** Resident memory, in MB. */
  rssMB: () => Promise<number>;
  /** Time on a processor since its start, in seconds. */
  cpuSeconds: () => Promise<number>;
  stop: () => Promise<void>;
}

const main = fileURLToPath(new URL("../../emulator/main.ts", import.meta.url));

/** Starts `node test/emulator/main.ts` on-premises and waits until it is ready. @throws Error with what it said when it ends */
export async function startServer(args: string[], node: string[] = []): Promise<ServerProcess> {
  const began = performance.now();
  const child = spawn(process.execPath, [...node, main, "--on-premises", "--grant", "--json", ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  child.once("close", () => resolve());
  const { value, done } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (done) throw new Error(`The embedded Exchange ended: ${errors}`);
  const seconds = (performance.now() - began) / 1000;
  const ready = JSON.parse(value) as Ready;
  return {
    ready,
    ca: await readFile(ready.ca, "utf8"),
    seconds,
    requests: async () => {
      const { url, token } = ready.control;
      const answer = await request(`${url}/requests`, {
        headers: { authorization: `Bearer ${token}` },
        // A kept connection may have been closed meanwhile.
        reset: true,
      });
      const { "onPremises ews": ews = 0, "onPremises v1.0": graph = 0 } =
        (await answer.body.json()) as Record<string, number>;
      return ews + graph;
    },
    rssMB: () => residentMB(child.pid ?? 0),
    cpuSeconds: () => cpuSeconds(child.pid ?? 0),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      if (errors !== "") throw new Error(`The embedded Exchange complained: ${errors}`);
    },
  };
}
