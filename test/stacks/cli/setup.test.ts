import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createClone, download, go, noRoute, npmThatInstalls, type Clone } from "./setup/clone.ts";

const programs = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"];
let clone: Clone;

beforeEach(async () => {
  clone = await createClone();
});
afterEach(() => clone.remove());

/** Puts all but the given programs of the CLI where they belong. */
async function installed(folder: string, except: string[] = [], text = "here"): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of programs.filter((one) => !except.includes(one))) {
    await writeFile(join(folder, name), text, { mode: 0o755 });
  }
}

const contents = (): Promise<string[]> =>
  Promise.all(programs.map((name) => readFile(join(clone.bin, name), "utf8")));

/** A Go whose build never ends; it holds a connection for as long as it lives. */
async function endlessBuild(): Promise<{ started: Promise<Socket> }> {
  const server = createServer((socket) => socket.on("error", () => undefined).resume());
  server.unref().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const quit = `() => process.exit(1)`;
  await clone.program(
    "go",
    go(`require("net").connect(${port}).on("close", ${quit}).on("error", ${quit}); return;`),
  );
  const started = once(server, "connection").then(([socket]) => {
    server.close();
    return socket as Socket;
  });
  return { started };
}

describe("dependencies", () => {
  beforeEach(async () => {
    await installed(clone.bin);
    await clone.program("npm", npmThatInstalls(noRoute));
  });

  test("a fresh clone gets all of them, development ones too, whatever NODE_ENV says", async () => {
    const { code, stdout } = await clone.run([], { NODE_ENV: "production" });
    expect(code).toBe(0);
    expect(await clone.calls()).toEqual([expect.stringContaining("npm ci --include=dev")]);
    expect(stdout).toBe("");
  });

  test("a second run is silent and installs nothing", async () => {
    await clone.run();
    expect(await clone.run()).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await clone.calls()).toHaveLength(1);
  });

  test("a changed lockfile installs again", async () => {
    await clone.run();
    await writeFile(join(clone.root, "package-lock.json"), '{"name":"changed"}');
    await clone.run();
    expect(await clone.calls()).toHaveLength(2);
  });

  test("what npm install brought in by hand is left as it is, if it agrees with the lockfile", async () => {
    await clone.run();
    const lock = (version: string): string =>
      JSON.stringify({
        packages: { "": {}, "node_modules/a": { version }, "node_modules/b": { version, optional: true } },
      });
    await writeFile(join(clone.root, "package-lock.json"), lock("2.0.0"));
    const record = join(clone.root, "node_modules/.package-lock.json");
    await writeFile(record, `{"packages":{"node_modules/a":{"version":"2.0.0"}}}`);
    await clone.run();
    expect(await clone.calls()).toHaveLength(1);
    await writeFile(join(clone.root, "package-lock.json"), lock("3.0.0"));
    await clone.run();
    expect(await clone.calls()).toHaveLength(2);
  });

  test("a failed npm ci shows what npm said, and the next run tries again", async () => {
    await clone.program("npm", `console.error("npm error network"); process.exit(9);`);
    const { code, stderr } = await clone.run();
    expect(code).toBe(1);
    expect(stderr).toContain("npm ci failed (exit code 9). It said:\nnpm error network");
    await clone.program("npm", npmThatInstalls(noRoute));
    expect(await clone.run()).toMatchObject({ code: 0 });
  });

  test("an npm that may not run install scripts is told apart", async () => {
    await clone.program("npm", `fs.mkdirSync("node_modules");`);
    const { code, stderr } = await clone.run();
    expect(code).toBe(1);
    expect(stderr).toContain("did not bring Node 24");
    expect(stderr).toContain("ignore-scripts");
  });

  test("npx finds the project's own command", async () => {
    await mkdir(join(clone.root, "stacks/cli"), { recursive: true });
    await writeFile(join(clone.root, "stacks/cli/siu.mjs"), "main");
    await clone.run();
    expect(await readFile(join(clone.root, "node_modules/.bin/siu"), "utf8")).toBe("main");
  });
});

describe("Pulumi CLI", () => {
  beforeEach(() => clone.program("npm", npmThatInstalls(noRoute)));

  test("what is there is used, and a missing program of the dynamic provider is added", async () => {
    await installed(clone.bin, ["pulumi-resource-pulumi-nodejs"]);
    expect(await clone.run()).toMatchObject({ code: 0 });
    expect(await contents()).toEqual(["here", "here", "dynamic"]);
  });

  test("PULUMI_HOME is respected", async () => {
    const home = join(clone.root, "elsewhere");
    await installed(join(home, "versions/3.250.0/bin"));
    expect(await clone.run([], { PULUMI_HOME: home })).toMatchObject({ code: 0 });
    expect(existsSync(clone.bin)).toBe(false);
  });

  test("one of the same version on the PATH is taken over", async () => {
    await clone.program("pulumi", `console.log("v3.250.0"); // from the PATH`);
    await clone.program("pulumi-language-nodejs", `// from the PATH`);
    expect(await clone.run()).toMatchObject({ code: 0 });
    expect((await contents())[0]).toContain("from the PATH");
  });

  test("the npm package's download is tried next", async () => {
    await clone.program("npm", npmThatInstalls(download));
    const { code, stderr } = await clone.run();
    expect(code).toBe(0);
    expect(stderr).toContain("Pulumi CLI 3.250.0 (download): ready");
    expect(await contents()).toEqual(["downloaded", "downloaded", "downloaded"]);
    expect(await readdir(dirname(dirname(clone.bin)))).toEqual(["3.250.0"]);
  });

  test("without a route, Go builds it, with the go and replace lines of the required module", async () => {
    await clone.program("go", go());
    const { code, stderr } = await clone.run();
    expect(code).toBe(0);
    expect(stderr).toMatch(/build from source with Go\) \(once, usually about \d+ (s|min)\)/);
    expect(await contents()).toEqual(["built", "built", "dynamic"]);
    const calls = await clone.calls();
    expect(calls[1]).toBe("go build github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs");
    expect(calls[3]).toBe("go build github.com/pulumi/pulumi/pkg/v3/cmd/pulumi");
    expect(calls[4]).toBe(
      "module siu.invalid/scratch | go 1.25.11 | require github.com/pulumi/pulumi/pkg/v3 v3.250.0 | replace d.e/f => g.h/f v0.1.0",
    );
  });

  test("without a route and without Go the message names every attempt and both ways out", async () => {
    await clone.program("pulumi", `console.log("v3.1.0");`);
    const { code, stderr } = await clone.run();
    expect(code).toBe(1);
    expect(stderr).toMatch(/PATH: \S+pulumi is v3\.1\.0/);
    expect(stderr).toContain("download from https://get.pulumi.com: pulumi: fetch failed");
    expect(stderr).toContain("there is no Go on the PATH");
    expect(stderr).toContain("1. Let this machine reach https://get.pulumi.com");
    expect(stderr).toContain("2. Install Go");
  });

  test.each([
    [
      "an ancient Go",
      go("", "go version compiler.19.2 linux/amd64"),
      "Go is too old (go version compiler.19.2",
    ],
    [
      "a Go that may not fetch a newer one",
      go(
        `console.error("go: go.mod requires go >= 1.25.11 (running go 1.24.1; GOTOOLCHAIN=local)"); process.exit(1);`,
      ),
      "Go is too old: 1.24.1 is here, 1.25.11 is needed",
    ],
    [
      "a full disk",
      go(`console.error("write: no space left on device"); process.exit(1);`),
      "the disk is full",
    ],
    [
      "a module proxy out of reach",
      go(`console.error("dial tcp: lookup modules.example: no such host"); process.exit(1);`),
      "Go cannot reach its module proxy",
    ],
    [
      "any other failure",
      go(`console.error("cannot compile"); process.exit(1);`),
      "Go said:\n    cannot compile",
    ],
  ])("%s is told apart", async (_, program, message) => {
    await clone.program("go", program);
    const { code, stderr } = await clone.run();
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(await readdir(clone.bin)).toEqual([]);
  });

  test("a build that is killed leaves nothing half, and the next run finishes it", async () => {
    const build = await endlessBuild();
    const { child, ended } = clone.start();
    const compiler = await build.started;
    child.kill("SIGKILL");
    await ended;
    compiler.destroy();
    expect(await readdir(clone.bin)).toEqual([]);
    await clone.program("go", go());
    expect(await clone.run()).toMatchObject({ code: 0 });
    expect(await contents()).toEqual(["built", "built", "dynamic"]);
  });

  test("an interrupted set-up takes its programs with it", async () => {
    const build = await endlessBuild();
    const { child, ended } = clone.start();
    const closed = once(await build.started, "close");
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130 });
    await closed;
  });

  test("two set-ups at once do the work once", async () => {
    await clone.program("go", go());
    const both = await Promise.all([clone.run(), clone.run()]);
    expect(both).toEqual([expect.objectContaining({ code: 0 }), expect.objectContaining({ code: 0 })]);
    const calls = await clone.calls();
    expect(calls.filter((call) => call.startsWith("npm"))).toHaveLength(1);
    expect(calls.filter((call) => call.startsWith("go build"))).toHaveLength(2);
  });
});

describe("what follows", () => {
  beforeEach(async () => {
    await installed(clone.bin);
    await clone.program("npm", npmThatInstalls(noRoute));
  });

  test("a script runs on the new Node, finds the CLI first, gets its arguments, and its exit code is ours", async () => {
    const script = `console.log(JSON.stringify([process.argv.slice(2), process.argv0, process.env.PATH])); process.exit(7);`;
    await writeFile(join(clone.root, "after.mjs"), script);
    const { code, stdout } = await clone.run(["--then", "after.mjs", "--json", "a b"]);
    expect(code).toBe(7);
    const [args, node, path] = JSON.parse(stdout) as [string[], string, string];
    expect(args).toEqual(["--json", "a b"]);
    expect(node).toBe(join(clone.root, "node_modules/node/bin/node"));
    expect(path.split(":").slice(0, 2)).toEqual([clone.bin, join(clone.root, "node_modules/.bin")]);
  });

  test("a signal is handed on, and the script decides how to end", async () => {
    const script = `process.on("SIGTERM", () => process.exit(3)); console.log("up"); setInterval(() => {}, 1000);`;
    await writeFile(join(clone.root, "after.mjs"), script);
    const { child, ended } = clone.start(["--then", "after.mjs"]);
    child.stdout?.once("data", () => child.kill("SIGTERM"));
    expect(await ended).toMatchObject({ code: 3 });
  });

  test("an unknown program is named", async () => {
    const { code, stderr } = await clone.run(["--then", "no-such-program"]);
    expect(code).not.toBe(0);
    expect(stderr).toContain("cannot run no-such-program");
  });
});

test("an old Node is told to go", async () => {
  const old = "data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'18.1.0'}})";
  const { code, stderr } = await clone.run([], { NODE_OPTIONS: `--import=${old}` });
  expect(code).toBe(1);
  expect(stderr).toBe("set-up: Node 18.1.0 is too old; install Node 20 or newer: https://nodejs.org\n");
});
