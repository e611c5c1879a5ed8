import type { IncomingMessage, ServerResponse } from "node:http";
import { Fault } from "../fault.ts";

/** What a route answers; an object is sent as JSON. */
export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

const maxBody = 2 ** 20;

/** A sentence or some lines. */
export function text(status: number, body: string): Answer {
  return { status, body: `${body}\n`, headers: { "content-type": "text/plain; charset=utf-8" } };
}

/** The body of a request. @throws Fault REFUSED for more than 1 MB */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) throw new Fault("REFUSED", "The body is larger than 1 MB.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The body of a request as a value. @throws Fault REFUSED for what is no JSON */
export async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const body = await bodyOf(request);
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new Fault("REFUSED", "The body must be JSON.", { cause });
  }
}

/** Sends it; nothing of it may be kept by a cache, read as another type, framed, or run but from this very address. */
export function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "cache-control": "no-store",
    "content-security-policy":
      "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body));
}
