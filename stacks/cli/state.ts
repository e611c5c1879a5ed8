import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A lock of a state kept in files says who took it, and when (ISO). */
export interface Lock {
  pid: number;
  hostname: string;
  timestamp?: string;
}

/** Whether the process that took the lock on this machine is provably gone: its number is free, or a later process has it. */
export function isLeftOver(lock: Lock): boolean {
  if (lock.hostname !== hostname()) return false;
  try {
    process.kill(lock.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  const started = startOf(lock.pid);
  // ps tells whole seconds.
  return started !== undefined && started > Date.parse(lock.timestamp ?? "") + 1_000;
}

/** When a process started, in milliseconds since 1970; undefined where the system does not say. */
function startOf(pid: number): number | undefined {
  try {
    const env = { ...process.env, LC_ALL: "C" };
    const text = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", env });
    const time = Date.parse(text.trim());
    return Number.isNaN(time) ? undefined : time;
  } catch {
    // No ps here, or the process ended just now: nothing is proved.
    return undefined;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder of a state that is kept in files; Pulumi takes `~` for the user's. */
function folderOf({ PULUMI_BACKEND_URL: backend }: Environment): string | undefined {
  if (!backend?.startsWith("file://")) return undefined;
  return join(fileURLToPath(backend.replace(/^file:\/\/~/, pathToFileURL(homedir()).href)), ".pulumi");
}

/** Locks of the stack, where state is kept in files. */
export function locksOf(environment: Environment, stack: string): Lock[] {
  const state = folderOf(environment);
  const folder = join(state ?? "", "locks");
  if (state === undefined || !existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".json") && basename(dirname(path)) === stack)
    .map((path) => JSON.parse(readFileSync(join(folder, path), "utf8")) as Lock);
}

/**
 * Makes a state that is kept in files bear a kill at any moment. Beside each file Pulumi writes a second one of attributes that nobody
 * needs, and not as a whole: left empty, it makes the state unreadable (`failed to load checkpoint: EOF`). So empty ones are removed,
 * and the variable returned has Pulumi write no more.
 */
export function robustState(environment: Environment): Record<string, string> {
  const folder = folderOf(environment);
  if (folder === undefined) return {};
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  for (const file of files.filter((name) => name.endsWith(".attrs"))) {
    const path = join(folder, file);
    if (statSync(path, { throwIfNoEntry: false })?.size === 0) rmSync(path, { force: true });
  }
  const backend = environment["PULUMI_BACKEND_URL"] ?? "";
  if (/[?&]metadata=/.test(backend)) return {};
  return { PULUMI_BACKEND_URL: `${backend}${backend.includes("?") ? "&" : "?"}metadata=skip` };
}

/** Variables for state kept in this checkout, or none when the environment already says where state is. */
export async function localState(stack: string): Promise<Record<string, string>> {
  const given = process.env;
  const folder = join(root, ".siu", stack);
  const state = join(folder, "state");
  const backend = given["PULUMI_BACKEND_URL"] ? {} : { PULUMI_BACKEND_URL: pathToFileURL(state).href };
  if ("PULUMI_BACKEND_URL" in backend) await mkdir(state, { recursive: true });
  if (given["PULUMI_CONFIG_PASSPHRASE"] !== undefined || given["PULUMI_CONFIG_PASSPHRASE_FILE"])
    return backend;
  const settings = join(root, "stacks", `Pulumi.${stack}.yaml`);
  const kept = existsSync(settings) ? readFileSync(settings, "utf8") : undefined;
  if (kept !== undefined && isKeptByKeyVault(kept)) return backend;
  const passphrase = join(folder, "passphrase");
  if (!existsSync(passphrase)) {
    if (kept !== undefined) {
      throw new Error(
        `stacks/Pulumi.${stack}.yaml is encrypted with a passphrase that is not here. ` +
          `Set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to it.`,
      );
    }
    await mkdir(folder, { recursive: true });
    await writeFile(passphrase, randomBytes(24).toString("base64url"), { mode: 0o600 });
    process.stderr.write(`siu: made ${passphrase}; keep it as safe as the state that it encrypts\n`);
  }
  return { ...backend, PULUMI_CONFIG_PASSPHRASE_FILE: passphrase };
}

/** What to do about a state that stayed locked. */
export function lockedText(stack: string): string {
  return (
    `siu: the state of '${stack}' is locked. If another run is going on, wait for it; ` +
    `if one was killed, unlock it: npx siu pulumi ${stack} cancel --yes`
  );
}

/** Whether a `Pulumi.<stack>.yaml` says that a key vault, or Pulumi Cloud, encrypts the state, so that no passphrase is needed. Pure. */
export function isKeptByKeyVault(settings: string): boolean {
  return /^secretsprovider:\s*(?!passphrase\b)\S/m.test(settings);
}
