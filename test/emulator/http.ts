import type { IncomingHttpHeaders } from "node:http";

/** A request, its body read. */
export interface Request {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** An answer: an object is sent as JSON, text and bytes as they are; `drop` breaks the connection instead. */
export type Reply =
  | { drop: true }
  | { drop?: never; status: number; headers?: Record<string, string>; body?: object | string | Buffer };

export type Handler = (request: Request) => Promise<Reply> | Reply;
