import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { openDaemon } from "../../providers/daemon.ts";
import { settings } from "../reconciler/message.ts";
import { startDaemonInterface, type RunningDaemon } from "./running-daemon.ts";

let running: RunningDaemon;
beforeEach(async () => void (running = await startDaemonInterface()));
afterEach(() => running.close());

test("settings are sent where there were none, and replace just those that were seen", async () => {
  const daemon = openDaemon(running);
  expect(await daemon.settings()).toBeUndefined();
  await daemon.put(settings(), undefined);
  const seen = await daemon.settings();
  expect(seen).toEqual({ settings: settings(), version: '"1"' });
  await daemon.put(settings({ status: "off" }), seen);
  expect(running.stored()).toMatchObject({ version: 2, settings: { status: "off" } });
  await expect(daemon.put(settings(), seen)).rejects.toMatchObject({
    code: "REJECTED",
    message: expect.stringContaining("at the same moment") as string,
  });
  await expect(daemon.put(settings(), undefined)).rejects.toMatchObject({ code: "REJECTED" });
});

test("what the daemon does not take is told with its reasons", async () => {
  const { senders: _, ...lacking } = settings();
  await expect(openDaemon(running).put(lacking, undefined)).rejects.toMatchObject({
    code: "REJECTED",
    message: expect.stringMatching(/refused what it was sent \(HTTP 422\): .*'senders'/) as string,
  });
});

test("what a check found is handed on, and has to have its form", async () => {
  const daemon = openDaemon(running);
  await daemon.report("probe", { stack: "prod", hops: [] });
  await expect(daemon.report("doctor", { stack: "prod" })).rejects.toMatchObject({
    code: "REJECTED",
    message: expect.stringContaining("'steps'") as string,
  });
});

test("why it cannot work is told, as it says it", async () => {
  running.problems = ["The intake cannot open.", "Nor can anything else."];
  expect(await openDaemon(running).problems()).toBe("The intake cannot open.\nNor can anything else.");
  running.problems = [];
  expect(await openDaemon(running).problems()).toBeUndefined();
});

test("a wrong token is WRONG_CREDENTIALS, and is not shown", async () => {
  const daemon = openDaemon({ ...running, token: "not-the-token" });
  const failure = await daemon.settings().catch((error: unknown) => error as Error);
  expect(failure).toMatchObject({ code: "WRONG_CREDENTIALS" });
  expect((failure as Error).message).toMatch(/daemon\.token.*SIU_TOKEN/);
  expect((failure as Error).message).not.toContain("not-the-token");
});

test("a daemon that does not run is UNAVAILABLE, with what to do", async () => {
  await expect(openDaemon({ url: "http://127.0.0.1:9", token: "x" }).settings()).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringMatching(/npx siu run.*daemon\.url/) as string,
  });
});

test.each([
  [404, "<h1>Not found</h1>"],
  [200, "<h1>Welcome</h1>"],
])("another program in its place (HTTP %i) is no daemon without settings", async (status, page) => {
  const server = createServer((_, response) => response.writeHead(status).end(page));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(openDaemon({ url, token: "x" }).settings()).rejects.toMatchObject({ code: "UNEXPECTED" });
});
