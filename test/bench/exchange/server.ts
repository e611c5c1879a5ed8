import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Where an embedded Exchange answers, as `--json` prints it. */
export interface Ready {
  ews: string;
  graph: string;
  token: string;
  ca: string;
  tenantId: string;
  users: { upn: string; password: string }[];
  serviceAccount: { upn: string; password: string };
  app: { clientId: string; secret: string };
}

/** An embedded Exchange in a process of its own. */
export interface ServerProcess {
  ready: Ready;
  /** From its start until it was ready. */
  seconds: number;
  /** Resident memory, in MB. */
  rssMB: () => Promise<number>;
  /** Time on a processor since its start, in seconds. */
  cpuSeconds: () => Promise<number>;
  stop: () => Promise<void>;
}

const main = fileURLToPath(new URL("../../emulator/main.ts", import.meta.url));

/** Starts `node test/emulator/main.ts` on-premises, over plain HTTP, and waits until it is ready. @throws Error with what it said when it ends */
export async function startServer(args: string[], node: string[] = []): Promise<ServerProcess> {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [...node, main, "--on-premises", "--grant", "--insecure-http", "--json", ...args],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  child.once("close", () => resolve());
  const { value, done } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (done) throw new Error(`The embedded Exchange ended: ${errors}`);
  const seconds = (performance.now() - began) / 1000;
  return {
    ready: JSON.parse(value) as Ready,
    seconds,
    rssMB: () => residentMB(child.pid ?? 0),
    cpuSeconds: () => cpuSeconds(child.pid ?? 0),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
      if (errors !== "") throw new Error(`The embedded Exchange complained: ${errors}`);
    },
  };
}

/** @throws Error where the system has no /proc (the figures are for Linux) */
async function residentMB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024);
}

/** Linux counts in hundredths of a second. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
