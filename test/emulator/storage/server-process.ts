import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** An embedded Exchange in a process of its own, for tests that kill it. */
export interface ServerProcess<Ready> {
  /** What it printed when it was ready. */
  ready: Ready;
  /** Ends it at once (SIGKILL), wherever it is; resolves when it is gone. */
  kill: () => Promise<void>;
}

/** Starts `main.ts` on-premises, over plain HTTP, with a data folder. @throws Error with what it said when it ends before it is ready */
export async function startServerProcess<Ready>(
  dataFolder: string,
  args: string[] = [],
): Promise<ServerProcess<Ready>> {
  const main = fileURLToPath(new URL("../main.ts", import.meta.url));
  const usual = ["--on-premises", "--insecure-http", "--json", "--data", dataFolder];
  const child = spawn(process.execPath, [main, ...usual, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const { value, done } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (done) throw new Error(errors);
  return {
    ready: JSON.parse(value) as Ready,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      child.once("exit", () => resolve());
      child.kill("SIGKILL");
      await promise;
    },
  };
}
