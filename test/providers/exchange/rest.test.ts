import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { Exchange } from "../../../providers/exchange/port.ts";
import { createRest, type RestOptions } from "../../../providers/exchange/rest.ts";

type Answer = readonly [status: number, body: string, headers?: Record<string, string>];

let server: Server;
let exchange: Exchange;
const heard: string[] = [];
const waits: number[] = [];

/** An endpoint that gives these answers one after the other, the last one for ever. */
async function answering(...answers: Answer[]): Promise<Exchange> {
  return answeringTo(() => ({ username: "admin", password: "secret" }), ...answers);
}

async function answeringTo(
  credential: (url: string) => RestOptions["credential"],
  ...answers: Answer[]
): Promise<Exchange> {
  let count = 0;
  server = createServer((_request, response) => {
    const [status, body, headers] = answers[Math.min(count++, answers.length - 1)] ?? [500, ""];
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  exchange = createRest({
    side: "onPremises",
    url,
    credential: credential(url),
    warn: (text) => void heard.push(text),
    now: Date.now,
    wait: async (milliseconds) => void waits.push(milliseconds),
  });
  return exchange;
}

afterEach(async () => {
  heard.length = 0;
  waits.length = 0;
  await exchange.close();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

/** An answer as captured from Exchange Online: the message is general, the reason in the details. */
function captured(status: number, code: string, reason: string): Answer {
  const message = "Error executing cmdlet";
  const type = "Microsoft.Exchange.Admin.OData.Core.ODataServiceException";
  const details = [{ code: "Client", target: "", message: reason }];
  return [status, JSON.stringify({ error: { code, message, details, innererror: { message, type } } })];
}

const missing =
  "Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|The operation couldn't be performed because object 'x' couldn't be found on 'DC'.";

describe("the reason of a refusal", () => {
  test.each([
    [404, "NotFound"],
    [400, "BadRequest"],
    [500, "InternalServerError"],
  ])("is read from its details: a missing object, HTTP %i", async (status, code) => {
    const { invoke } = await answering(captured(status, code, missing));
    await expect(invoke("Get-TransportRule", { Identity: "x" })).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("object 'x' couldn't be found") as string,
    });
  });

  test("that Exchange gives without a number is read too", async () => {
    const reason = "|Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException|'x' already exists.";
    const { invoke } = await answering(captured(400, "BadRequest", reason));
    await expect(invoke("New-TransportRule")).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  });

  test("that is not there is no missing object, whatever the code says", async () => {
    const body = JSON.stringify({ error: { code: "NotFound", message: "Resource not found." } });
    const { invoke } = await answering([404, body]);
    await expect(invoke("Get-TransportRule")).rejects.toMatchObject({ code: "UNEXPECTED" });
  });

  test("of a forbidden cmdlet is both that it can be", async () => {
    const { invoke } = await answering([403, ""]);
    await expect(invoke("Get-TransportRule")).rejects.toMatchObject({
      code: "ACCESS_DENIED",
      message: expect.stringMatching(/no such cmdlet.*lacks the right/) as string,
    });
  });
});

const nothing: Answer = [200, '{"value":[]}'];

describe("an answer that is not understood", () => {
  test.each(["{}", '{"value":null}', "null", "", "<html>", '{"error":{}}'])(
    "to a reading is never an empty list: %s",
    async (body) => {
      const { invoke } = await answering([200, body]);
      await expect(invoke("Get-TransportRule")).rejects.toMatchObject({ code: "UNEXPECTED" });
    },
  );

  test("to a write, which need not say anything, is no failure when it is empty", async () => {
    const { invoke } = await answering([204, ""]);
    expect(await invoke("Set-TransportRule")).toEqual([]);
  });
});

describe("waiting", () => {
  test.each(["Get-TransportRule", "Validate-OutboundConnector"])(
    "%s is repeated when a server between us and Exchange fails",
    async (cmdlet) => {
      const { invoke } = await answering([502, "<html>"], [500, ""], nothing);
      expect(await invoke(cmdlet)).toEqual([]);
      expect(waits).toEqual([500, 1_000]);
    },
  );

  test("a reading is repeated when the token service fails, and a refused secret is not", async () => {
    const application = (url: string) => ({
      tokenUrl: `${url}/token`,
      clientId: "id",
      clientSecret: "secret",
    });
    const token: Answer = [200, '{"access_token":"t","expires_in":3600}'];
    const { invoke } = await answeringTo(application, [503, "<html>"], [429, ""], token, nothing);
    expect(await invoke("Get-TransportRule")).toEqual([]);
    expect(waits).toEqual([500, 1_000]);
    await exchange.close();
    server.close();
    const refused = await answeringTo(application, [400, '{"error":"invalid_client"}']);
    await expect(refused.invoke("Get-TransportRule")).rejects.toMatchObject({ code: "WRONG_CREDENTIALS" });
    expect(waits).toHaveLength(2);
  });

  test("a write is repeated when there was no token to do it with", async () => {
    const application = (url: string) => ({ tokenUrl: `${url}/token`, clientId: "id", clientSecret: "x" });
    const token: Answer = [200, '{"access_token":"t","expires_in":3600}'];
    const { invoke } = await answeringTo(application, [503, "", { "retry-after": "8" }], token, [
      200,
      '{"value":[]}',
    ]);
    await invoke("New-TransportRule");
    expect(waits).toEqual([8_000]);
    expect(heard).toEqual(["New-TransportRule: waiting 8 s, because the token service does not answer."]);
  });

  test("a write is not: it may have been done", async () => {
    const { invoke } = await answering([502, ""], nothing);
    await expect(invoke("New-TransportRule")).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  test("for longer than a few seconds is said", async () => {
    const { invoke } = await answering([429, "", { "retry-after": "30" }], nothing);
    await invoke("Set-TransportRule");
    expect(heard).toEqual(["Set-TransportRule: waiting 30 s, because Exchange is busy."]);
  });

  test("for hours is refused", async () => {
    const { invoke } = await answering([429, "", { "retry-after": "7200" }], nothing);
    await expect(invoke("Set-TransportRule")).rejects.toMatchObject({ code: "THROTTLED" });
    expect(waits).toEqual([]);
  });
});
