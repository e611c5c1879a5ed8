import { closeSync, fsyncSync, openSync, readdirSync } from "node:fs";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";

/** What PGlite's file system in Node lacks: a way to have a file written out. */
interface NodeFiles {
  stream_ops: { fsync?: (stream: { nfd: number }) => void };
}

/**
 * Opens a PGlite database that survives a loss of power. As it comes, PGlite starts PostgreSQL with `fsync` off (-F)
 * and its file system in Node answers a call of fsync without doing anything.
 */
export async function openDurable(folder: string): Promise<PGlite> {
  const pglite = await PGlite.create({
    dataDir: folder,
    startParams: [
      ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
      // fdatasync, the default, never reaches the file system.
      "-c",
      "wal_sync_method=fsync",
      "-c",
      "max_wal_size=256MB",
    ],
  });
  const { NODEFS } = pglite.Module as unknown as { NODEFS: NodeFiles };
  NODEFS.stream_ops.fsync = ({ nfd }) => fsyncSync(nfd);
  // What was written until here was not: the files of a new database, or those of a recovery.
  writeOut(folder);
  return pglite;
}

function writeOut(folder: string): void {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    // Windows does not let folders be opened.
    if (!entry.isFile() && !(entry.isDirectory() && process.platform !== "win32")) continue;
    const file = openSync(path.join(entry.parentPath, entry.name), entry.isFile() ? "r+" : "r");
    fsyncSync(file);
    closeSync(file);
  }
}
