import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Agent } from "undici";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createToken, type Token } from "../../../providers/exchange/token.ts";

let server: Server;
let dispatcher: Agent;
let now: number;
let asked: number;
/** What the service answers. */
let answer: readonly [status: number, body: object | string, headers?: Record<string, string>];
let token: Token;

beforeEach(async () => {
  [now, asked] = [1_000_000, 0];
  answer = [200, { access_token: "one", expires_in: 3600 }];
  server = createServer((request, response) => {
    asked++;
    request.resume().on("end", () => {
      const [status, body, headers] = answer;
      response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  dispatcher = new Agent();
  const tokenUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  const credential = { tokenUrl, clientId: "id", clientSecret: "Secret-of-a-test" };
  token = createToken(credential, { dispatcher, now: () => now });
});
afterEach(async () => {
  await dispatcher.close();
  await new Promise((closed) => server.close(closed));
});

test("one token serves all who ask, until a minute before its end", async () => {
  expect(await Promise.all([token.get(), token.get()])).toEqual(["one", "one"]);
  now += 3_539_000;
  await token.get();
  expect(asked).toBe(1);
  now += 1_000;
  await token.get();
  expect(asked).toBe(2);
});

test("one that Exchange refused is fetched anew", async () => {
  await token.get();
  token.forget();
  answer = [200, { access_token: "two", expires_in: 3600 }];
  expect(await token.get()).toBe("two");
});

test("one whose service tells only its end is used up then", async () => {
  answer = [200, { access_token: "one", expires_on: String(now / 1_000 + 120) }];
  await token.get();
  now += 59_000;
  await token.get();
  expect(asked).toBe(1);
  now += 1_000;
  await token.get();
  expect(asked).toBe(2);
});

test("a failure is not remembered", async () => {
  answer = [503, "<html>"];
  await expect(token.get()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  answer = [200, { access_token: "one", expires_in: 3600 }];
  expect(await token.get()).toBe("one");
});

test("a busy service is asked again when it says", async () => {
  answer = [429, "", { "retry-after": "7" }];
  await expect(token.get()).rejects.toMatchObject({ code: "UNAVAILABLE", retryAfter: 7_000 });
});

test("a refusal tells Entra's number, and nothing that was sent", async () => {
  const text = "AADSTS7000215: Invalid client secret provided: Secret-of-a-test.";
  answer = [401, { error: "invalid_client", error_description: text }];
  const failure = await token.get().catch((error: unknown) => error as Error);
  expect(failure).toMatchObject({
    code: "WRONG_CREDENTIALS",
    message: expect.stringMatching(/'id' cannot sign in.*clientSecret.*\(AADSTS7000215\)$/) as string,
  });
  expect((failure as Error).message).not.toContain("Secret-of-a-test");
});

test("a page of another program is no token", async () => {
  answer = [200, "<html>"];
  await expect(token.get()).rejects.toMatchObject({ code: "UNAVAILABLE" });
});
