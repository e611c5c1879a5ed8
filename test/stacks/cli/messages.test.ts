import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openQueue } from "../../../reconciler/queue/pg-boss.ts";
import type { Queue, Result } from "../../../reconciler/queue/port.ts";
import { type Web, openWeb } from "../../../reconciler/web/server.ts";
import { bracketed, time } from "../../../stacks/cli/messages.ts";
import { job } from "../../reconciler/queue/job.ts";
import { quietParts } from "../../reconciler/web/quiet-queue.ts";
import { siu } from "./siu.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const token = "of-a-test";
const raw = Buffer.from("Subject: x\r\n\r\nbody");
let folder: string;
let queue: Queue;
let web: Web;
let on: string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "messages-"));
  queue = await openQueue(folder);
  web = await openWeb({
    ...quietParts,
    port: 0,
    token,
    queue,
    check: () => [],
    apply: async () => {},
    problems: async () => [],
    status: () => ({}),
  });
  on = ["--url", `http://127.0.0.1:${web.port}`];
  const ends: Record<string, Result> = {
    "<good@x>": { outcome: "updated", mailboxes: ["a@contoso.com"], items: 1, text: "Updated 1 item." },
    "<bad@x>": { outcome: "failed", reason: "not-found", mailboxes: [], items: 0, text: "No sent copy." },
    "<denied@x>": {
      outcome: "failed",
      reason: "access-denied",
      mailboxes: [],
      items: 0,
      text: "Not allowed.",
    },
  };
  for (const [messageId, end] of Object.entries(ends)) {
    await queue.add(job(messageId), raw);
    for (const taken of await queue.take(1)) await queue.finish(taken, end);
  }
});
afterAll(async () => {
  await web.close();
  await queue.close();
  await rm(folder, { recursive: true });
});

const run = (...args: string[]) => siu([...args, ...on], { SIU_TOKEN: token });

test("one line per message, with its history", async () => {
  const { code, out } = await run("messages", "--since", "1h");
  expect(code).toBe(0);
  const lines = out.trimEnd().split("\n");
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(
    /^\S+Z  failed \(not-found\)  a@contoso\.com  <bad@x>  \+0\.0s Taken in\. \+\d+\.\ds No sent copy\.$/,
  );
});

test("messages are found by what is known of them, as JSON for programs", async () => {
  const { out } = await run("messages", "--sender", "A@contoso.com", "--message-id", "denied@x", "--json");
  expect(
    out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as object),
  ).toEqual([
    expect.objectContaining({ messageId: "<denied@x>", outcome: "failed", reason: "access-denied" }),
  ]);
  expect((await run("messages", "--state", "updated", "--reason", "not-found")).out).toBe("");
});

test("what failed is tried again; what did not, is told", async () => {
  expect(await run("retry")).toMatchObject({ code: 1, err: expect.stringContaining("--all or --reason") });
  expect(await run("retry", "bad@x", "good@x")).toMatchObject({
    code: 1,
    out: "1 message to be tried again\n",
    err: expect.stringContaining("did not fail"),
  });
  const [taken] = await queue.take(1);
  expect(taken?.job).toMatchObject({ messageId: "<bad@x>", attempt: 0 });
  expect(taken && Buffer.from(taken.raw)).toEqual(raw);
  const { code, out } = await run("retry", "--all", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ retried: [job("<denied@x>").key] });
});

test("a daemon that is not there, or does not take the token, is told with what to do", async () => {
  const away = await siu(["messages", "--url", "http://127.0.0.1:1"], { SIU_TOKEN: token });
  expect(away).toMatchObject({ code: 1, err: expect.stringContaining("Is it running") });
  const wrong = await siu(["messages", ...on], { SIU_TOKEN: "wrong" });
  expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining("refused the token") });
  const none = await siu(["retry", "--all", ...on], { SIU_DATA: join(folder, "nothing") });
  expect(none).toMatchObject({ code: 1, err: expect.stringContaining("Set SIU_TOKEN") });
});

test("times are points or spans, ids are Message-IDs or keys", () => {
  expect(time("2026-11-25T08:00Z")).toBe(Date.UTC(2026, 10, 25, 8));
  expect(Date.now() - time("2d")).toBeLessThan(2 * 86_400_000 + 60_000);
  expect(() => time("soon")).toThrow("how long ago");
  expect([bracketed("a@x"), bracketed("<a@x>"), bracketed("key")]).toEqual(["<a@x>", "<a@x>", "key"]);
});
