import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { siu } from "./siu.ts";

const main = fileURLToPath(new URL("../../../stacks/cli/siu.mjs", import.meta.url));

test("serves an organization until SIGTERM, and its endpoints are one line of JSON", async () => {
  const child = spawn(process.execPath, [main, "exchange", "--hybrid", "--json"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const world = JSON.parse(line) as { ews: string; users: { upn: string }[]; sides: Record<string, object> };
  expect(world.ews).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/EWS\/Exchange\.asmx$/);
  expect(world.users.length).toBeGreaterThan(15);
  expect(Object.keys(world.sides)).toEqual(["onPremises", "online"]);
  child.kill("SIGTERM");
  const [code] = (await once(child, "close")) as [number];
  expect(code).toBe(0);
});

test("without options it is one side with mail in it, and ends when its parent closes its standard input", async () => {
  const child = spawn(process.execPath, [main, "exchange", "--json", "--insecure-http"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const world = JSON.parse(line) as Record<string, unknown>;
  expect(world).toMatchObject({
    ews: expect.stringMatching(/^http:/),
    token: expect.stringMatching(/^https:/),
    serviceAccount: { upn: "siu@contoso.com" },
    app: { clientId: expect.any(String) },
  });
  child.stdin.end();
  const [code] = (await once(child, "close")) as [number];
  expect(code).toBe(0);
});

test("a wrong host name is refused with the form that is wanted", async () => {
  expect(await siu(["exchange", "--host", "siu.contoso.com"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("NAME=HOST:PORT is wanted"),
  });
});
