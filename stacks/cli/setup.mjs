#!/usr/bin/env node
// Runs before anything is installed: plain JavaScript, no dependencies, Node 20 or newer.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

if (Number(process.versions.node.split(".")[0]) < 20) {
  console.error(
    `set-up: Node ${process.versions.node} is too old; install Node 20 or newer: https://nodejs.org`,
  );
  process.exit(1);
}

const { ensureDependencies, nodeOf } = await import("./setup/dependencies.mjs");
const { ensurePulumi } = await import("./setup/pulumi.mjs");
const { SetupError } = await import("./setup/process.mjs");

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** @param {NodeJS.Signals} signal */
const stop = (signal) => process.exit(128 + constants.signals[signal]);
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.once(signal, stop);

try {
  /** @type {NodeJS.ProcessEnv} */
  const environment = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  await ensureDependencies(root, environment);
  const pulumi = await ensurePulumi(root, environment);
  const path = [pulumi, join(root, "node_modules", ".bin"), environment["PATH"]].join(delimiter);
  const flag = process.argv.indexOf("--then");
  if (flag > 0) follow(process.argv.slice(flag + 1), { ...environment, PATH: path });
} catch (error) {
  // Anything without a system's error code (ENOSPC, EACCES ...) is a bug and shows where it is.
  if (!(error instanceof SetupError || (error instanceof Error && "code" in error))) throw error;
  console.error(`set-up: ${error.message}`);
  process.exitCode = 1;
}

/**
 * Becomes, as far as Node lets it, the program that was asked for: a script of the project under Node 24, or
 * another program from the PATH.
 * @param {string[]} command
 * @param {NodeJS.ProcessEnv} env
 */
function follow([program = "", ...args], env) {
  const script = /\.m?[jt]s$/.test(program);
  const child = script
    ? spawn(nodeOf(root), [join(root, program), ...args], { env, stdio: "inherit" })
    : spawn(program, args, { env, stdio: "inherit" });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.off(signal, stop);
    // Ctrl-C on a terminal reaches the child without us; anything else is handed on.
    process.on(signal, () => (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  child.once("error", (error) => {
    console.error(`set-up: cannot run ${program}: ${error.message}`);
    process.exitCode = 1;
  });
  child.once(
    "close",
    (code, signal) => (process.exitCode = code ?? 128 + constants.signals[signal ?? "SIGTERM"]),
  );
}
