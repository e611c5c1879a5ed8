import type { ServerResponse } from "node:http";
import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
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
  const isData = typeof body === "object" && !Buffer.isBuffer(body) && !(body instanceof Readable);
  response.writeHead(status, {
    ...(isData ? { "Content-Type": "application/json; charset=utf-8" } : {}),
    ...headers,
  });
  if (body instanceof Readable) return stream(response, body, delivery);
  const content = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  if (delivery.breakOff === undefined && delivery.bytesPerSecond === undefined)
    return void response.end(content);
  const breaks = await trickle(response, Buffer.from(content), delivery);
  if (breaks) response.destroy();
  else response.end();
}

/** Sends pieces as they come and as fast as the client takes them; the stream is destroyed when the client goes away. */
async function stream(response: ServerResponse, body: Readable, delivery: Delivery): Promise<void> {
  // The status is sent at once: a stream may keep silent for long.
  response.flushHeaders();
  const { breakOff, bytesPerSecond } = delivery;
  try {
    if (breakOff === undefined && bytesPerSecond === undefined) return await pipeline(body, response);
    response.once("close", () => body.destroy());
    let [sent, pieces] = [0, 0];
    for await (const piece of body as AsyncIterable<Buffer>) {
      const half = pieces++ === 1 ? ("half" as const) : undefined;
      const end = breakOff === "half" ? half : breakOff === undefined ? undefined : breakOff - sent;
      const rate = bytesPerSecond === undefined ? {} : { bytesPerSecond };
      const breaks = await trickle(response, piece, end === undefined ? rate : { ...rate, breakOff: end });
      if (breaks && (end === "half" || piece.length >= (end ?? Infinity))) return void response.destroy();
      sent += piece.length;
    }
    response.end();
  } catch (error) {
    // That the client left, or the server ends, is how a stream usually ends.
    if (!isLeaving(error)) throw error;
    response.destroy();
  } finally {
    body.destroy();
  }
}

function isLeaving(error: unknown): boolean {
  const leaving = ["ERR_STREAM_PREMATURE_CLOSE", "ECONNRESET", "EPIPE", "ABORT_ERR"];
  return error instanceof Error && "code" in error && leaving.includes(String(error.code));
}

/** Writes a content up to where it breaks off; true when it does. */
export async function trickle(to: Writable, content: Buffer, delivery: Delivery): Promise<boolean> {
  const { breakOff, bytesPerSecond } = delivery;
  const end = breakOff === "half" ? Math.floor(content.length / 2) : (breakOff ?? content.length);
  const size = bytesPerSecond === undefined ? content.length : Math.max(1, Math.ceil(bytesPerSecond / drops));
  for (let at = 0; at < Math.min(end, content.length) && !to.destroyed; at += size) {
    if (at > 0) await setTimeout(1000 / drops);
    await written(to, content.subarray(at, Math.min(at + size, end)));
  }
  return end < content.length || breakOff !== undefined;
}

/** Resolves when the piece has left, or cannot leave any more. */
function written(to: Writable, piece: Buffer): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  to.write(piece, () => resolve());
  return promise;
}
