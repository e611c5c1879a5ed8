import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";

/** A request, its body read. */
export interface Request {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** Stands for the connection that it came on: the same object for all its requests. */
  connection?: object;
}

/** An object is sent as JSON, text and bytes as they are, a stream piece by piece as long as it and the client stay. */
export interface Answer {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: object | string | Buffer | Readable;
  /** How it travels, where somebody asked for trouble. */
  delivery?: Delivery;
}

/** Trouble on an answer's way. */
export interface Delivery {
  /** Milliseconds before its first byte. */
  delay?: number;
  /** The connection breaks after so many bytes of the body; of a stream `half` means the middle of its second piece. */
  breakOff?: number | "half";
  bytesPerSecond?: number;
}

/** What to send, or that the connection breaks instead. */
export type Reply = Answer | { drop: true };

export interface Handler {
  (request: Request): Promise<Reply> | Reply;
  /** Ends what it keeps going beyond an answer: streams, notifications. */
  close?: () => void;
}
