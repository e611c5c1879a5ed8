import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { least, siu, stackFile } from "./siu.ts";

let server: Server | undefined;

afterEach(async () => {
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  server = undefined;
});

interface Seen {
  method: string | undefined;
  headers: IncomingMessage["headers"];
  body: string;
}

/** A daemon that answers GET with `etag` (or 404) and PUT with `status`, and tells what it was asked. */
async function daemon(
  etag: string | undefined,
  status: number,
  problems = "",
): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const listening = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += String(chunk)));
    request.on("end", () => {
      seen.push({ method: request.method, headers: request.headers, body });
      if (request.url === "/readyz") response.writeHead(problems === "" ? 200 : 503).end(problems);
      else if (request.method === "PUT")
        response.writeHead(status).end(status === 204 ? "" : "senders: is missing\n");
      else if (etag === undefined) response.writeHead(404).end("There are no settings yet.\n");
      else response.writeHead(200, { etag }).end("{}");
    });
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, seen };
}

test("sends the settings with the token, only where there were none", async () => {
  const { url, seen } = await daemon(undefined, 204);
  const run = await siu(["publish", await stackFile(least), "--url", url], { SIU_TOKEN: "of-a-test" });
  expect(run).toMatchObject({ code: 0, out: expect.stringContaining("has the settings") });
  const put = seen.find(({ method }) => method === "PUT");
  expect(put?.headers).toMatchObject({ authorization: "Bearer of-a-test", "if-none-match": "*" });
  expect(JSON.parse(put?.body ?? "")).toMatchObject({
    version: 1,
    mailboxes: { onPremises: { account: { upn: "siu@contoso.com", password: "${env:SIU_PASSWORD}" } } },
  });
});

test("replaces just the settings that it saw", async () => {
  const { url, seen } = await daemon('"7"', 204);
  await siu(["publish", await stackFile(least), "--url", url], { SIU_TOKEN: "of-a-test" });
  expect(seen.find(({ method }) => method === "PUT")?.headers["if-match"]).toBe('"7"');
});

test("says why the daemon refused them", async () => {
  const { url } = await daemon('"7"', 422);
  const run = await siu(["publish", await stackFile(least), "--url", url], { SIU_TOKEN: "of-a-test" });
  expect(run).toMatchObject({
    code: 1,
    err: expect.stringContaining("refused what it was sent (HTTP 422): senders: is missing"),
  });
});

test("without an address, a token or a daemon it says what to do", async () => {
  const file = await stackFile(least);
  expect((await siu(["publish", file])).err).toContain("Say --url, or daemon.url in the stack.");
  expect((await siu(["publish", file, "--url", "http://127.0.0.1:9"])).err).toContain("Set SIU_TOKEN");
  const run = await siu(["publish", file, "--url", "http://127.0.0.1:9"], { SIU_TOKEN: "of-a-test" });
  expect(run).toMatchObject({
    code: 1,
    err: expect.stringContaining("does not answer. Is it running (npx siu run)?"),
  });
});

test("a daemon that has the settings but cannot work with them is no success", async () => {
  const { url } = await daemon('"7"', 204, "intake.listen.key: the file key.pem cannot be read\n");
  const run = await siu(["publish", await stackFile(least), "--url", url], { SIU_TOKEN: "of-a-test" });
  expect(run).toMatchObject({
    code: 1,
    out: expect.stringContaining("has the settings"),
    err: expect.stringContaining("cannot work with them yet:\nintake.listen.key"),
  });
});
