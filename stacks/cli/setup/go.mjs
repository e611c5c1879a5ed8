import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { run } from "./process.mjs";
import { progress } from "./progress.mjs";

const repository = "github.com/pulumi/pulumi";
// The last line of the SDK's module that has the language host in it; later ones ship it only as a binary.
const hostVersion = "v3.65.0";
const exe = process.platform === "win32" ? ".exe" : "";

/**
 * @typedef {import("./pulumi.mjs").Job} Job
 * @typedef {{ module: string, version: string, program: string, output: string }} Build
 */

/**
 * Builds the Pulumi CLI and its language host for Node from the Go module proxy, into the staging folder.
 * @param {Job} job
 * @returns {Promise<string | undefined>} why not
 */
export async function buildPulumi({ env, version, staging }) {
  const go = await run("go", ["version"], { env, cwd: staging, timeout: 30_000 });
  if (go.missing) return "build: there is no Go on the PATH";
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(go.output) ?? [];
  // Since 1.21 Go fetches the toolchain that a module asks for by itself.
  if (!(Number(major) > 1 || Number(minor) >= 21)) return `build: Go is too old (${go.output})`;
  /** @type {Build[]} */
  const builds = [
    {
      module: `${repository}/sdk/v3`,
      version: hostVersion,
      program: `${repository}/sdk/v3/nodejs/cmd/pulumi-language-nodejs`,
      output: `pulumi-language-nodejs${exe}`,
    },
    {
      module: `${repository}/pkg/v3`,
      version: `v${version}`,
      program: `${repository}/pkg/v3/cmd/pulumi`,
      output: `pulumi${exe}`,
    },
  ];
  const done = progress(
    `Pulumi CLI ${version} (build from source with Go)`,
    600 / Math.min(cpus().length, 8),
  );
  for (const build of builds) {
    const failure = await compile(build, env, staging);
    if (failure === undefined) continue;
    done("failed");
    return `build: ${explain(failure)}`;
  }
  done("ready");
  return undefined;
}

/** @param {Build} build @param {NodeJS.ProcessEnv} env @param {string} staging @returns {Promise<string | undefined>} what Go said */
async function compile({ module, version, program, output }, env, staging) {
  const cwd = join(staging, `${output}.src`);
  mkdirSync(cwd);
  // The CLI's releases are built without cgo too, so no C compiler is needed.
  const options = { cwd, env: { ...env, GOWORK: "off", GO111MODULE: "on", CGO_ENABLED: "0" } };
  const fetched = await run("go", ["mod", "download", "-json", `${module}@${version}`], options);
  if (fetched.code !== 0) return fetched.output;
  /** @type {{ GoMod: string }} */
  const { GoMod } = JSON.parse(fetched.answer);
  writeFileSync(join(cwd, "go.mod"), scratchModule(readFileSync(GoMod, "utf8"), module, version));
  const flags = `-s -w -X ${repository}/sdk/v3/go/common/version.Version=${version}`;
  const built = await run(
    "go",
    // -modcacherw leaves a module cache that can be deleted like any folder.
    [
      "build",
      "-mod=mod",
      "-modcacherw",
      "-trimpath",
      "-ldflags",
      flags,
      "-o",
      join(staging, output),
      program,
    ],
    options,
  );
  return built.code === 0 ? undefined : built.output;
}

/**
 * A module that only requires another one. Go ignores the `replace` lines of a required module, so they are
 * repeated, save those that point into the repository.
 * @param {string} goMod
 * @param {string} module
 * @param {string} version
 */
function scratchModule(goMod, module, version) {
  const language = /^go .+$/m.exec(goMod)?.[0] ?? "go 1.25";
  const replaces = goMod.match(/^replace .+ => [^.\s].*$/gm) ?? [];
  return [`module siu.invalid/scratch`, language, `require ${module} ${version}`, ...replaces, ""].join(
    "\n\n",
  );
}

/** @param {string} said */
function explain(said) {
  const last = said.split("\n").slice(-5).join("\n    ");
  const old = /requires go >= (\S+) \(running go (\S+?)[;)]/.exec(said);
  if (old) return `Go is too old: ${old[2]} is here, ${old[1]} is needed`;
  if (/no space left on device|not enough space/i.test(said))
    return `the disk is full; about 5 GB are needed. Go said:\n    ${last}`;
  if (/dial tcp|no such host|i\/o timeout|TLS handshake/.test(said))
    return `Go cannot reach its module proxy (go env GOPROXY). It said:\n    ${last}`;
  return `Go said:\n    ${last}`;
}
