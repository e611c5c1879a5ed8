import { closeSync, mkdirSync, openSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const beat = 1_000;
const dead = 15_000;

/** @param {string} file */
function take(file) {
  try {
    closeSync(openSync(file, "wx"));
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** The holder touches its lock every second, so an old one was left by a process that was killed. @param {string} file */
function abandoned(file) {
  const held = statSync(file, { throwIfNoEntry: false });
  return held !== undefined && Date.now() - held.mtimeMs > dead;
}

/**
 * Does `work` while no other process on this machine works under the same lock file; waits for its turn.
 * A lock whose holder was killed is taken over after 15 seconds.
 * @template T
 * @param {string} file
 * @param {{ work: () => Promise<T>, onWait: () => void }} options
 * @returns {Promise<T>}
 */
export async function locked(file, { work, onWait }) {
  mkdirSync(dirname(file), { recursive: true });
  for (let told = false; !take(file); told = true) {
    if (abandoned(file)) rmSync(file, { force: true });
    else {
      if (!told) onWait();
      await delay(250);
    }
  }
  const release = () => rmSync(file, { force: true });
  process.once("exit", release);
  const heart = setInterval(() => utimesSync(file, new Date(), new Date()), beat);
  try {
    return await work();
  } finally {
    clearInterval(heart);
    process.off("exit", release);
    release();
  }
}
