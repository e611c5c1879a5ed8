import { createServer } from "node:https";
import { createAuthority } from "../../../emulator/tls.ts";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived. */
export interface Seen {
  path: string;
  method: string;
  headers: IncomingMessage["headers"];
  body: string;
  /** The client's port: the same for requests over one connection. */
  connection: number;
}

type Reply = (seen: Seen, response: ServerResponse) => void;

/** A web server over TLS on a free port of localhost; each request takes the next reply, the last one stays. */
export interface ScriptedServer {
  origin: string;
  /** PEM of the authority behind its certificate. */
  ca: string;
  seen: Seen[];
  script: (...replies: Reply[]) => void;
  close: () => Promise<void>;
}

export async function startScriptedServer(): Promise<ScriptedServer> {
  const authority = await createAuthority();
  const seen: Seen[] = [];
  let replies: Reply[] = [];
  const server = createServer(await authority.issue(["localhost"]), (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { url = "", method = "", headers, socket } = request;
      const one = {
        path: url,
        method,
        headers,
        body: Buffer.concat(chunks).toString(),
        connection: socket.remotePort ?? 0,
      };
      seen.push(one);
      const reply = replies.length > 1 ? replies.shift() : replies[0];
      reply?.(one, response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "localhost", listening));
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    ca: authority.ca,
    seen,
    script: (...next) => {
      replies = next;
      seen.length = 0;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Answers with a status, a text and headers. */
export function answer(
  status: number,
  body: string | Buffer = "",
  headers: Record<string, string> = {},
): Reply {
  return (_, response) => void response.writeHead(status, headers).end(body);
}
