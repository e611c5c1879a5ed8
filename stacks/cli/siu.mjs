#!/usr/bin/env node
// Runs before it is known which Node this is: plain JavaScript. `siu` itself needs the Node that set-up brings.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeOf } from "./setup/dependencies.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const node = nodeOf(root);

if (existsSync(node)) {
  const main = join(root, "stacks", "cli", "main.ts");
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    // Ctrl-C on a terminal reaches the child without us; anything else is handed on.
    process.on(
      signal,
      () => void (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal)),
    );
  }
  // npx ends its shell, and the shell ends without a word to us: whoever stops npx means us as well.
  const parent = process.ppid;
  const orphaned = () => process.ppid !== parent && child.kill("SIGTERM");
  const watch = process.env["npm_command"] === "exec" ? setInterval(orphaned, 200) : undefined;
  child.once("close", (code, signal) => {
    clearInterval(watch);
    process.exitCode = code ?? 128 + (signal === null ? 1 : constants.signals[signal]);
  });
} else {
  process.stderr.write("siu: this checkout is not set up yet. Run: npm run setup\n");
  process.exitCode = 1;
}
