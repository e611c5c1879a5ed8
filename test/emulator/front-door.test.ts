import { Agent, request as plainRequest, type IncomingHttpHeaders } from "node:http";
import { once } from "node:events";
import { connect } from "node:net";
import { brotliCompressSync, deflateSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anna, soap } from "./ews/client.ts";
import { ewsEndpoint } from "./ews/server.ts";
import { getFoldersXml } from "./ews/folder-requests.ts";
import { folderXml } from "./ews/requests.ts";
import { createOrganization, type Organization } from "./organization.ts";
import { startWebServer, type WebServer } from "./server.ts";
import { recipientByAddress, sideOf } from "./store.ts";

let organization: Organization;
let server: WebServer;
let authorization: string;
const agent = new Agent({ keepAlive: true });
beforeAll(async () => {
  organization = await createOrganization();
  const side = sideOf(organization, "onPremises");
  server = await startWebServer(organization, "onPremises", {
    ews: ewsEndpoint(organization, side),
    insecure: true,
  });
  const password = recipientByAddress(side, anna)?.password ?? "";
  authorization = `Basic ${Buffer.from(`${anna}:${password}`).toString("base64")}`;
});
afterAll(async () => {
  agent.destroy();
  await server.close();
});

const getFolder = soap(getFoldersXml(folderXml(), "Default"));
const everyFolder = soap(
  `<m:FindFolder Traversal="Deep"><m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape><m:ParentFolderIds>${folderXml("msgfolderroot")}</m:ParentFolderIds></m:FindFolder>`,
);

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

function ask(body: string | Buffer, headers: Record<string, string> = {}, method = "POST"): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = plainRequest(
    server.ews,
    { method, agent, headers: { Authorization: authorization, "Content-Type": "text/xml", ...headers } },
    (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
      response.on("error", reject);
    },
  );
  sent.on("error", reject);
  sent.end(body);
  return promise;
}

/** Sends bytes as they are and answers all that comes until the server closes. */
async function raw(...pieces: string[]): Promise<string> {
  const { hostname, port } = new URL(server.origin);
  const socket = connect(Number(port), hostname);
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  for (const piece of pieces) socket.write(piece);
  await once(socket, "close");
  return text;
}

describe("content encodings", () => {
  test("a large answer goes as gzip to whoever accepts that, a small one as it is", async () => {
    const large = await ask(everyFolder, { "Accept-Encoding": "br, gzip;q=0.5, deflate" });
    expect(large.headers).toMatchObject({ "content-encoding": "gzip", vary: "Accept-Encoding" });
    expect(gunzipSync(large.body).toString()).toContain("<t:DisplayName>Sent Items</t:DisplayName>");
    const small = await ask(getFolder, { "Accept-Encoding": "gzip" });
    expect(small.headers["content-encoding"]).toBeUndefined();
    expect(small.body.toString()).toContain("<t:DisplayName>Sent Items</t:DisplayName>");
    expect(small.headers["content-length"]).toBe(String(small.body.length));
  });

  test.each(["identity", "gzip;q=0", "br", "gzip;q=0.000, br"])(
    "nothing is compressed for Accept-Encoding: %s",
    async (accepted) => {
      const answer = await ask(everyFolder, { "Accept-Encoding": accepted });
      expect(answer.headers["content-encoding"]).toBeUndefined();
      expect(answer.body.toString()).toContain("FindFolderResponse");
    },
  );

  test.each([
    ["gzip", gzipSync],
    ["GZIP", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    ["identity", (text: string) => Buffer.from(text)],
  ])("a request may come as %s", async (encoding, compress) => {
    const answer = await ask(compress(getFolder), { "Content-Encoding": encoding });
    expect(answer.status).toBe(200);
    expect(answer.body.toString()).toContain("NoError");
  });

  test("a request in an unknown encoding, a broken one and a bomb are refused", async () => {
    expect((await ask(getFolder, { "Content-Encoding": "zip" })).status).toBe(415);
    expect((await ask(getFolder, { "Content-Encoding": "gzip" })).status).toBe(400);
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20));
    expect((await ask(bomb, { "Content-Encoding": "gzip" })).status).toBe(413);
    expect((await ask(getFolder)).status).toBe(200);
  });
});

describe("the names by which clients know Exchange", () => {
  test("an answer names its server, and a refusal too", async () => {
    const named = { server: "Microsoft-IIS/10.0", "x-feserver": "MAIL", "x-beserver": "MAIL" };
    expect((await ask(getFolder)).headers).toMatchObject(named);
    expect((await ask(getFolder, { Authorization: "" })).headers).toMatchObject(named);
  });

  test("a request has an id, and the client's own comes back when it asks for it", async () => {
    const asked = { "Client-Request-ID": "mine" };
    const silent = await ask(getFolder, asked);
    expect(silent.headers["request-id"]).toMatch(/^[0-9a-f-]{36}$/);
    expect(silent.headers["client-request-id"]).toBeUndefined();
    const told = await ask(getFolder, { ...asked, "Return-Client-Request-ID": "True" });
    expect(told.headers["client-request-id"]).toBe("mine");
    expect(told.headers["request-id"]).not.toBe(silent.headers["request-id"]);
  });

  test("a session's cookie is given once", async () => {
    const [cookie = ""] = (await ask(getFolder)).headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/^exchangecookie=[0-9a-f]{32}; path=\//);
    const again = await ask(getFolder, { Cookie: cookie.split(";")[0] ?? "" });
    expect(again.headers["set-cookie"]).toBeUndefined();
  });

  test("an anchor mailbox and headers in any case change nothing", async () => {
    const anchored = await ask(getFolder, { "X-ANCHORMAILBOX": "ben.fischer@contoso.com" });
    expect(anchored.body.toString()).toContain("NoError");
  });
});

describe("broken HTTP", () => {
  test("more than 160 MB are refused, announced or not, and the connection goes on", async () => {
    const large = Buffer.alloc(161 * 1024 * 1024, 0x20);
    expect((await ask(large)).status).toBe(413);
    expect((await ask(large, { "Transfer-Encoding": "chunked" })).status).toBe(413);
    expect((await ask(getFolder)).status).toBe(200);
  });

  const head = "POST /EWS/Exchange.asmx HTTP/1.1\r\nHost: x\r\n";
  test.each([
    ["a chunk without a length", `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n`],
    ["a chunk of another length", `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nabc\r\n0\r\n\r\n`],
    ["two lengths", `${head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["a negative length", `${head}Content-Length: -1\r\n\r\n`],
    ["a NUL in a header", "GET / HTTP/1.1\r\nHost: x\r\nA\0: b\r\n\r\n"],
    ["no HTTP", "\0\u0001\u0002 hello\r\n\r\n"],
    ["a version of the future", "GET / HTTP/3.0\r\nHost: x\r\n\r\n"],
    ["an address that is none", "GET // HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"],
    ["no host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"],
  ])("%s is a bad request", async (_what, bytes) => {
    expect(await raw(bytes)).toMatch(/^HTTP\/1\.1 400 /);
  });

  test("headers without an end are refused", async () => {
    expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\nA: ${"a".repeat(20_000)}\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
  });

  test("who is slow, or breaks off in the middle, holds up nobody", async () => {
    const { hostname, port } = new URL(server.origin);
    const slow = Array.from({ length: 50 }, () => connect(Number(port), hostname));
    await Promise.all(slow.map((each) => once(each, "connect")));
    for (const each of slow.slice(0, 25)) each.write("POST /EWS/Exchange.asmx HTTP/1.1\r\nHost:");
    for (const each of slow.slice(25)) each.write(`${head}Content-Length: 1000\r\n\r\n<?xml`);
    expect((await ask(getFolder)).status).toBe(200);
    for (const each of slow) each.destroy();
    expect((await ask(getFolder)).status).toBe(200);
  });

  test("a client that asks before it sends is told to go on", async () => {
    const expecting = `POST /EWS/Exchange.asmx HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${authorization}\r\nExpect: 100-continue\r\nContent-Length: ${getFolder.length}\r\n\r\n`;
    expect(await raw(expecting, getFolder)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  });

  test("requests one behind the other on a connection are answered in order", async () => {
    const one = (path: string, close = "") =>
      `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n${close}\r\n`;
    const text = await raw(
      one("/EWS/Exchange.asmx") + one("/nowhere") + one("/EWS/Exchange.asmx", "Connection: close\r\n"),
    );
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      "200",
      "404",
      "200",
    ]);
  });
});
