import { mkdirSync } from "node:fs";
import type { Mailbox } from "../store.ts";
import {
  readDataFolder,
  startDataFolder,
  syncFiles,
  writeDirectory,
  writeMail,
  type DataFolder,
  type State,
  type TableName,
} from "./data-folder.ts";
import { noteItem } from "./mailbox-file.ts";
import { shortened } from "./shorten.ts";

/** Keeps an organization in its data folder. */
export interface Keeper {
  /** What the folder held when it was opened. */
  state: State | undefined;
  /** Begins to keep a new organization. */
  begin: (state: State) => void;
  /** Notes that an item of a mailbox changed, or (without one) that anything may have. */
  save: (mailbox?: Mailbox, itemId?: string) => void;
  /** Notes that an entry of a table came, changed or went. */
  saveEntry: (table: TableName, number: number) => void;
  /** Resolves once nothing that was noted can be lost with the process. @throws Error of the file system */
  settled: () => Promise<void>;
  /** Resolves once everything is on the disk, directory and configuration included. @throws Error of the file system */
  flush: () => Promise<void>;
  /** Resolves when no file is being written anew. */
  shortened: () => Promise<void>;
}

/** What nobody waits for is written so much later. */
const quietMs = 200;

/** Opens a data folder (made when missing); without a path nothing is kept. @throws Error when the folder is damaged or of another format. */
export function openKeeper(path: string | undefined): Keeper {
  if (path === undefined) {
    const nothing = async (): Promise<void> => {};
    const ignore = (): void => {};
    return {
      state: undefined,
      begin: ignore,
      save: ignore,
      saveEntry: ignore,
      settled: nothing,
      flush: nothing,
      shortened: nothing,
    };
  }
  mkdirSync(path, { recursive: true, mode: 0o700 });
  let folder: DataFolder | undefined = readDataFolder(path);
  const changed = new Set<Mailbox>();
  let entries = false;
  let loosely = false;
  /** Directory or configuration may have changed. */
  let due = false;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const write = (): void => {
    if (!folder || (changed.size === 0 && !entries && !loosely)) return;
    writeMail(folder, changed, loosely);
    changed.clear();
    entries = false;
    loosely = false;
  };
  const writeAll = async (): Promise<void> => {
    if (!folder) return;
    loosely = true;
    due = false;
    write();
    await writeDirectory(folder);
    await syncFiles(folder);
  };
  const writeMailOnly = async (): Promise<void> => {
    write();
    if (folder) await syncFiles(folder);
  };
  /** Calls during a write share the next one. */
  const flush = (): Promise<void> => {
    next ??= (async () => {
      await running?.catch(() => {});
      running = next;
      next = undefined;
      clearTimeout(timer);
      timer = undefined;
      await writeAll();
    })();
    return next;
  };
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      (due ? flush() : writeMailOnly()).catch((error: unknown) =>
        process.stderr.write(`The state could not be written to ${path}: ${String(error)}\n`),
      );
    }, quietMs);
  };
  return {
    state: folder?.state,
    begin: (state) => void (folder = startDataFolder(path, state)),
    save: (mailbox, itemId) => {
      const file = mailbox && folder?.mailboxes.get(mailbox);
      if (file && itemId !== undefined) {
        noteItem(file, itemId);
        changed.add(mailbox);
      } else loosely = due = true;
      soon();
    },
    saveEntry: (table, number) => {
      folder?.tables[table].pending.add(number);
      entries = true;
      soon();
    },
    settled: async () => write(),
    flush,
    shortened: () => shortened(folder?.mailboxes.values() ?? []),
  };
}
