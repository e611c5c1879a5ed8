import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What a run of the Pulumi CLI left: its exit code, and both its streams in one text. */
export interface Run {
  code: number | null;
  output: string;
}

/** This project in a folder of its own, with the real Pulumi CLI and state in files. */
export interface Deployment {
  folder: string;
  /** Runs the CLI on the stack to its end. */
  pulumi: (...args: string[]) => Promise<Run>;
  /** Runs `siu` of this copy of the project to its end. */
  siu: (...args: string[]) => Promise<Run>;
  /** Starts the CLI; `kill` ends it and everything that it started with SIGKILL. */
  start: (...args: string[]) => { finished: Promise<Run>; kill: () => void };
  /** Changes a file of the project. */
  edit: (path: string, change: (text: string) => string) => Promise<void>;
  close: () => Promise<void>;
}

/** Copies the project and makes an empty stack of it; `inside` are variables that depend on the folder. */
export async function createDeployment(
  stack: string,
  environment: Record<string, string>,
  inside: (folder: string) => Record<string, string> = () => ({}),
): Promise<Deployment> {
  const folder = await mkdtemp(join(tmpdir(), "deployment-"));
  const project = join(folder, "project");
  const state = join(folder, "state");
  await mkdir(state);
  await mkdir(project);
  for (const room of ["providers", "ntlm"])
    await cp(join(root, room), join(project, room), { recursive: true });
  await cp(join(root, "stacks"), join(project, "stacks"), {
    recursive: true,
    filter: (path) => !/Pulumi\.[^/\\]*\.yaml$/.test(path),
  });
  for (const file of ["Pulumi.yaml", "package.json"]) await cp(join(root, file), join(project, file));
  await symlink(join(root, "node_modules"), join(project, "node_modules"), "junction");

  const running = new Set<ChildProcess>();
  const node: Deployment["start"] = (...args) => {
    const child = spawn(process.execPath, args, {
      cwd: project,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        // The language host starts the first `node` that it finds.
        PATH: [join(root, "node_modules/.bin"), process.env["PATH"]].join(delimiter),
        // As siu has it: a kill may come while the files of attributes are written, which would make the state unreadable.
        PULUMI_BACKEND_URL: `file://${state}?metadata=skip`,
        PULUMI_CONFIG_PASSPHRASE: "of a test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        ...environment,
        ...inside(project),
      },
    });
    running.add(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => void (output += String(chunk)));
    const { promise, resolve, reject } = Promise.withResolvers<Run>();
    child.once("error", reject);
    child.once("close", (code) => {
      running.delete(child);
      resolve({ code, output });
    });
    return { finished: promise, kill: () => killTree(child) };
  };
  const start: Deployment["start"] = (...args) =>
    node(join(root, "node_modules/pulumi/run.js"), ...args, "--non-interactive");
  const pulumi: Deployment["pulumi"] = (command, ...args) =>
    start(...(command === "stack" ? [command, ...args] : [String(command), "--stack", stack, ...args]))
      .finished;

  const made = await pulumi("stack", "init", stack);
  if (made.code !== 0) throw new Error(made.output);
  return {
    folder: project,
    pulumi,
    siu: (...args) => node(join(project, "stacks/cli/siu.mjs"), ...args).finished,
    start: (command = "", ...args) => start(command, "--stack", stack, ...args),
    edit: async (path, change) => {
      const file = join(project, path);
      await writeFile(file, change(await readFile(file, "utf8")));
    },
    close: async () => {
      for (const child of running) killTree(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Plugins have process groups of their own and outlive a killed engine, so everything beneath is looked up first. */
function killTree({ pid }: ChildProcess): void {
  const processes = parents();
  const beneath = (parent: number): number[] =>
    processes.flatMap(([child, of]) =>
      child !== undefined && of === parent ? [child, ...beneath(child)] : [],
    );
  for (const each of pid === undefined ? [] : [pid, ...beneath(pid)]) {
    try {
      process.kill(each, "SIGKILL");
    } catch (error) {
      // It ended by itself in between.
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
}

/** Every process with its parent, as numbers: from /proc, or from ps where there is none. */
function parents(): number[][] {
  if (!existsSync("/proc/self/stat")) {
    const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
    return lines.map((line) => line.trim().split(/\s+/).map(Number));
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // `pid (name) state ppid ...`, and the name may hold anything.
        const [, , parent] = readFileSync(`/proc/${name}/stat`, "utf8").replace(/^.*\)/s, "").split(" ");
        return [[Number(name), Number(parent)]];
      } catch {
        // It ended while the list was read.
        return [];
      }
    });
}
