import { createHash, randomUUID } from "node:crypto";
import { link, realpath, rename, unlink } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { Fault } from "../fault.ts";

/** Who holds a data folder. */
export interface Owner {
  release: () => Promise<void>;
}

/**
 * Takes a data folder for this process: a listening socket in it that says who listens, and that the kernel closes
 * when the process dies, however it dies.
 * @throws Fault DATA_FOLDER_IN_USE naming the process that holds it
 */
export async function own(folder: string): Promise<Owner> {
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.end(`process ${process.pid}`);
  });
  server.unref();
  return process.platform === "win32" ? ownPipe(server, folder) : ownSocket(server, folder);
}

/** A named pipe exists exactly as long as its process, so taking its name is all there is to do. */
async function ownPipe(server: net.Server, folder: string): Promise<Owner> {
  const pipe = `\\\\.\\pipe\\siu-${createHash("sha256")
    .update(await realpath(folder))
    .digest("hex")}`;
  await listen(server, pipe).catch(async (error: unknown) => {
    throw inUse(folder, (await holder(pipe)) ?? "another process", error);
  });
  return { release: () => close(server) };
}

/**
 * A socket's file outlives its process, so it is bound under a name of its own and then linked to the one that
 * counts: only one of two processes can make that link. What nobody answers at any more is moved out of the way.
 */
async function ownSocket(server: net.Server, folder: string): Promise<Owner> {
  const wanted = path.join(folder, "owner.sock");
  const mine = path.join(folder, `${randomUUID().slice(0, 8)}.sock`);
  await listen(server, mine).catch((error: unknown) => {
    throw new Fault(
      "UNEXPECTED",
      `No socket can be made in the data folder '${folder}'; is its path longer than 90 characters?`,
      {
        cause: error,
      },
    );
  });
  try {
    while (!(await linked(mine, wanted))) {
      const who = await holder(wanted);
      if (who !== undefined) throw inUse(folder, who);
      const stale = `${mine}.stale`;
      await rename(wanted, stale).catch(ignoreMissing);
      // Somebody may have taken the folder between the two calls: then it was theirs that was moved, and goes back.
      if ((await holder(stale)) !== undefined) await link(stale, wanted);
      await unlink(stale).catch(ignoreMissing);
    }
  } catch (error) {
    await close(server);
    throw error;
  } finally {
    await unlink(mine).catch(ignoreMissing);
  }
  return {
    release: async () => {
      await unlink(wanted).catch(ignoreMissing);
      await close(server);
    },
  };
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** What the process at a socket says of itself; undefined when nobody listens there. */
async function holder(address: string): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  let said = "";
  const socket = net.connect(address);
  socket.setEncoding("utf8").on("data", (text: string) => (said += text));
  socket.on("error", () => resolve(undefined)).on("end", () => resolve(said || "another process"));
  return promise.finally(() => socket.destroy());
}

function inUse(folder: string, who: string, cause?: unknown): Fault {
  return new Fault(
    "DATA_FOLDER_IN_USE",
    `The data folder '${folder}' is in use by ${who}. Stop that daemon, or give this one another folder (SIU_DATA).`,
    { cause },
  );
}

async function listen(server: net.Server, address: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(address, resolve);
  await promise;
}

function close(server: net.Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
}
