import { afterAll, beforeAll, expect, test } from "vitest";
import { trust } from "../../../../reconciler/mailbox/connection.ts";
import type { Credential } from "../../../../reconciler/mailbox/ews/line.ts";
import { openLine } from "../../../../reconciler/mailbox/ews/open-line.ts";
import { answer, startScriptedServer } from "./scripted-server.ts";
import type { ScriptedServer } from "./scripted-server.ts";

let server: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(() => server.close());

/** Sends one message, and tells the status of the answer and how the requests were signed in. */
async function sent(credential: Credential): Promise<{ status: number; signed: (string | undefined)[] }> {
  const connect = { secureContext: trust(server.ca), timeout: 10_000 };
  const line = openLine(new URL(server.origin), credential, { connections: 1, connect });
  const signal = AbortSignal.timeout(10_000);
  try {
    const { statusCode, body } = await line.post({ path: "/", headers: {}, body: "<a/>", signal });
    await body.dump();
    expect(server.seen.every((one) => one.method === "POST" && one.body === "<a/>")).toBe(true);
    return { status: statusCode, signed: server.seen.map(({ headers }) => headers.authorization) };
  } finally {
    await line.close();
  }
}

test("Basic credentials are UTF-8, colons in the password included", async () => {
  server.script(answer(200));
  const { signed } = await sent({ by: "basic", username: "jürgen@contoso.com", password: "a:b€" });
  const expected = Buffer.from("jürgen@contoso.com:a:b€", "utf8").toString("base64");
  expect(signed).toEqual([`Basic ${expected}`]);
});

test("a password that is refused is not sent again", async () => {
  server.script(answer(401));
  const { status, signed } = await sent({ by: "basic", username: "a", password: "b" });
  expect([status, signed.length]).toEqual([401, 1]);
});

test("a token that is refused is changed once for another one, of the same server", async () => {
  let asked = 0;
  const credential: Credential = {
    by: "oauth",
    tokenFor: ({ origin }) => {
      expect(origin).toBe(server.origin);
      return async (refused) =>
        refused === undefined ? "old" : `new ${++asked} for ${refused.token}, ${refused.claims}`;
    },
  };
  server.script(answer(401, "", { "www-authenticate": `Bearer claims="${btoa("{}")}"` }), answer(200));
  expect(await sent(credential)).toEqual({ status: 200, signed: ["Bearer old", "Bearer new 1 for old, {}"] });
  server.script(answer(401));
  expect(await sent(credential)).toMatchObject({ status: 401, signed: { length: 2 } });
});
