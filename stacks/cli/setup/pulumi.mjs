import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { nodeOf } from "./dependencies.mjs";
import { buildPulumi } from "./go.mjs";
import { locked } from "./lock.mjs";
import { run, SetupError } from "./process.mjs";
import { progress } from "./progress.mjs";

/**
 * What every way to the CLI gets. `staging` is an empty folder on the disk of the target.
 * @typedef {{ root: string, env: NodeJS.ProcessEnv, version: string, staging: string }} Job
 */

const windows = process.platform === "win32";
const exe = windows ? ".exe" : "";
const host = `pulumi-language-nodejs${exe}`;
const dynamic = `pulumi-resource-pulumi-nodejs${windows ? ".cmd" : ""}`;
// `pulumi` comes last: where it is, everything looks for the rest beside it.
const programs = [dynamic, host, `pulumi${exe}`];

/** The place where the npm package `pulumi` and Pulumi's Automation API look too. @param {NodeJS.ProcessEnv} env @param {string} version */
export function pulumiFolder(env, version) {
  return join(env["PULUMI_HOME"] || join(env["HOME"] || homedir(), ".pulumi"), "versions", version);
}

/** @param {string} file */
function usable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).size > 0;
  } catch {
    return false;
  }
}

/**
 * Makes sure of the Pulumi CLI of the version that package.json pins: there already, on the PATH, downloaded, or
 * built from source, in this order.
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} the folder with the programs
 * @throws {SetupError} with what each way came to, and two ways out
 */
export async function ensurePulumi(root, env) {
  /** @type {{ version: string }} */
  const { version } = JSON.parse(readFileSync(join(root, "node_modules", "pulumi", "package.json"), "utf8"));
  const target = join(pulumiFolder(env, version), "bin");
  const ready = () => programs.every((program) => usable(join(target, program)));
  if (ready()) return target;
  const versions = dirname(pulumiFolder(env, version));
  await locked(join(versions, `.${version}.lock`), {
    onWait: () => process.stderr.write("set-up: another set-up prepares the Pulumi CLI; waiting for it\n"),
    work: async () => {
      if (ready()) return;
      const staging = join(versions, `.${version}.new`);
      rmSync(staging, { recursive: true, force: true });
      mkdirSync(staging, { recursive: true });
      try {
        await fill(target, { root, env, version, staging });
      } finally {
        rmSync(staging, { recursive: true, force: true });
      }
    },
  });
  return target;
}

/** @param {string} target @param {Job} job */
async function fill(target, job) {
  mkdirSync(target, { recursive: true });
  if (!usable(join(target, host)) || !usable(join(target, `pulumi${exe}`))) await obtain(job);
  const own = join(job.root, "node_modules", "@pulumi", "pulumi", dynamic);
  if (!usable(join(job.staging, dynamic))) copyFileSync(own, join(job.staging, dynamic));
  chmodSync(join(job.staging, dynamic), 0o755);
  // A rename is all or nothing: a killed set-up leaves no half program behind.
  for (const program of programs) {
    if (usable(join(job.staging, program))) renameSync(join(job.staging, program), join(target, program));
  }
}

/** @param {Job} job */
async function obtain(job) {
  const reasons = [];
  for (const way of [copyFromPath, download, buildPulumi]) {
    const reason = await way(job);
    if (reason === undefined) return;
    reasons.push(`  - ${reason}`);
  }
  throw new SetupError(`The Pulumi CLI ${job.version} is not here, and could not be fetched:
${reasons.join("\n")}
Two ways out:
  1. Let this machine reach https://get.pulumi.com, or run \`npm run setup\` on one of the same kind that does and copy its ${pulumiFolder(job.env, job.version)} here.
  2. Install Go (https://go.dev/dl, the newest) and let it reach its module proxy: set-up then builds the CLI from source.
Then run the same command again.`);
}

/** @param {Job} job @returns {Promise<string | undefined>} why not */
async function copyFromPath({ root, env, version, staging }) {
  const folders = (env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder && !folder.startsWith(join(root, "node_modules")));
  const found = folders.find((folder) => usable(join(folder, `pulumi${exe}`)));
  if (!found) return "PATH: no pulumi there";
  const { answer } = await run(join(found, `pulumi${exe}`), ["version"], {
    env,
    cwd: staging,
    timeout: 10_000,
  });
  if (answer !== `v${version}`) return `PATH: ${join(found, "pulumi")} is ${answer || "silent"}`;
  if (!usable(join(found, host)))
    return `PATH: ${join(found, "pulumi")} fits, but there is no ${host} beside it`;
  for (const program of programs) {
    if (usable(join(found, program))) copyFileSync(join(found, program), join(staging, program));
  }
  return undefined;
}

/** @param {Job} job @returns {Promise<string | undefined>} why not */
async function download({ root, env, version, staging }) {
  const done = progress(`Pulumi CLI ${version} (download)`, 20);
  const home = join(staging, "download");
  const { code, output, timedOut } = await run(
    nodeOf(root),
    [join(root, "node_modules", "pulumi", "run.js"), "version"],
    // NODE_USE_ENV_PROXY makes Node 24's fetch go through HTTPS_PROXY, as the install script's curl does.
    {
      cwd: staging,
      env: { ...env, PULUMI_HOME: home, PULUMI_VERSION: version, NODE_USE_ENV_PROXY: "1" },
      timeout: 180_000,
    },
  );
  const bin = join(home, "versions", version, "bin");
  const complete = code === 0 && usable(join(bin, host)) && usable(join(bin, `pulumi${exe}`));
  done(complete ? "ready" : "not possible");
  if (timedOut) return "download: gave up after 3 minutes";
  if (!complete)
    return `download from https://get.pulumi.com: ${output.split("\n").at(-1) || `exit code ${code}`}`;
  for (const program of programs) {
    if (usable(join(bin, program))) renameSync(join(bin, program), join(staging, program));
  }
  return undefined;
}
