import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { type Web, openWeb } from "../../reconciler/web/server.ts";
import { quietParts, quietQueue } from "./web/quiet-queue.ts";

async function ask(port: number, path?: string): Promise<[code: unknown, out: string]> {
  const child = spawn(process.execPath, ["reconciler/ask/main.ts", ...(path ? [path] : [])], {
    env: { ...process.env, SIU_HTTP_PORT: String(port) },
  });
  let out = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (out += text));
  const [code] = (await once(child, "close")) as unknown[];
  return [code, out];
}

test("a probe ends with 0 for yes, and with 1 and the reason for no", async () => {
  const problems = ["Exchange does not answer."];
  const web: Web = await openWeb({
    ...quietParts,
    port: 0,
    token: "x",
    check: () => [],
    apply: async () => {},
    problems: async () => problems,
    status: () => ({}),
    queue: { ...quietQueue, settings: async () => undefined, saveSettings: async () => undefined },
  });
  expect(await ask(web.port)).toEqual([1, "Exchange does not answer.\n"]);
  expect(await ask(web.port, "/healthz")).toEqual([0, "ok\n"]);
  problems.pop();
  expect(await ask(web.port, "/readyz")).toEqual([0, "ready\n"]);
  await web.close();
  expect(await ask(web.port)).toEqual([1, expect.stringContaining(`Nothing answers on port ${web.port}`)]);
});
