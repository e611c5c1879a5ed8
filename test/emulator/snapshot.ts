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

/** Grows whenever a snapshot that was written before can no longer be read. */
const format = 3;

/** Opens the snapshot of a data folder (made when missing); without a folder nothing is kept. @throws Error when the file is damaged or of another format. */
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
      await replace(file, serialize({ format, ...state() }));
    })();
    return next;
  };
  return {
    state: await read(folder, file),
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

async function read(folder: string, file: string): Promise<State | undefined> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!bytes) return undefined;
  let found: (State & { format?: number }) | undefined;
  try {
    found = deserialize(bytes) as typeof found;
  } catch (error) {
    throw new Error(`The snapshot ${file} is damaged: delete it to start from the seed again.`, {
      cause: error,
    });
  }
  if (found?.format !== format)
    throw new Error(
      `The data folder ${folder} holds a snapshot of another format (${found?.format ?? "none"}; ${format} is wanted): delete the folder to start from the seed again.`,
    );
  return found;
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
