import type { ServerResponse } from "node:http";
import { setTimeout } from "node:timers/promises";
import type { Delivery, Reply } from "./http.ts";

/** A dripping answer comes in so many pieces a second. */
const drops = 10;

/** Sends a reply, with the trouble on its way that somebody asked for. `latency` (milliseconds) comes on top. */
export async function send(response: ServerResponse, reply: Reply, latency = 0): Promise<void> {
  if ("drop" in reply) return void response.destroy();
  const { status, headers = {}, body = "", delivery = {} } = reply;
  const wait = latency + (delivery.delay ?? 0);
  if (wait > 0) await setTimeout(wait);
  const isData = typeof body === "object" && !Buffer.isBuffer(body);
  response.writeHead(status, {
    ...(isData ? { "Content-Type": "application/json; charset=utf-8" } : {}),
    ...headers,
  });
  const content = isData ? JSON.stringify(body) : body;
  if (delivery.breakOff === undefined && delivery.bytesPerSecond === undefined)
    return void response.end(content);
  return trickle(response, Buffer.from(content), delivery);
}

async function trickle(response: ServerResponse, content: Buffer, delivery: Delivery): Promise<void> {
  const { breakOff, bytesPerSecond } = delivery;
  const end = breakOff === "half" ? Math.floor(content.length / 2) : (breakOff ?? content.length);
  const size = bytesPerSecond === undefined ? content.length : Math.max(1, Math.ceil(bytesPerSecond / drops));
  for (let at = 0; at < Math.min(end, content.length) && !response.destroyed; at += size) {
    if (at > 0) await setTimeout(1000 / drops);
    await written(response, content.subarray(at, Math.min(at + size, end)));
  }
  if (end < content.length || breakOff !== undefined) response.destroy();
  else response.end();
}

/** Resolves when the piece has left, or cannot leave any more. */
function written(response: ServerResponse, piece: Buffer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  response.write(piece, () => resolve());
  return promise;
}
