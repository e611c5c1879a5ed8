import { spawn, type ChildProcess } from "node:child_process";
import { appendFile, chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** How a set-up run ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A fresh clone that holds set-up and nothing else, on a machine whose PATH has only the programs given to it. */
export interface Clone {
  root: string;
  /** The folder where set-up puts the Pulumi CLI. */
  bin: string;
  /** Puts a program on the PATH: `body` is JavaScript that sees `args`, `log(line)`, `fs`, `path`. */
  program: (name: string, body: string) => Promise<void>;
  start: (args?: string[], env?: NodeJS.ProcessEnv) => { child: ChildProcess; ended: Promise<Ended> };
  run: (args?: string[], env?: NodeJS.ProcessEnv) => Promise<Ended>;
  /** What the programs logged, a line each. */
  calls: () => Promise<string[]>;
  remove: () => Promise<void>;
}

export const version = "3.250.0";

const source = fileURLToPath(new URL("../../../../stacks/cli", import.meta.url));

/** What `npm ci` leaves behind; `runJs` is the CLI of the npm package `pulumi`. */
export function npmThatInstalls(runJs: string): string {
  return `
    log("npm " + args.join(" "));
    const file = (name, text) => {
      fs.mkdirSync(path.dirname(name), { recursive: true });
      fs.writeFileSync(name, text, { mode: 0o755 });
    };
    fs.rmSync("node_modules", { recursive: true, force: true });
    file("node_modules/pulumi/package.json", JSON.stringify({ version: "${version}" }));
    file("node_modules/pulumi/run.js", ${JSON.stringify(runJs)});
    file("node_modules/@pulumi/pulumi/pulumi-resource-pulumi-nodejs", "dynamic");
    fs.mkdirSync("node_modules/node/bin", { recursive: true });
    fs.mkdirSync("node_modules/.bin", { recursive: true });
    fs.symlinkSync(process.execPath, "node_modules/node/bin/node");`;
}

/** The npm package's CLI where its download has no route. */
export const noRoute = `console.error("pulumi: fetch failed"); process.exit(1);`;

/** The npm package's CLI where its download works. */
export const download = `
  const fs = require("fs"), path = require("path");
  const bin = path.join(process.env.PULUMI_HOME, "versions", process.env.PULUMI_VERSION, "bin");
  fs.mkdirSync(bin, { recursive: true });
  for (const name of ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"])
    fs.writeFileSync(path.join(bin, name), "downloaded", { mode: 0o755 });`;

/** A Go toolchain; `onBuild` runs before it writes its output. */
export function go(onBuild = "", says = "go version go1.26.8 linux/amd64"): string {
  return `
    if (args[0] === "version") console.log(${JSON.stringify(says)});
    if (args[0] === "mod") {
      const file = path.resolve("downloaded.mod");
      fs.writeFileSync(file, "module m\\n\\ngo 1.25.11\\n\\nreplace a.b/c => ../c\\n\\nreplace d.e/f => g.h/f v0.1.0\\n\\nrequire x.y/z v1.0.0\\n");
      console.log(JSON.stringify({ GoMod: file }));
      console.error("go: downloading something");
    }
    if (args[0] === "build") {
      log("go build " + args.at(-1));
      log(fs.readFileSync("go.mod", "utf8").split("\\n").filter(Boolean).join(" | "));
      ${onBuild}
      fs.writeFileSync(args[args.indexOf("-o") + 1], "built", { mode: 0o755 });
    }`;
}

/** Makes a clone in a temporary folder. */
export async function createClone(): Promise<Clone> {
  const folder = await mkdtemp(join(tmpdir(), "siu-setup-"));
  const root = join(folder, "clone");
  const programs = join(folder, "programs");
  const record = join(folder, "calls");
  await mkdir(join(root, "stacks"), { recursive: true });
  await mkdir(programs);
  await cp(join(source, "setup.mjs"), join(root, "stacks/cli/setup.mjs"));
  await cp(join(source, "setup"), join(root, "stacks/cli/setup"), { recursive: true });
  await writeFile(join(root, "package-lock.json"), "{}");
  await appendFile(record, "");

  const start: Clone["start"] = (args = [], env = {}) => {
    const child = spawn(process.execPath, [join(root, "stacks/cli/setup.mjs"), ...args], {
      cwd: folder,
      env: { PATH: [programs, join(root, "node_modules/.bin")].join(delimiter), HOME: folder, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise<Ended>((resolve) => {
      let stdout = "";
      let stderr = "";
      child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
      child.once("close", (code) => resolve({ code, stdout, stderr }));
    });
    return { child, ended };
  };

  return {
    root,
    bin: join(folder, ".pulumi/versions", version, "bin"),
    program: async (name, body) => {
      const file = join(programs, name);
      const prelude = `const fs = require("fs"), path = require("path"), args = process.argv.slice(2);
        const log = (line) => fs.appendFileSync(${JSON.stringify(record)}, line + "\\n");`;
      await writeFile(file, `#!${process.execPath}\n${prelude}\n${body}\n`);
      await chmod(file, 0o755);
    },
    start,
    run: (args, env) => start(args, env).ended,
    calls: async () => (await readFile(record, "utf8")).split("\n").filter(Boolean),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
