import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { adminHandler } from "./admin/endpoint.ts";
import { autodiscoverHandler } from "./autodiscover.ts";
import type { Handler, Reply } from "./http.ts";
import type { Organization } from "./organization.ts";
import type { SideName } from "./store.ts";
import { tokenHandler } from "./token.ts";

/** One side's HTTPS front door, listening. */
export interface WebServer {
  /** `https://127.0.0.1:port` */
  origin: string;
  /** `POST {admin}/InvokeCommand` */
  admin: string;
  ews: string;
  /** Online only: the root without `/v1.0`. */
  graph?: string;
  /** Online only. */
  token?: string;
  /** On-premises only. */
  autodiscover?: string;
  close: () => Promise<void>;
}

const names = {
  onPremises: ["mail.contoso.com", "autodiscover.contoso.com"],
  online: ["outlook.office365.com", "login.microsoftonline.com", "graph.microsoft.com"],
} as const;
const largestBody = 160 * 1024 * 1024;

export interface WebServerOptions {
  /** 0 (any free one) by default. */
  port?: number;
  /** Answers `/EWS/Exchange.asmx`. */
  ews?: Handler;
  /** Answers everything below `/v1.0`. */
  graph?: Handler;
}

/** Serves one side over HTTPS on loopback. @throws Error EADDRINUSE when the port is taken. */
export async function startWebServer(
  organization: Organization,
  side: SideName,
  options: WebServerOptions = {},
): Promise<WebServer> {
  const { tenantId, domain } = organization.store;
  const [first, ...others] = names[side];
  const certificate = await organization.authority.issue([first, ...others, "localhost", "127.0.0.1", "::1"]);
  const paths = {
    admin: `/adminapi/beta/${side === "online" ? tenantId : domain}`,
    ews: "/EWS/Exchange.asmx",
    token: `/${tenantId}/oauth2/v2.0/token`,
    autodiscover: "/autodiscover/autodiscover.xml",
  };
  const routes = new Map<string, Handler>([
    [`${paths.admin}/InvokeCommand`, adminHandler(organization, side)],
    ...(options.ews ? [[paths.ews, options.ews] as const] : []),
    side === "online"
      ? [paths.token, tokenHandler(organization)]
      : [paths.autodiscover, autodiscoverHandler(organization, () => `${origin}${paths.ews}`)],
  ]);
  const byPath = new Map([...routes].map(([path, handler]) => [path.toLowerCase(), handler]));
  const server = createServer({ key: certificate.key, cert: certificate.cert }, (request, response) => {
    const handlerOf = ({ pathname }: URL): Handler | undefined =>
      /^\/v1\.0\//i.test(pathname) ? options.graph : byPath.get(pathname.toLowerCase());
    serve(handlerOf, origin, request, response).catch((error: unknown) => {
      process.stderr.write(
        `${request.method} ${request.url?.split("?")[0]}: ${error instanceof Error ? error.stack : String(error)}\n`,
      );
      if (response.headersSent) response.destroy();
      else
        send(response, {
          status: 500,
          body: { error: { code: "InternalServerError", message: "An internal error occurred." } },
        });
    });
  });
  const origin = `https://127.0.0.1:${await listen(server, options.port ?? 0)}`;
  return {
    origin,
    admin: `${origin}${paths.admin}`,
    ews: `${origin}${paths.ews}`,
    ...(options.graph ? { graph: origin } : {}),
    ...(side === "online"
      ? { token: `${origin}${paths.token}` }
      : { autodiscover: `${origin}${paths.autodiscover}` }),
    close: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      return promise;
    },
  };
}

async function serve(
  handlerOf: (url: URL) => Handler | undefined,
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", origin);
  const handler = handlerOf(url);
  if (!handler) return send(response, { status: 404 });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) return send(response, { status: 413 });
    chunks.push(chunk);
  }
  return send(
    response,
    await handler({
      method: request.method ?? "GET",
      url,
      headers: request.headers,
      body: Buffer.concat(chunks),
    }),
  );
}

function send(response: ServerResponse, reply: Reply): void {
  if ("drop" in reply) {
    response.destroy();
    return;
  }
  const { status, headers = {}, body = "" } = reply;
  const isData = typeof body === "object" && !Buffer.isBuffer(body);
  response.writeHead(status, {
    ...(isData ? { "Content-Type": "application/json; charset=utf-8" } : {}),
    ...headers,
  });
  response.end(isData ? JSON.stringify(body) : body);
}

function listen(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.once("error", reject);
  server.listen(port, "127.0.0.1", () => {
    const address = server.address();
    resolve(typeof address === "object" && address ? address.port : port);
  });
  return promise;
}
