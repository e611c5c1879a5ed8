import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";

/** A process that the demo started and that said it is ready. */
export interface Started {
  /** The JSON line that it printed when it was ready. */
  ready: Record<string, unknown>;
  /** Resolves when it has ended, however that came about. */
  ended: Promise<void>;
  /** Asks it to end, and waits until it has. */
  stop: () => Promise<void>;
}

const running = new Set<ChildProcess>();

/**
 * Starts a main of the project under this Node, waits for the line of JSON that says it is ready, and keeps what
 * it prints after that, and its errors, in a log file.
 * @throws Error with the end of what it printed when it ends before it is ready
 */
export async function start(
  file: string,
  args: string[],
  environment: NodeJS.ProcessEnv,
  log: string,
): Promise<Started> {
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
    // A group of its own: Ctrl-C in the terminal reaches the demo, which then ends its processes in order.
    detached: true,
  });
  running.add(child);
  const out = createWriteStream(log);
  const last: string[] = [];
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  void ended.then(() => running.delete(child));
  const keep = (line: string): void => {
    out.write(`${line}\n`);
    last.push(line);
    if (last.length > 20) last.shift();
  };
  createInterface(child.stderr).on("line", keep);
  const ready = await new Promise<Record<string, unknown>>((resolve, reject) => {
    createInterface(child.stdout).on("line", (line) => {
      const object = parseObject(line);
      if (object?.["ready"] === true || object?.["ews"] !== undefined) resolve(object);
      else keep(line);
    });
    void ended.then(() => reject(new Error(`${file} ended before it was ready:\n${last.join("\n")}`)));
  });
  return {
    ready,
    ended,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      await ended;
      out.end();
    },
  };
}

/** Ends whatever is still running, at once; for the demo's last breath. */
export function endAll(): void {
  for (const child of running) child.kill("SIGKILL");
}

function parseObject(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
