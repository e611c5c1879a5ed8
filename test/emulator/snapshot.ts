import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { Environment } from "./organization.ts";
import type { Store } from "./store.ts";

/** Everything that survives a restart. */
export interface State {
  environment: Environment;
  authority: { ca: string; key: string };
  store: Store;
}

export interface Snapshot {
  /** What the folder held when it was opened. */
  state: State | undefined;
  /** Resolves once the state is on disk; calls during a write share the next one. */
  write: (state: () => State) => Promise<void>;
  /** Writes a moment later, once for many calls. */
  later: (state: () => State) => void;
}

const quietMs = 200;

/** Opens the snapshot of a data folder (made when missing); without a folder nothing is kept. @throws Error when the file is damaged. */
export async function openSnapshot(folder: string | undefined): Promise<Snapshot> {
  if (folder === undefined) return { state: undefined, write: async () => {}, later: () => {} };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, "organization.bin");
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const write = (state: () => State): Promise<void> => {
    next ??= (async () => {
      await running?.catch(() => {});
      running = next;
      next = undefined;
      clearTimeout(timer);
      timer = undefined;
      await replace(file, serialize(state()));
    })();
    return next;
  };
  return {
    state: await read(file),
    write,
    later: (state) => {
      timer ??= setTimeout(() => {
        timer = undefined;
        write(state).catch((error: unknown) =>
          process.stderr.write(`The state could not be written to ${file}: ${String(error)}\n`),
        );
      }, quietMs);
    },
  };
}

async function read(file: string): Promise<State | undefined> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!bytes) return undefined;
  try {
    return deserialize(bytes) as State;
  } catch (error) {
    throw new Error(`The snapshot ${file} is damaged: delete it to start from the seed again.`, {
      cause: error,
    });
  }
}

async function replace(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(`${file}.new`, "w", 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
}
