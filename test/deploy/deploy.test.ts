import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { XMLParser } from "fast-xml-parser";
import { Deployment } from "kubernetes-models/apps/v1";
import { Namespace, PersistentVolumeClaim, Service } from "kubernetes-models/v1";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseAllDocuments } from "yaml";

// npm installs everything anew.
vi.setConfig({ testTimeout: 300_000 });

const root = path.resolve(import.meta.dirname, "../..");
const file = (name: string) => readFileSync(path.join(root, "docs/deploy", name), "utf8");
const run = promisify(execFile);

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), "deploy-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test("the Containerfile's steps, run in a clean folder, give a daemon that its own health check finds", async () => {
  /** Paths of the image, in the clean folder. */
  const here = (text: string) => text.replaceAll(/(?<![\w.])\/(app|data)\b/g, `${folder}/$1`);
  const steps = file("Containerfile")
    .split("\n")
    .flatMap((line) => /^([A-Z]+) (.*)$/.exec(line)?.slice(1, 3) ?? []);
  const env: Record<string, string | undefined> = {
    ...process.env,
    npm_config_prefer_offline: "true",
    SIU_HTTP_PORT: "0",
  };
  const command = (step: string): string[] => JSON.parse(step.slice(step.indexOf("["))) as string[];
  let [cwd, health, entry]: [string, string[], string[]] = [folder, [], []];
  for (let index = 0; index < steps.length; index += 2) {
    const [step = "", words = ""] = steps.slice(index, index + 2);
    if (step === "ENV")
      for (const pair of words.split(" ")) Object.assign(env, Object.fromEntries([here(pair).split("=")]));
    if (step === "WORKDIR") await run("mkdir", ["-p", (cwd = here(words))]);
    if (step === "COPY") {
      const names = words.split(" ");
      const to = path.resolve(cwd, names.pop() ?? "");
      for (const name of names)
        await cp(path.join(root, name), names.length > 1 ? path.join(to, name) : to, { recursive: true });
    }
    // Only root may give files away.
    if (step === "RUN")
      await run("sh", ["-ec", here(words).replace(/chown/, process.getuid?.() === 0 ? "chown" : "echo")], {
        cwd,
        env,
      });
    if (step === "HEALTHCHECK") health = command(words);
    if (step === "ENTRYPOINT") entry = command(words);
  }
  expect(env).toMatchObject({ NODE_ENV: "production", SIU_DATA: `${folder}/data` });
  expect(existsSync(path.join(cwd, "node_modules/vitest"))).toBe(false);

  const [, ...args] = entry;
  const child = spawn(process.execPath, [...args, "--json"], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  try {
    const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), ended])) as unknown[];
    const { http } = JSON.parse(String(line)) as { http: number };
    const asked = await run(process.execPath, health.slice(1), {
      cwd,
      env: { ...env, SIU_HTTP_PORT: String(http) },
    });
    expect(asked.stdout).toBe("ok\n");
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
});

const systemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

test.skipIf(!systemd)(
  `systemd takes the unit, and finds it hardened${systemd ? "" : " (skipped: no systemd-analyze here)"}`,
  async () => {
    const unit = path.join(folder, "siu.service");
    // What it starts has to be there.
    const program = file("siu.service").replace("/opt/siu/node_modules/node/bin/node", process.execPath);
    await writeFile(unit, program.replaceAll("/opt/siu", root));
    expect(await run("systemd-analyze", ["verify", unit])).toEqual({ stdout: "", stderr: "" });
    // 0 is safe, 10 is not; it exits with an error above the threshold (here 2.0).
    await run("systemd-analyze", ["security", "--offline=true", "--threshold=20", unit]);
  },
);

test("the Kubernetes manifest has Kubernetes' own form, and is what Pod Security calls restricted", () => {
  const objects = parseAllDocuments(file("kubernetes.yaml")).map((one) => one.toJS() as { kind: string });
  const kinds = { Namespace, PersistentVolumeClaim, Deployment, Service };
  expect(objects.map(({ kind }) => kind)).toEqual(Object.keys(kinds));
  for (const one of objects) new kinds[one.kind as keyof typeof kinds](one as never).validate();

  const { template } = new Deployment(objects[2] as never).spec ?? {};
  const pod = template?.spec;
  const [container] = pod?.containers ?? [];
  expect(pod?.securityContext).toMatchObject({
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
  });
  expect(container?.securityContext).toMatchObject({
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
  });
  expect(pod).not.toHaveProperty("hostNetwork");
  const volumes = (pod?.volumes ?? []).flatMap((one) => Object.keys(one).filter((key) => key !== "name"));
  expect(volumes).toEqual(["persistentVolumeClaim", "secret", "emptyDir"]);

  // What it runs exists, and what it mounts is there.
  for (const probe of [container?.startupProbe, container?.livenessProbe, container?.readinessProbe])
    expect(existsSync(path.join(root, probe?.exec?.command?.[1] ?? ""))).toBe(true);
  const mounts = (container?.volumeMounts ?? []).map(({ name }) => name);
  expect(mounts.toSorted()).toEqual((pod?.volumes ?? []).map(({ name }) => name).toSorted());
  expect((objects[3] as unknown as Service).spec?.selector).toEqual(template?.metadata?.labels);
});

test("the Windows service starts what is there, and with variables that the daemon has", () => {
  const [, xml = ""] = /```xml\n([^]*?)```/.exec(file("README.md")) ?? [];
  const { service } = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: "" }).parse(xml) as {
    service: { executable: string; arguments: string; env: { name: string }[] };
  };
  expect(existsSync(path.join(root, service.arguments.replaceAll("\\", "/")))).toBe(true);
  expect(service.executable).toBe(String.raw`%BASE%\node_modules\node\bin\node.exe`);
  const guide = readFileSync(path.join(root, "docs/reconciler.md"), "utf8");
  for (const { name } of service.env) expect(guide).toContain(`\`${name}\``);
});
