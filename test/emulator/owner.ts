import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { access, constants, mkdir, realpath, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Takes a data folder for this process, until it ends: by a local socket that nobody else can listen at meanwhile.
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
  // Names of sockets are short (about 100 characters), so the folder's is hashed.
  const digest = createHash("sha256")
    .update(await realpath(folder))
    .digest("hex");
  const { path, isFile } = addressFor(`exchange-${digest.slice(0, 16)}`);
  if (isFile && !(await answers(path))) await rm(path, { force: true });
  try {
    await listen(createServer((socket) => socket.end()).unref(), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    throw new Error(
      `another embedded Exchange uses the data folder ${folder}. End it, or choose another --data folder.`,
      { cause: error },
    );
  }
  if (isFile) process.once("exit", () => rmSync(path, { force: true }));
}

/** Linux and Windows have names that vanish with their process, however it ends; elsewhere a file stays when it is killed. */
function addressFor(name: string): { path: string; isFile: boolean } {
  switch (process.platform) {
    case "linux":
      return { path: `\0${name}`, isFile: false };
    case "win32":
      return { path: `\\\\.\\pipe\\${name}`, isFile: false };
    default:
      return { path: join(tmpdir(), `${name}.sock`), isFile: true };
  }
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
