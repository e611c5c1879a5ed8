import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import cli from "pulumi/package.json" with { type: "json" };
import { pulumiFolder } from "./setup/pulumi.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** The folder of the CLI itself, since the npm package's script hands on no signal. */
export const installation = (): string => pulumiFolder(process.env, cli.version);

/** An environment in which the CLI, its language host and Node 24 are found. */
export function withPrograms(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const folders = [join(installation(), "bin"), join(root, "node_modules", ".bin"), environment["PATH"]];
  return { ...environment, PATH: folders.join(delimiter) };
}

/** How a run of the CLI ended. */
export interface Ran {
  code: number;
  pid: number | undefined;
  /** Whether a signal ended it, out of order. */
  killed: boolean;
}

/** Runs the CLI in the project; `quiet` keeps what it says on standard output. @throws Error when it is missing */
export function pulumi(args: string[], environment: NodeJS.ProcessEnv, quiet = false): Promise<Ran> {
  const interactive = process.stdin.isTTY;
  const child = spawn("pulumi", args, {
    cwd: root,
    env: withPrograms(environment),
    stdio: ["inherit", quiet ? "ignore" : "inherit", "inherit"],
    // A group of its own can be ended whole; on a terminal it could not ask questions, and Ctrl-C reaches all anyway.
    detached: !interactive && process.platform !== "win32",
  });
  // Pulumi ends in order on SIGINT, and we with it. A terminal sends Ctrl-C to both.
  process.on("SIGINT", () => void (interactive || child.kill("SIGINT")));
  process.on("SIGTERM", () => void child.kill("SIGINT"));
  return new Promise((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new Error("The Pulumi CLI is missing. Run: npm run setup", { cause })),
    );
    // Not `close`: what a killed CLI leaves running holds its streams open.
    child.once("exit", (code, signal) => {
      if (signal !== null && !interactive) endGroup(child.pid);
      resolve({ code: code ?? 1, pid: child.pid, killed: signal !== null });
    });
  });
}

/** Ends the plugins of a CLI that was killed. */
function endGroup(leader: number | undefined): void {
  if (leader === undefined || process.platform === "win32") return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    // Nobody was left.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
