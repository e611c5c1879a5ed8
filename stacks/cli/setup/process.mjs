import { spawn } from "node:child_process";

/** A failure that the operator can mend; its message says how. */
export class SetupError extends Error {}

/**
 * What a program left behind. `missing` tells that there is no such program; `output` is the end of both streams,
 * `answer` that of standard output alone.
 * @typedef {{ code: number, output: string, answer: string, missing: boolean, timedOut: boolean }} Outcome
 */

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
const kept = 20_000;

// A group of its own lets set-up end a program with everything that it started (npm's scripts, a shell's curl).
const ownGroup = process.platform !== "win32";

/** @param {import("node:child_process").ChildProcess} child */
function end(child) {
  try {
    if (ownGroup && child.pid) process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}

process.once("exit", () => running.forEach(end));

/**
 * Runs a program to its end, without input; never rejects. `timeout` is in milliseconds.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv, cwd: string, timeout?: number }} options
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { env, cwd, timeout }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env,
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      detached: ownGroup,
      shell: !ownGroup, // npm and go are .cmd files on Windows
    });
    running.add(child);
    let output = "";
    let answer = "";
    let timedOut = false;
    const timer = timeout
      ? setTimeout(() => {
          timedOut = true;
          end(child);
        }, timeout)
      : undefined;
    /** @param {number} code @param {boolean} missing */
    const settle = (code, missing) => {
      clearTimeout(timer);
      running.delete(child);
      resolve({ code, output: output.trim(), answer: answer.trim(), missing, timedOut });
    };
    child.stdout.setEncoding("utf8").on("data", (chunk) => {
      output = (output + chunk).slice(-kept);
      answer = (answer + chunk).slice(-kept);
    });
    child.stderr.setEncoding("utf8").on("data", (chunk) => (output = (output + chunk).slice(-kept)));
    child.once("error", (error) => {
      output = error.message;
      settle(1, "code" in error && error.code === "ENOENT");
    });
    child.once("close", (code) => settle(code ?? 1, false));
  });
}
