import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { createSessions, fromHere } from "../../../reconciler/web/sessions.ts";

const from = (headers: Record<string, string>): IncomingMessage =>
  ({ headers }) as unknown as IncomingMessage;
const withCookie = (cookie: string | undefined) => from({ cookie: `other=1; ${cookie?.split(";")[0]}` });

test("who shows the token gets a cookie that no script and no other site can use", () => {
  const sessions = createSessions("right", () => 0);
  expect(sessions.open("wrong")).toBeUndefined();
  const cookie = sessions.open("right");
  expect(cookie).toMatch(/^siu-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
  expect(sessions.of(withCookie(cookie))?.csrf).toMatch(/^[\w-]{43}$/);
  expect(sessions.of(withCookie("siu-session=x"))).toBeUndefined();
  expect(sessions.of(from({}))).toBeUndefined();
});

test("a session ends by itself, and when its owner signs out", () => {
  let now = 0;
  const sessions = createSessions("right", () => now);
  const [first, second] = [sessions.open("right"), sessions.open("right")];
  expect(sessions.close(withCookie(first))).toMatch(/^siu-session=; .*Max-Age=0$/);
  expect(sessions.of(withCookie(first))).toBeUndefined();
  now = 12 * 3_600_000 - 1;
  expect(sessions.of(withCookie(second))).toBeDefined();
  now += 1;
  expect(sessions.of(withCookie(second))).toBeUndefined();
});

test("after ten wrong tokens within a minute even the right one has to wait", () => {
  let now = 0;
  const sessions = createSessions("right", () => now);
  for (let tries = 0; tries < 10; tries++) expect(sessions.open(String(tries))).toBeUndefined();
  expect(sessions.open("right")).toBe("wait");
  now = 60_000;
  expect(sessions.open("right")).toMatch(/^siu-session=/);
});

test.each([
  [{ "sec-fetch-site": "same-origin" }, true],
  [{ "sec-fetch-site": "same-site" }, false],
  [{ "sec-fetch-site": "cross-site", origin: "http://127.0.0.1:8420", host: "127.0.0.1:8420" }, false],
  [{ "sec-fetch-site": "none" }, false],
  [{ origin: "http://127.0.0.1:8420", host: "127.0.0.1:8420" }, true],
  [{ origin: "http://127.0.0.1:1", host: "127.0.0.1:8420" }, false],
  [{ origin: "null", host: "127.0.0.1:8420" }, false],
  [{ host: "127.0.0.1:8420" }, true],
])("a request with %o comes from the daemon's own page: %s", (headers, own) => {
  expect(fromHere(from(headers as unknown as Record<string, string>))).toBe(own);
});
