import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const beat = 1_000;
const dead = 15_000;

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, `${hostname()} ${process.pid}`, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

/** Whether the holder was killed: its process is gone, or (another machine, a container) it stopped touching the file. @param {string} file */
function abandoned(file) {
  const held = statSync(file, { throwIfNoEntry: false });
  if (!held) return false;
  if (Date.now() - held.mtimeMs > dead) return true;
  try {
    const [host, pid] = readFileSync(file, "utf8").split(" ");
    if (host === hostname()) process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

/**
 * Does `work` while no other process works under the same lock file; waits for its turn. The lock of a process that
 * was killed is taken over.
 * @template T
 * @param {string} file
 * @param {{ work: () => Promise<T>, onWait: () => void }} options
 * @returns {Promise<T>}
 */
export async function locked(file, { work, onWait }) {
  mkdirSync(dirname(file), { recursive: true });
  for (let told = false; !take(file);) {
    if (abandoned(file)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) onWait();
    told = true;
    await delay(250);
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
