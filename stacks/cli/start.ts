import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Runs another main of this checkout as a process in the foreground: same terminal, its exit code becomes ours,
 * and signals reach it. `file` is relative to the project's root.
 */
export async function startMain(
  file: string,
  args: string[],
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: "inherit", env: environment });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on("SIGTERM", forward).on("SIGINT", forward);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}
