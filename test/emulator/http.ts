import type { IncomingHttpHeaders } from "node:http";

/** A request, its body read. */
export interface Request {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** An object is sent as JSON, text and bytes as they are. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: object | string | Buffer;
}

/** What to send, or that the connection breaks instead. */
export type Reply = Answer | { drop: true };

export type Handler = (request: Request) => Promise<Reply> | Reply;
