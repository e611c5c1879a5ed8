import { Client, type Context, GraphError, ResponseType } from "@microsoft/microsoft-graph-client";
import { Agent, fetch } from "undici";
import { connectionFault } from "../connection-trouble.ts";
import { trust } from "../connection.ts";
import { createGate } from "../gate.ts";
import { Fault } from "../../fault.ts";
import { graphFault, readRetryAfter } from "./errors.ts";
import { claimsOf, type Token } from "../application.ts";

/** One request to Graph, below `/v1.0`. */
export interface Ask {
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** With its query, values encoded: `/users/anna%40contoso.com/messages?$top=1`; or a whole URL that Graph gave. */
  path: string;
  /** JSON, or bytes as they are. */
  body?: object;
  headers?: Record<string, string>;
  /** Answers the body's bytes instead (an ArrayBuffer). */
  raw?: boolean;
}

/**
 * Asks, and answers the body as JSON. `about` names operation and mailbox in errors; requests of one mailbox wait for
 * each other beyond the four that Exchange Online takes at once from an application.
 * @throws Fault
 */
export type Call = <T>(ask: Ask, about: string, mailbox?: string) => Promise<T>;

/** Calls over kept connections. */
export interface Connection {
  call: Call;
  close: () => Promise<void>;
}

/** See `GraphOptions`. */
export interface ConnectionOptions {
  url: string;
  token: Token;
  certificateAuthority?: string;
  timeout?: number;
  maxAnswer?: number;
}

/** https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits */
const perMailbox = 4;
const atOnce = 32;

/** Opens no connection before the first call. */
export function connect({
  url,
  token,
  certificateAuthority,
  timeout = 100_000,
  maxAnswer = 64 * 2 ** 20,
}: ConnectionOptions): Connection {
  const gate = createGate(atOnce, perMailbox);
  const dispatcher = new Agent({
    connections: atOnce,
    keepAliveTimeout: 60_000,
    connect: { secureContext: trust(certificateAuthority), timeout: Math.min(timeout, 15_000) },
  });

  /** Sends one request with a token; one that is refused as no longer good is changed for another once. */
  async function send({ request, options = {} }: Context): Promise<Response> {
    const { method = "GET", body } = options;
    const plain = Object.fromEntries(new Headers(options.headers));
    const attempt = async (bearer?: string): Promise<Response> => {
      const answer = await fetch(String(request), {
        method,
        headers: bearer === undefined ? plain : { ...plain, authorization: `Bearer ${bearer}` },
        ...((typeof body === "string" || body instanceof Uint8Array) && { body }),
        dispatcher,
        signal: AbortSignal.timeout(timeout),
      });
      // Read here, because the library would not tell why an answer broke off.
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of answer.body ?? []) {
        size += chunk.byteLength;
        if (size > maxAnswer)
          throw new Fault("TOO_LARGE", `Graph answers with more than ${maxAnswer} bytes.`);
        chunks.push(chunk);
      }
      const { status, headers } = answer;
      return new Response(size > 0 ? Buffer.concat(chunks) : null, { status, headers: [...headers] });
    };
    // An upload's URL is a permission of its own, and no place for a token.
    if (method === "PUT") return attempt();
    const bearer = await token();
    const answer = await attempt(bearer);
    if (answer.status !== 401) return answer;
    const claims = claimsOf(answer.headers.get("www-authenticate") ?? undefined);
    return attempt(await token({ token: bearer, claims }));
  }

  const call: Call = (ask, about, mailbox = "") =>
    gate(mailbox, async () => {
      // The library makes an error of its own of every failure, and leaves out what caused it.
      let failure: unknown;
      const execute = async (context: Context): Promise<void> => {
        try {
          context.response = await send(context);
        } catch (error) {
          failure = error;
          throw error;
        }
      };
      const client = Client.initWithMiddleware({ baseUrl: url, middleware: { execute } });
      const request = client.api(ask.path).headers(ask.headers ?? {});
      try {
        const verb = ask.method.toLowerCase() as "get" | "post" | "patch" | "put" | "delete";
        if (ask.raw) request.responseType(ResponseType.ARRAYBUFFER);
        return await request[verb](ask.body);
      } catch (error) {
        if (failure instanceof Fault)
          throw new Fault(failure.code, `${about}: ${failure.message}`, { cause: failure });
        if (failure !== undefined) throw connectionFault(failure, new URL(url), about);
        if (!(error instanceof GraphError) || error.statusCode < 400) {
          throw new Fault("UNAVAILABLE", `${about}: the answer of ${url} broke off or cannot be read.`, {
            cause: error,
          });
        }
        throw graphFault(
          error.statusCode,
          error.code ?? "",
          readRetryAfter(error.headers?.get("retry-after")),
          about,
        );
      }
    });

  return { call, close: () => dispatcher.close() };
}
