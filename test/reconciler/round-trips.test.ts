import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";
import { expect, test } from "vitest";
import type { Meter } from "../../reconciler/metrics.ts";
import { watchRoundTrips } from "../../reconciler/round-trips.ts";

test("every request of the process is told once: answered, or not", async () => {
  const told: Parameters<Meter["answered"]>[0][] = [];
  const stop = watchRoundTrips((one) => told.push(one));
  const server = createServer((asked, response) => {
    if (asked.url === "/broken") asked.socket.destroy();
    else response.writeHead(429).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await (await request(`${url}/busy`, { method: "POST" })).body.dump();
  await expect(request(`${url}/broken`)).rejects.toThrow(/other side closed/);
  await (await fetch(url)).text(); // Node's own copy of undici tells too.
  stop();
  await (await request(url)).body.dump();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  const seconds = expect.any(Number);
  expect(told).toEqual([
    { method: "POST", server: "127.0.0.1", status: 429, seconds },
    { method: "GET", server: "127.0.0.1", seconds },
    { method: "GET", server: "127.0.0.1", status: 429, seconds },
  ]);
});
