import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { Environment } from "../organization.ts";
import { createSide, type Mailbox, type Side, type SideName, type Store } from "../store.ts";
import {
  closeMailboxFile,
  createMailboxFile,
  hangMailbox,
  writeChanges,
  type MailboxFile,
  type Shared,
} from "./mailbox-file.ts";
import { openSegment, overwrite, syncSegment, type Segment } from "./segment.ts";
import { shorten } from "./shorten.ts";
import { openTable, writeTable, type TableFile } from "./table-file.ts";
import { openTraceFile, writeTrace, type TraceFile } from "./trace-file.ts";
import { readIfThere, replaceFile, replaceFileSafely } from "./whole-file.ts";

/** Everything that survives a restart. */
export interface State {
  environment: Environment;
  authority: { ca: string; key: string };
  store: Store;
}

/** Parts of the store whose entries come and go all the time: mail, notifications and attachments under way, and who follows the groups. */
const tableNames = ["queue", "outbox", "uploads", "groupSyncs"] as const;
export type TableName = (typeof tableNames)[number];

/** The files of an organization: directory and configuration, the rest of the store, traces, tables, and one for each mailbox. */
export interface DataFolder {
  path: string;
  state: State;
  mailboxes: Map<Mailbox, MailboxFile>;
  traces: TraceFile[];
  tables: Record<TableName, TableFile>;
  sequence: Segment;
  shared: Shared;
  /** What was written last, by file. */
  written: Map<string, Buffer>;
}

/** `organization.bin` */
interface Directory {
  format: number;
  environment: Environment;
  authority: State["authority"];
  sides: { name: SideName; recipients: Side["recipients"]; objects: Side["objects"]; mailboxes: Listed[] }[];
}

interface Listed {
  owner: string;
  file: string;
}

/** Grows whenever a folder that was written before can no longer be read. */
export const format = 5;

const nameOf = {
  directory: "organization.bin",
  rest: "state.bin",
  sequence: "sequence",
  mailboxes: "mailboxes",
} as const;

/** Takes up a data folder; undefined where it holds no organization yet. @throws Error when it is damaged or of another format */
export function readDataFolder(path: string): DataFolder | undefined {
  const bytes = readIfThere(join(path, nameOf.directory));
  if (!bytes) return undefined;
  const { environment, authority, sides } = readDirectory(path, bytes);
  const rest = deserialize(readIfThere(join(path, nameOf.rest)) ?? bytes) as Omit<
    Store,
    "sides" | "sequence" | TableName
  >;
  const sequence = Number(readIfThere(join(path, nameOf.sequence))?.toString("latin1") ?? 0);
  const store: Store = { ...rest, sequence, sides: new Map() };
  const folder = folderOf(path, { environment, authority, store });
  folder.written.set(nameOf.directory, bytes);
  for (const { name, recipients, objects, mailboxes } of sides) {
    const side: Side = { ...createSide(name), recipients, objects };
    store.sides.set(name, side);
    folder.traces.push(openTraceFile(join(path, `trace-${name}.log`), side));
    for (const { owner, file } of mailboxes) {
      const hung = hangMailbox(join(path, nameOf.mailboxes, file), owner, folder.shared);
      folder.mailboxes.set(hung.mailbox, hung);
      side.mailboxes.set(owner, hung.mailbox);
    }
  }
  removeStrangers(folder);
  return folder;
}

function readDirectory(path: string, bytes: Buffer): Directory {
  const file = join(path, nameOf.directory);
  let found: (Partial<Directory> & object) | undefined;
  try {
    found = deserialize(bytes) as typeof found;
  } catch (error) {
    throw new Error(`The snapshot ${file} is damaged: delete it to start from the seed again.`, {
      cause: error,
    });
  }
  if (found?.format !== format)
    throw new Error(
      `The data folder ${path} holds a snapshot of another format (${found?.format ?? "none"}; ${format} is wanted): delete the folder to start from the seed again.`,
    );
  return found as Directory;
}

/** A folder for a new organization; what an earlier start left that did not come to its end is removed. */
export function startDataFolder(path: string, state: State): DataFolder {
  rmSync(join(path, nameOf.mailboxes), { recursive: true, force: true });
  const logs = new RegExp(`^(?:trace-\\w+|${tableNames.join("|")})\\.log$`);
  for (const name of readdirSync(path)) if (logs.test(name)) rmSync(join(path, name));
  mkdirSync(join(path, nameOf.mailboxes), { recursive: true, mode: 0o700 });
  return folderOf(path, state);
}

function folderOf(path: string, state: State): DataFolder {
  const { store } = state;
  return {
    path,
    state,
    mailboxes: new Map(),
    traces: [],
    tables: Object.fromEntries(tableNames.map((name) => [name, takeTable(path, store, name)])) as Record<
      TableName,
      TableFile
    >,
    sequence: openSegment(join(path, nameOf.sequence)),
    shared: {
      get correspondents() {
        return store.correspondents ?? [];
      },
      sawNumber: (number) => void (store.sequence = Math.max(store.sequence, number)),
    },
    written: new Map(),
  };
}

/** Opens a table's file, and puts what it holds into the store. */
function takeTable(path: string, store: Store, name: TableName): TableFile {
  const { table, entries } = openTable(join(path, `${name}.log`));
  if (entries.size > 0) Object.assign(store, { [name]: entries });
  return table;
}

/** Files of mailboxes that nobody lists: their making or removal was broken off. */
function removeStrangers({ path, mailboxes }: DataFolder): void {
  const listed = new Set([...mailboxes.values()].map(({ segment }) => segment.path));
  const folder = join(path, nameOf.mailboxes);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder))
    if (!listed.has(join(folder, name))) rmSync(join(folder, name), { force: true });
}

/** Writes what changed in mailboxes, traces and the rest of the store, so that a kill of the process cannot take it. @throws Error of the file system */
export function writeMail(folder: DataFolder, changed: Iterable<Mailbox>, loosely: boolean): void {
  const { state, tables } = folder;
  writeSequence(folder);
  for (const mailbox of loosely ? folder.mailboxes.keys() : changed) {
    const file = folder.mailboxes.get(mailbox);
    if (!file) continue;
    writeChanges(file, loosely);
    if (file.segment.size > file.review) void shorten(file);
  }
  if (loosely) writeRest(folder);
  // Last: mail leaves the queue when it is where it goes, and a notification tells what can be read.
  for (const name of tableNames) writeTable(tables[name], state.store[name] ?? new Map());
}

/** Traces, and what the store has besides sides and tables. */
function writeRest({ path, state, traces, written }: DataFolder): void {
  for (const side of state.store.sides.values()) {
    if (traces.some((trace) => trace.side === side)) continue;
    traces.push(openTraceFile(join(path, `trace-${side.name}.log`), side));
  }
  for (const trace of traces) writeTrace(trace);
  const elsewhere: ReadonlySet<string> = new Set(["sides", "sequence", ...tableNames]);
  const bytes = serialize(
    Object.fromEntries(Object.entries(state.store).filter(([name]) => !elsewhere.has(name))),
  );
  if (written.get(nameOf.rest)?.equals(bytes)) return;
  replaceFile(join(path, nameOf.rest), bytes);
  written.set(nameOf.rest, bytes);
}

/** Before everything that carries its numbers: they never repeat. */
function writeSequence({ sequence, state, written }: DataFolder): void {
  const bytes = Buffer.from(String(state.store.sequence).padStart(16, "0"));
  if (written.get(nameOf.sequence)?.equals(bytes)) return;
  overwrite(sequence, bytes);
  written.set(nameOf.sequence, bytes);
}

/**
 * Writes directory and configuration, and gives files to mailboxes that have none: before the directory lists them; those that are gone
 * lose theirs after. Resolves once all is on the disk. @throws Error of the file system
 */
export async function writeDirectory(folder: DataFolder): Promise<void> {
  const { path, state, mailboxes } = folder;
  const there = new Set<Mailbox>();
  const sides: Directory["sides"] = [];
  for (const { name, recipients, objects, mailboxes: own } of state.store.sides.values()) {
    const listed = [...own.values()].map((mailbox): Listed => {
      there.add(mailbox);
      const file = mailboxes.get(mailbox) ?? newFile(folder, mailbox);
      return {
        owner: mailbox.owner,
        file: file.segment.path.slice(join(path, nameOf.mailboxes).length + 1),
      };
    });
    sides.push({ name, recipients, objects, mailboxes: listed });
  }
  const { environment, authority } = state;
  const bytes = serialize({ format, environment, authority, sides } satisfies Directory);
  writeSequence(folder);
  const gone = [...mailboxes.values()].filter(({ mailbox }) => !there.has(mailbox));
  if (!folder.written.get(nameOf.directory)?.equals(bytes)) {
    await replaceFileSafely(join(path, nameOf.directory), bytes);
    folder.written.set(nameOf.directory, bytes);
  }
  for (const file of gone) {
    mailboxes.delete(file.mailbox);
    closeMailboxFile(file);
    rmSync(file.segment.path, { force: true });
  }
}

function newFile(folder: DataFolder, mailbox: Mailbox): MailboxFile {
  const { path, state, mailboxes, shared } = folder;
  const name = `${mailbox.owner}-${++state.store.sequence}.log`;
  const file = createMailboxFile(join(path, nameOf.mailboxes, name), mailbox, shared);
  mailboxes.set(mailbox, file);
  return file;
}

/** Makes the system put on disk what it was given. */
export async function syncFiles({ mailboxes, traces, tables, sequence }: DataFolder): Promise<void> {
  const files = [...mailboxes.values(), ...traces, ...Object.values(tables), { segment: sequence }];
  for (const { segment } of files) if (segment.unsynced) await syncSegment(segment);
}
