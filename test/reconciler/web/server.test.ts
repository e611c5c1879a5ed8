import { afterEach, beforeEach, expect, test } from "vitest";
import { quietParts, quietQueue } from "./quiet-queue.ts";
import type { AuditEntry, Choice, Queue, StoredSettings } from "../../../reconciler/queue/port.ts";
import { type Web, openWeb } from "../../../reconciler/web/server.ts";
import { settings } from "../message.ts";

let web: Web;
let stored: StoredSettings | undefined;
let applied: StoredSettings[];
let problems: string[];
let rows: AuditEntry[];
let retried: Choice[];
let errors: unknown[];
let reports: Awaited<ReturnType<Queue["reports"]>>;
let broken: boolean;
let listeners: Set<() => void>;

beforeEach(async () => {
  stored = undefined;
  [applied, problems, rows, retried, listeners] = [[], [], [], [], new Set()];
  [errors, reports, broken] = [[], {}, false];
  web = await openWeb({
    port: 0,
    token: "right",
    check: (value) =>
      (value as { status: string }).status === "maybe" ? ["status: must be on or off", "more: is wrong"] : [],
    apply: async (settings) => void applied.push(settings),
    problems: async () => problems,
    status: () => ({ pid: 1 }),
    ...quietParts,
    metrics: { text: async (gauges) => JSON.stringify(gauges), contentType: "text/plain" },
    now: () => 77,
    onError: (error) => errors.push(error),
    queue: {
      ...quietQueue,
      backlog: async () => {
        if (broken) throw new Error("the database is gone");
        return quietQueue.backlog();
      },
      saveReport: async (kind, report) => void (reports[kind] = report),
      audit: async (since, limit, { outcome } = {}) =>
        rows
          .filter((row) => row.change > since && (outcome === undefined || row.outcome === outcome))
          .slice(0, limit),
      retry: async (choice) => {
        retried.push(choice);
        return ["key"];
      },
      counts: async () => ({ updated: 2 }),
      settings: async () => stored,
      saveSettings: async (settings, expected) => {
        if (expected !== undefined && expected !== (stored?.version ?? 0)) return undefined;
        return (stored = { version: (stored?.version ?? 0) + 1, settings });
      },
      onChange: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
  });
});
afterEach(() => web.close());

const call = (
  path: string,
  {
    headers = {},
    token = "right",
    ...init
  }: { headers?: Record<string, string>; token?: string; method?: string; body?: string } = {},
) =>
  fetch(`http://127.0.0.1:${web.port}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
const put = (value: unknown, headers: Record<string, string> = {}) =>
  call("/settings", { method: "PUT", body: JSON.stringify(value), headers });

test.each(["/settings", "/messages", "/status", "/metrics", "/nothing"])(
  "%s wants the token",
  async (path) => {
    for (const token of ["", "wrong", "righ"]) expect((await call(path, { token })).status).toBe(401);
  },
);

test("health and readiness are told to everybody; not ready says why", async () => {
  expect((await call("/healthz", { token: "" })).status).toBe(200);
  expect((await call("/readyz", { token: "" })).status).toBe(200);
  problems = ["There are no settings yet.", "And more."];
  const answer = await call("/readyz", { token: "" });
  expect([answer.status, await answer.text()]).toEqual([503, "There are no settings yet.\nAnd more.\n"]);
});

test("a database that does not answer is a reason not to be ready, and its cause is logged", async () => {
  broken = true;
  const answer = await call("/readyz", { token: "" });
  expect([answer.status, await answer.text()]).toEqual([503, expect.stringMatching(/^The queue's database/)]);
  expect(errors).toMatchObject([{ message: "the database is gone" }]);
});

test("metrics tell readiness, settings and queue as they are then", async () => {
  await put(settings({ status: "off" }));
  problems = ["x"];
  expect(await (await call("/metrics")).json()).toEqual({
    ready: false,
    backlog: { due: 0, later: 0, inHand: 0, oldest: 0 },
    settings: { version: 1, on: false },
  });
});

test("reports of doctor and probe are kept when they have their form", async () => {
  const send = (kind: string, report: unknown) =>
    call(`/reports/${kind}`, { method: "PUT", body: JSON.stringify(report) });
  const step = { part: "rule", title: "The rule is on", state: "ok", causes: [], byHand: [] };
  const doctor = { stack: "prod", at: "x", healthy: true, steps: [step], findings: [] };
  const probe = { stack: "prod", hops: [{ hop: "relay", state: "error", text: "It did not come back." }] };
  expect((await send("doctor", doctor)).status).toBe(204);
  expect((await send("probe", probe)).status).toBe(204);
  expect(reports).toEqual({ doctor: { at: 77, content: doctor }, probe: { at: 77, content: probe } });
  for (const [kind, wrong, why] of [
    ["doctor", { ...doctor, steps: [{ ...step, state: "green" }] }, "/steps/0/state must be equal"],
    ["probe", { stack: "prod", hops: [{ hop: "moon", state: "ok", text: "" }] }, "/hops/0/hop must be equal"],
    ["probe", [], "/ must be object"],
  ] as const) {
    const answer = await send(kind, wrong);
    expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining(why)]);
  }
  expect((await call("/reports/doctor", { method: "PUT", body: "{" })).status).toBe(400);
  expect((await call("/reports/doctor", { method: "PUT", body: "{}", token: "" })).status).toBe(401);
});

test("settings are stored over the version that the caller has seen, and taken over at once", async () => {
  expect((await call("/settings")).status).toBe(404);
  const first = await put(settings(), { "if-none-match": "*" });
  expect([first.status, first.headers.get("etag")]).toEqual([204, '"1"']);
  expect((await put(settings({ status: "off" }), { "if-none-match": "*" })).status).toBe(412);
  expect((await put(settings({ status: "off" }), { "if-match": '"7"' })).status).toBe(412);
  const second = await put(settings({ status: "off" }), { "if-match": '"1"' });
  expect([second.status, second.headers.get("etag")]).toEqual([204, '"2"']);
  const now = await call("/settings");
  expect([now.headers.get("etag"), await now.json()]).toEqual(['"2"', settings({ status: "off" })]);
  expect(applied.map(({ version }) => version)).toEqual([1, 2]);
});

test("the same settings again change nothing", async () => {
  await put(settings());
  const again = await put(settings(), { "if-match": '"1"' });
  expect([again.status, again.headers.get("etag"), applied.length]).toEqual([204, '"1"', 1]);
});

test("bad settings are refused with all problems, and nothing is stored", async () => {
  const answer = await put({ ...settings(), status: "maybe" });
  expect([answer.status, await answer.text()]).toEqual([422, "status: must be on or off\nmore: is wrong\n"]);
  expect((await call("/settings", { method: "PUT", body: "{" })).status).toBe(400);
  expect((await call("/settings", { method: "PUT", body: " ".repeat(2 ** 20 + 1) })).status).toBe(400);
  expect([stored, applied]).toEqual([undefined, []]);
});

test("messages are paged by change; a waiting caller is answered when something changes", async () => {
  rows = [{ change: 3 } as AuditEntry, { change: 5 } as AuditEntry];
  expect(await (await call("/messages?since=3")).json()).toEqual({ messages: [{ change: 5 }], next: 5 });
  expect(await (await call("/messages?since=0&limit=1")).json()).toEqual({
    messages: [{ change: 3 }],
    next: 3,
  });
  expect(await (await call("/messages?since=5")).json()).toEqual({ messages: [], next: 5 });
  const waiting = call("/messages?since=5&wait=30000");
  while (listeners.size === 0) await new Promise(setImmediate);
  rows.push({ change: 6 } as AuditEntry);
  for (const listener of listeners) listener();
  expect(await (await waiting).json()).toEqual({ messages: [{ change: 6 }], next: 6 });
  expect((await call("/messages?since=-1")).status).toBe(400);
});

test("closing answers those who wait", async () => {
  const waiting = call("/messages?wait=30000");
  while (listeners.size === 0) await new Promise(setImmediate);
  await web.close();
  expect((await waiting).status).toBe(200);
  web = { ...web, close: async () => undefined };
});

test("status shows the counts and what is wrong", async () => {
  problems = ["x"];
  expect(await (await call("/status")).json()).toEqual({ pid: 1, messages: { updated: 2 }, problems: ["x"] });
});

test("a taken port is reported as that", async () => {
  await expect(openWeb({ port: web.port } as Parameters<typeof openWeb>[0])).rejects.toMatchObject({
    code: "PORT_IN_USE",
  });
});

test("messages are tried again that somebody names, all of them only on demand", async () => {
  const post = (query: string) => call(`/messages/retry${query}`, { method: "POST" });
  expect((await post("")).status).toBe(400);
  expect(retried).toEqual([]);
  for (const query of ["?id=a&id=%3Cb%40x%3E", "?reason=not-found&sender=a%40x&after=5", "?all"])
    expect(await (await post(query)).json()).toEqual({ retried: ["key"] });
  expect(retried).toEqual([{ ids: ["a", "<b@x>"] }, { reason: "not-found", sender: "a@x", after: 5 }, {}]);
  expect((await call("/messages/retry?all", { method: "POST", token: "wrong" })).status).toBe(401);
});

test("messages are chosen by what became of them; a choice that makes no sense is refused", async () => {
  rows = [{ change: 1, outcome: "updated" } as AuditEntry, { change: 2, outcome: "failed" } as AuditEntry];
  const found = (await (await call("/messages?state=failed")).json()) as { messages: AuditEntry[] };
  expect(found.messages.map(({ change }) => change)).toEqual([2]);
  for (const query of ["state=lost", "after=yesterday"])
    expect((await call(`/messages?${query}`)).status).toBe(400);
});
