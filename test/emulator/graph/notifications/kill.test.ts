import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { Agent, request as ask } from "undici";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startServerProcess, type ServerProcess } from "../../storage/server-process.ts";

interface Ready {
  graph: string;
  token: string;
  users: { upn: string }[];
  app: { clientId: string; secret: string };
}

let folder: string;
let server: ServerProcess<Ready>;
let endpoint: Server;
/** Whether the endpoint accepts notifications; until it does it says nothing. */
let accepts: boolean;
/** Entity tags of the changes that it was told of. */
let told: Set<string>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "notifications-kill-test-"));
  [accepts, told] = [false, new Set()];
  endpoint = createServer(async (request, response) => {
    const token = new URL(request.url ?? "", "http://localhost").searchParams.get("validationToken");
    if (token !== null) return void response.setHeader("Content-Type", "text/plain").end(token);
    // Who is killed may break off in the middle.
    const body = await text(request).catch(() => undefined);
    if (body === undefined || !accepts) return undefined;
    const { value } = JSON.parse(body) as { value: { resourceData: { "@odata.etag": string } }[] };
    for (const { resourceData } of value) told.add(resourceData["@odata.etag"]);
    return void response.writeHead(202).end();
  }).listen(0, "127.0.0.1");
  await start();
});
afterEach(async () => {
  await server.kill();
  endpoint.closeAllConnections();
  endpoint.close();
  await rm(folder, { recursive: true });
});

async function start(): Promise<void> {
  server = await startServerProcess<Ready>(folder, ["--grant", "--items", "5"]);
}

async function tokenOf({ token, app }: Ready): Promise<string> {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const { body } = await ask(token, {
    dispatcher,
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: app.clientId,
      client_secret: app.secret,
      scope: "https://graph.microsoft.com/.default",
    }).toString(),
  });
  const { access_token: found } = (await body.json()) as { access_token: string };
  await dispatcher.close();
  return found;
}

type Graph = (method: string, path: string, content?: object) => Promise<Record<string, unknown>>;

async function openGraph(): Promise<Graph> {
  const token = await tokenOf(server.ready);
  return async (method, path, content) => {
    const answer = await fetch(`${server.ready.graph}/v1.0/${path}`, {
      method,
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      ...(content ? { body: JSON.stringify(content) } : {}),
    });
    const data = (await answer.json()) as Record<string, unknown>;
    if (!answer.ok) throw new Error(JSON.stringify(data));
    return data;
  };
}

test("whenever the process is killed, each change that was answered is told after the next start", async () => {
  const graph = await openGraph();
  const messages = `users/${server.ready.users[0]?.upn}/messages`;
  await graph("POST", "subscriptions", {
    changeType: "updated",
    notificationUrl: `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/hook`,
    resource: messages,
    expirationDateTime: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const answered: string[] = [];
  for (const [round, moment] of fc.sample(fc.nat(40), 3).entries()) {
    const again = await openGraph();
    const ids = ((await again("GET", messages))["value"] as { id: string }[]).map(({ id }) => id);
    const change = async (id: string): Promise<void> => {
      for (let turn = 0; ; turn++) {
        const { "@odata.etag": tag } = await again("PATCH", `${messages}/${id}`, { subject: `s${turn}` });
        answered.push(String(tag));
        if (answered.length % 41 === moment) void server.kill();
      }
    };
    const ends = await Promise.allSettled(ids.slice(0, 3).map(change));
    // Each worker ends with the connection, and with nothing else.
    for (const end of ends)
      expect(end).toMatchObject({
        reason: { message: expect.stringMatching(/fetch failed|ECONN|closed?|terminated|socket/i) },
      });
    await server.kill();
    accepts = round === 2;
    await start();
  }
  await vi.waitFor(() => expect([...told]).toEqual(expect.arrayContaining(answered)), 60_000);
}, 120_000);
