import { afterEach, beforeEach, expect, test } from "vitest";
import { type Web, openWeb } from "../../../reconciler/web/server.ts";
import { quietParts, quietQueue } from "./quiet-queue.ts";

const key = "5b1c9a9e-9f6f-8d55-8a0a-3f2f1a1b2c3d";
let web: Web;
let retried: string[];
let broken: boolean;

beforeEach(async () => {
  [retried, broken] = [[], false];
  web = await openWeb({
    ...quietParts,
    now: Date.now,
    port: 0,
    token: "right",
    check: () => [],
    apply: async () => {},
    problems: async () => [],
    status: () => ({}),
    queue: {
      ...quietQueue,
      settings: async () => undefined,
      saveSettings: async () => undefined,
      retry: async ({ ids = [] }) => {
        retried.push(...ids);
        return ids.filter((id) => id === key);
      },
      latest: async () => {
        if (broken) throw new Error("gone");
        return [];
      },
    },
  });
});
afterEach(() => web.close());

const call = (
  path: string,
  { headers = {}, form }: { headers?: Record<string, string>; form?: Record<string, string> } = {},
) =>
  fetch(`http://127.0.0.1:${web.port}${path}`, {
    redirect: "manual",
    headers: { ...headers },
    ...(form && { method: "POST", body: new URLSearchParams(form) }),
  });

/** A signed-in browser: its cookie and its forms' secret. */
async function signIn(): Promise<{ cookie: string; csrf: string }> {
  const answer = await call("/sign-in", { form: { token: "right" } });
  expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
  const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
  const page = await (await call("/", { headers: { cookie } })).text();
  return { cookie, csrf: /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? "" };
}

test("nothing is shown before the token was", async () => {
  const answer = await call("/?q=anna");
  expect([answer.status, await answer.text()]).toEqual([401, expect.stringContaining("The daemon's token")]);
  const wrong = await call("/sign-in", { form: { token: "wrong" } });
  expect([wrong.status, wrong.headers.get("set-cookie")]).toEqual([403, null]);
  for (let tries = 0; tries < 9; tries++) await call("/sign-in", { form: { token: "wrong" } });
  expect((await call("/sign-in", { form: { token: "right" } })).status).toBe(429);
});

test("every answer forbids scripts, frames, caches and types of others", async () => {
  for (const path of ["/", "/healthz", "/settings", "/status.css"]) {
    const { headers } = await call(path);
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toMatch(/^no-(store|cache)$/);
  }
  for (const [path, type] of [
    ["/status.css", "text/css"],
    ["/live.js", "text/javascript"],
    ["/icon.svg", "image/svg+xml"],
  ])
    expect((await call(path ?? "")).headers.get("content-type")).toContain(type);
});

test("a message is taken up again by the session's own form only", async () => {
  const { cookie, csrf } = await signIn();
  const retry = (headers: Record<string, string>, form: Record<string, string>, which = key) =>
    call(`/messages/${which}/retry`, { headers, form });
  expect((await retry({}, { csrf })).status).toBe(401);
  expect((await retry({ cookie }, {})).status).toBe(403);
  expect((await retry({ cookie }, { csrf: "another" })).status).toBe(403);
  expect((await retry({ cookie, origin: "https://evil.example" }, { csrf })).status).toBe(403);
  expect((await retry({ cookie, "sec-fetch-site": "cross-site" }, { csrf })).status).toBe(403);
  const other = await signIn();
  expect((await retry({ cookie }, { csrf: other.csrf })).status).toBe(403);
  expect(retried).toEqual([]);

  expect((await retry({ cookie }, { csrf })).headers.get("location")).toBe("/?said=taken#failures-title");
  const gone = await retry({ cookie }, { csrf }, key.replace("5", "6"));
  expect(gone.headers.get("location")).toBe("/?said=gone#failures-title");
  expect(retried).toEqual([key, key.replace("5", "6")]);
  // Reading changes nothing.
  expect((await call(`/messages/${key}/retry`, { headers: { cookie } })).status).toBe(401);
  expect(retried).toHaveLength(2);
});

test("signing out ends the session", async () => {
  const { cookie, csrf } = await signIn();
  expect((await call("/sign-out", { headers: { cookie }, form: { csrf: "x" } })).status).toBe(403);
  expect((await call("/", { headers: { cookie } })).status).toBe(200);
  expect((await call("/sign-out", { headers: { cookie }, form: { csrf } })).status).toBe(303);
  expect((await call("/", { headers: { cookie } })).status).toBe(401);
});

test("a session opens pages only, not the interface of programs", async () => {
  const { cookie } = await signIn();
  expect((await call("/settings", { headers: { cookie } })).status).toBe(401);
});

test("the page is there while the database is not", async () => {
  const { cookie } = await signIn();
  broken = true;
  const answer = await call("/", { headers: { cookie } });
  expect([answer.status, await answer.text()]).toEqual([
    200,
    expect.stringContaining("The queue&#39;s database does not answer."),
  ]);
});
