import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTransport } from "../../../../reconciler/mailbox/ews/transport.ts";
import { Fault } from "../../../../reconciler/fault.ts";
import { answer, startScriptedServer } from "./scripted-server.ts";
import type { ScriptedServer } from "./scripted-server.ts";
import type { Message, TransportOptions } from "../../../../reconciler/mailbox/ews/transport.ts";
import type { ServerResponse } from "node:http";

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

const secret = "pässwört";
const body = "<s:Envelope>the body of a mail</s:Envelope>";
const message: Message = {
  body,
  mailbox: "anna.weber@contoso.com",
  repeatable: false,
  about: "GetItem in mailbox 'anna'",
};

async function using<T>(
  options: Partial<TransportOptions>,
  use: (send: (message?: Partial<Message>) => Promise<string>) => Promise<T>,
) {
  const transport = createTransport({
    url: `${server.origin}/EWS/Exchange.asmx`,
    credential: { by: "basic", username: "siu@contoso.com", password: secret },
    certificateAuthority: server.ca,
    ...options,
  });
  try {
    return await use((change = {}) => transport.send({ ...message, ...change }));
  } finally {
    await transport.close();
  }
}

/** The fault of sending one message; it shows neither password nor body. */
async function faultOf(
  options: Partial<TransportOptions> = {},
  change: Partial<Message> = {},
): Promise<Fault> {
  const error = await using(options, (send) =>
    send(change).then(
      () => undefined,
      (reason: unknown) => reason,
    ),
  );
  if (!(error instanceof Fault)) throw new Error("it did not fail with a Fault", { cause: error });
  expect(error.message).not.toMatch(new RegExp(`${secret}|body of a mail`));
  return error;
}

test("a message goes by Basic authentication, anchored at its mailbox", async () => {
  server.script(answer(200, "<ok/>"));
  await using({}, async (send) => {
    expect(await send()).toBe("<ok/>");
    expect(await send({ mailbox: undefined })).toBe("<ok/>");
    expect(await send({ mailbox: "jürgen@contoso.com" })).toBe("<ok/>");
  });
  const [first, ...others] = server.seen;
  expect(first).toMatchObject({ path: "/EWS/Exchange.asmx", method: "POST", body });
  expect(first?.headers).toMatchObject({
    "x-anchormailbox": "anna.weber@contoso.com",
    "content-type": "text/xml; charset=utf-8",
    authorization: `Basic ${Buffer.from(`siu@contoso.com:${secret}`).toString("base64")}`,
  });
  expect(others.map(({ headers }) => headers["x-anchormailbox"])).toEqual([undefined, undefined]);
});

test("connections are kept and shared", async () => {
  server.script(answer(200, "<ok/>"));
  await using({ maxConcurrency: 2 }, async (send) => {
    await Promise.all(Array.from({ length: 6 }, () => send()));
    await send();
  });
  expect(server.seen).toHaveLength(7);
  expect(new Set(server.seen.map(({ connection }) => connection)).size).toBeLessThanOrEqual(2);
});

test("no more requests than the limit are under way, and a quiet mailbox is served between those of a busy one", async () => {
  const open: ServerResponse[] = [];
  let arrived = Promise.withResolvers<void>();
  server.script((_, response) => {
    open.push(response);
    arrived.resolve();
  });
  await using({ maxConcurrency: 1 }, async (send) => {
    const all = ["busy@contoso.com", "busy@contoso.com", "busy@contoso.com", "quiet@contoso.com"].map(
      (mailbox) => send({ mailbox }),
    );
    for (let count = 1; count <= all.length; count += 1) {
      await arrived.promise;
      arrived = Promise.withResolvers();
      expect(open).toHaveLength(1);
      open.pop()?.end("<ok/>");
    }
    await Promise.all(all);
  });
  const mailboxes = server.seen.map(({ headers }) => headers["x-anchormailbox"]);
  expect(mailboxes).toEqual([
    "busy@contoso.com",
    "busy@contoso.com",
    "quiet@contoso.com",
    "busy@contoso.com",
  ]);
});

test("a packed answer is unpacked", async () => {
  server.script(answer(200, gzipSync("<ok>é</ok>"), { "content-encoding": "gzip" }));
  expect(await using({}, (send) => send())).toBe("<ok>é</ok>");
});

test("a SOAP fault, which comes with status 500, is an answer", async () => {
  const fault = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/><!--s:Envelope>-->';
  server.script(answer(500, fault));
  expect(await using({}, (send) => send())).toBe(fault);
});

describe("a status", () => {
  test.for([
    [401, "WRONG_CREDENTIALS", /Check user name and password/],
    [403, "ACCESS_DENIED", /EwsApplicationAccessPolicy/],
    [404, "UNAVAILABLE", /Check the EWS URL \(\/EWS\/Exchange\.asmx\)/],
    [302, "UNAVAILABLE", /Check the EWS URL/],
    [413, "REFUSED", /larger/],
    [500, "UNAVAILABLE", /event log/],
    [503, "UNAVAILABLE", /tried again/],
  ] as const)("%s means %s and says what to check", async ([status, code, text]) => {
    server.script(answer(status, "<html>the body of a mail</html>"));
    expect(await faultOf()).toMatchObject({ code, message: expect.stringMatching(text) });
    expect(server.seen).toHaveLength(1);
  });

  test.for([429, 503])("%s with Retry-After means to wait so long", async (status) => {
    server.script(answer(status, "", { "retry-after": "1.5" }));
    expect(await faultOf()).toMatchObject({ code: "THROTTLED", retryAfter: 1500 });
  });
});

describe("a connection", () => {
  test("that nobody accepts names the host and what to check", async () => {
    const gone = await startScriptedServer();
    await gone.close();
    const fault = await faultOf({ url: `${gone.origin}/EWS/Exchange.asmx` });
    expect(fault).toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringMatching(/localhost:\d+: nothing listens there/),
    });
  });

  test("to a name that does not exist says so", async () => {
    const fault = await faultOf({ url: "https://mail.contoso.invalid/EWS/Exchange.asmx" });
    expect(fault).toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringMatching(/mail\.contoso\.invalid: its name is not in DNS/),
    });
  });

  test("to a server whose authority is unknown says what to name", async () => {
    const other = await startScriptedServer();
    try {
      const fault = await faultOf({ certificateAuthority: other.ca });
      expect(fault).toMatchObject({
        code: "UNAVAILABLE",
        message: expect.stringContaining("certificateAuthority"),
      });
    } finally {
      await other.close();
    }
  });

  test("to a server with another name is refused before anything is sent", async () => {
    server.script(answer(200));
    const fault = await faultOf({
      url: `${server.origin.replace("localhost", "127.0.0.1")}/EWS/Exchange.asmx`,
    });
    expect(fault).toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("certificate is for another name"),
    });
    expect(server.seen).toHaveLength(0);
  });

  test("that breaks is tried again only where that changes nothing", async () => {
    server.script((_, response) => void response.destroy(), answer(200, "<ok/>"));
    expect(await faultOf()).toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("broke off"),
    });
    expect(server.seen).toHaveLength(1);

    server.script((_, response) => void response.destroy(), answer(200, "<ok/>"));
    expect(await using({}, (send) => send({ repeatable: true }))).toBe("<ok/>");

    server.script((_, response) => void response.destroy());
    expect(await faultOf({}, { repeatable: true })).toMatchObject({ code: "UNAVAILABLE" });
    expect(server.seen).toHaveLength(2);
  });

  test("that breaks in the middle of the answer gives no half answer", async () => {
    server.script((_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("<ok>", () => response.destroy());
    });
    expect(await faultOf()).toMatchObject({ code: "UNAVAILABLE" });
  });

  test("over which no answer comes is given up", async () => {
    server.script(() => {});
    expect(await faultOf({ timeout: 200 })).toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("in time"),
    });
  });

  test("over which the answer never ends is given up", async () => {
    server.script((_, response) => void response.writeHead(200).write("<ok>"));
    expect(await faultOf({ timeout: 200 })).toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("in time"),
    });
  });
});

test.for([
  ["plain", "x".repeat(2000), {}],
  ["packed", gzipSync("x".repeat(2000)), { "content-encoding": "gzip" }],
] as const)("an answer that is too large is refused, %s", async ([, huge, headers]) => {
  server.script(answer(200, huge, headers));
  expect(await faultOf({ maxAnswer: 1000 })).toMatchObject({
    code: "TOO_LARGE",
    message: expect.stringContaining("more than 1000 bytes"),
  });
});
