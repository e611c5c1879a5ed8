import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Puts bytes in the place of a file; whoever looks sees the old ones or the new ones. It outlives the process, and a power failure soon after. */
export function replaceFile(file: string, bytes: Uint8Array): void {
  const descriptor = openSync(`${file}.new`, "w", 0o600);
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${file}.new`, file);
}

/** The same, and on disk before it resolves. */
export async function replaceFileSafely(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(`${file}.safe`, "w", 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.safe`, file);
  syncFolder(dirname(file));
}

/** A new name is on disk only with its folder; Windows has no such thing. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The bytes of a file; undefined where there is none. */
export function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
