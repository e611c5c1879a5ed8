import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { locked } from "./lock.mjs";
import { run, SetupError } from "./process.mjs";
import { progress } from "./progress.mjs";

/** The Node 24 that the devDependency `node` brings. @param {string} root */
export function nodeOf(root) {
  return join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
}

/**
 * `npm ci`, unless the node_modules that are there agree with the lockfile as it stands.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 */
export async function ensureDependencies(root, env) {
  const mark = join(root, "node_modules", ".lockfile-sha256");
  const digest = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const ready = () => existsSync(nodeOf(root)) && existsSync(mark) && readFileSync(mark, "utf8") === digest;
  if (ready()) return;
  await locked(join(root, ".siu", "setup.lock"), {
    onWait: () => process.stderr.write("set-up: another set-up is at work on this folder; waiting for it\n"),
    work: async () => {
      if (ready()) return;
      if (!installedByHand(root)) await install(root, env);
      linkOwnCommand(root);
      writeFileSync(mark, digest);
    },
  });
}

/** @param {string} root @param {NodeJS.ProcessEnv} env */
async function install(root, env) {
  const done = progress("dependencies (npm ci)", 30);
  const { code, output, missing } = await run(
    "npm",
    // NODE_ENV=production would leave out Node 24 and the Pulumi CLI.
    ["ci", "--include=dev", "--no-audit", "--loglevel=error"],
    { cwd: root, env: { ...env, PATH: withoutOwnBin(root, env) } },
  );
  done(code === 0 ? "ready" : "failed");
  if (missing)
    throw new SetupError(
      "There is no npm on the PATH. Install Node 20 or newer with npm: https://nodejs.org",
    );
  if (code !== 0) {
    // What went wrong comes first; npm's usage follows.
    const said = output.split("\n").slice(0, 12).join("\n");
    throw new SetupError(`npm ci failed (exit code ${code}). It said:\n${said}`);
  }
  if (!existsSync(nodeOf(root))) {
    throw new SetupError(
      `npm ci did not bring Node 24 (${nodeOf(root)} is missing): npm must be allowed to run the install script of the package "node". See whether ignore-scripts is set: npm config get ignore-scripts`,
    );
  }
}

/**
 * Whether npm's own record of node_modules agrees with the lockfile, as after `npm install`: then deleting it all and
 * fetching it again is not needed.
 * @param {string} root
 */
function installedByHand(root) {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record) || !existsSync(nodeOf(root))) return false;
  const wanted = packages(join(root, "package-lock.json"));
  const present = packages(record);
  return Object.entries(wanted).every(([path, { version, optional, devOptional }]) => {
    const found = present[path];
    return path === "" || (found ? found.version === version : optional || devOptional);
  });
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean }>}
 */
function packages(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages ?? {};
}

/** npm ci deletes node_modules: npm must not run on the Node that is in there. @param {string} root @param {NodeJS.ProcessEnv} env */
function withoutOwnBin(root, env) {
  const own = join(root, "node_modules");
  return (env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.startsWith(own))
    .join(delimiter);
}

/**
 * npm links the commands of dependencies only; with its own link `npx siu` asks nothing and needs no cache.
 * @param {string} root
 */
function linkOwnCommand(root) {
  if (process.platform === "win32") return;
  const link = join(root, "node_modules", ".bin", "siu");
  rmSync(link, { force: true });
  symlinkSync(join("..", "..", "stacks", "cli", "siu.mjs"), link);
}
