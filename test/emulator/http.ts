import type { IncomingHttpHeaders } from "node:http";

/** A request, its body read. */
export interface Request {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Stands for the connection that it came on: the same object for all its requests. */
  connection?: object;
}

/** An object is sent as JSON, text and bytes as they are. */
export interface Answer {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: object | string | Buffer;
  /** How it travels, where somebody asked for trouble. */
  delivery?: Delivery;
}

/** Trouble on an answer's way. */
export interface Delivery {
  /** Milliseconds before its first byte. */
  delay?: number;
  /** The connection breaks after so many bytes of the body. */
  breakOff?: number | "half";
  bytesPerSecond?: number;
}

/** What to send, or that the connection breaks instead. */
export type Reply = Answer | { drop: true };

export type Handler = (request: Request) => Promise<Reply> | Reply;
