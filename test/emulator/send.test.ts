import { once } from "node:events";
import { createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import type { Delivery } from "./http.ts";
import { send } from "./send.ts";

/** Serves one answer with a stream as its body, and what of it a client has got so far. */
async function served(delivery: Delivery = {}) {
  const body = new Readable({ read: () => undefined });
  const sent: Promise<void>[] = [];
  const server = createServer((_, response) => {
    sent.push(send(response, { status: 200, body, delivery }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const asked = request({ port, host: "127.0.0.1", agent: false }).end();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  const next = async (): Promise<string> => String((await once(answer, "data"))[0]);
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await Promise.all(sent);
  };
  return { body, answer, next, close };
}

function closed(stream: Readable): Promise<void> {
  return new Promise((resolve) => void stream.once("close", resolve));
}

/** Resolves with how the client saw the answer end. */
async function end(answer: IncomingMessage): Promise<"whole" | "broken"> {
  answer.on("error", () => undefined).resume();
  await closed(answer);
  return answer.complete ? "whole" : "broken";
}

test("a stream is sent piece by piece, the status before the first", async () => {
  const { body, answer, next, close } = await served();
  expect(answer.statusCode).toBe(200);
  for (const piece of ["one", "two"]) {
    body.push(piece);
    expect(await next()).toBe(piece);
  }
  body.push(null);
  expect(await end(answer)).toBe("whole");
  await close();
});

test("a stream ends when the client goes away", async () => {
  const { body, answer, close } = await served();
  const ended = closed(body);
  answer.destroy();
  await ended;
  await close();
});

test("a stream breaks in the middle of its second piece, or after so many bytes", async () => {
  for (const [breakOff, got] of [
    ["half", "firstsec"],
    [2, "fi"],
    [7, "firstse"],
  ] as const) {
    const { body, answer, close } = await served({ breakOff });
    const pieces: string[] = [];
    answer.on("data", (piece) => pieces.push(String(piece)));
    const ended = end(answer);
    body.push("first");
    setImmediate(() => body.push("second"));
    expect([await ended, pieces.join("")]).toEqual(["broken", got]);
    await close();
  }
});
