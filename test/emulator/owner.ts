import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { access, constants, mkdir, realpath, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Takes a data folder for this process, until it ends: by a local socket, which a process that dies no longer answers.
 * @throws Error when another process has the folder, or nobody can write to it
 */
export async function ownFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new Error(`the data folder ${folder} cannot be used (${code}). Choose another --data folder.`, {
      cause: error,
    });
  }
  // Socket paths are short (about 100 characters), so the folder's name is hashed.
  const name = `exchange-${createHash("sha256")
    .update(await realpath(folder))
    .digest("hex")
    .slice(0, 16)}`;
  const path = process.platform === "win32" ? String.raw`\\.\pipe\${name}` : join(tmpdir(), `${name}.sock`);
  if (await answers(path)) {
    throw new Error(
      `another embedded Exchange uses the data folder ${folder}. End it, or choose another --data folder.`,
    );
  }
  if (process.platform !== "win32") await rm(path, { force: true });
  await listen(createServer((socket) => socket.end()).unref(), path);
  if (process.platform !== "win32") process.once("exit", () => rmSync(path, { force: true }));
}

function answers(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path, () => {
    socket.destroy();
    resolve(true);
  });
  socket.on("error", () => resolve(false));
  return promise;
}

function listen(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(path, resolve);
  return promise;
}
