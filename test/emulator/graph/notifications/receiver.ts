import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { text } from "node:stream/consumers";
import type { Organization } from "../../organization.ts";

/** One request that came to a client's endpoint. */
export interface Received {
  url: URL;
  type: string | undefined;
  body: string;
}

export interface Receiver {
  /** `https://127.0.0.1:port` */
  origin: string;
  /** Everything but validations, in the order in which it came. */
  received: Received[];
  validations: Received[];
  /** Elements of `value`, and takes them out. */
  taken: () => Record<string, unknown>[];
  /** Resolves when something comes. */
  next: () => Promise<unknown>;
  /** What to answer with; 202, and validation tokens as they came, unless told. Undefined: no answer. */
  answer: (request: Received) => { status: number; type?: string; body?: string } | undefined;
  close: () => Promise<void>;
}

/** A client's endpoint for notifications, over TLS on loopback, with a certificate of the organization unless another is given. */
export async function startReceiver(
  organization: Organization,
  certificate?: { key: string; cert: string },
): Promise<Receiver> {
  const issued = certificate ?? (await organization.authority.issue(["localhost", "127.0.0.1"]));
  const server = createServer(issued, (request, response) => {
    void take(request, response);
  });
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "/", receiver.origin);
    const one: Received = { url, type: request.headers["content-type"], body: await text(request) };
    const reply = receiver.answer(one);
    (url.searchParams.has("validationToken") ? receiver.validations : receiver.received).push(one);
    if (reply)
      response.writeHead(reply.status, { "Content-Type": reply.type ?? "text/plain" }).end(reply.body);
    server.emit("taken");
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const receiver: Receiver = {
    origin: `https://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`,
    received: [],
    validations: [],
    taken: () =>
      receiver.received
        .splice(0)
        .flatMap(({ body }) => (JSON.parse(body) as { value: Record<string, unknown>[] }).value),
    next: () => once(server, "taken"),
    answer: usualAnswer,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
  return receiver;
}

/** Accepts everything. */
export function usualAnswer({ url }: Received): { status: number; type?: string; body?: string } {
  const token = url.searchParams.get("validationToken");
  return token === null ? { status: 202 } : { status: 200, type: "text/plain", body: token };
}
