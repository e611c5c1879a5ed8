import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { Server } from "node:net";
import { adminHandler } from "./admin/endpoint.ts";
import { autodiscoverRoutes } from "./autodiscover/routes.ts";
import { BodyRefusal, readBody } from "./body.ts";
import { clientAccess } from "./client-access.ts";
import { encodedFor } from "./content-encoding.ts";
import { largestRequest } from "./ews/server.ts";
import type { Handler } from "./http.ts";
import { loginRoutes } from "./login/routes.ts";
import type { Organization } from "./organization.ts";
import { send } from "./send.ts";
import type { SideName } from "./store.ts";

/** One side's HTTPS front door, listening. */
export interface WebServer {
  /** `https://127.0.0.1:port` */
  origin: string;
  /** `POST {admin}/InvokeCommand` */
  admin: string;
  ews: string;
  /** The root without `/v1.0`, where there is Graph. */
  graph?: string;
  autodiscover: string;
  /** Where there is a login. */
  token?: string;
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
  /** Plain HTTP for everything but the login, which then has a port of its own. */
  insecure?: boolean;
  /** Milliseconds that every answer takes longer. */
  latency?: number;
  /** Whether tokens are issued here; online only unless told. */
  login?: boolean;
}

/** What answers a path; a key that ends in `/` answers all paths below it. */
type Routes = ReadonlyMap<string, Handler>;

/** Serves one side on loopback. @throws Error EADDRINUSE when the port is taken. */
export async function startWebServer(
  organization: Organization,
  side: SideName,
  options: WebServerOptions = {},
): Promise<WebServer> {
  const { tenantId, domain } = organization.store;
  const { settled, requests } = organization;
  const count = (path: string): void => {
    const name = `${side} ${path.split("/")[1]}`;
    requests.set(name, (requests.get(name) ?? 0) + 1);
  };
  const { insecure = false, latency = 0, login = side === "online" } = options;
  const paths = {
    admin: `/adminapi/beta/${side === "online" ? tenantId : domain}`,
    ews: "/EWS/Exchange.asmx",
    autodiscover: "/autodiscover/autodiscover.xml",
  };
  const issuing: Routes = login ? loginRoutes(organization) : new Map();
  const routes: Routes = new Map([
    [`${paths.admin}/InvokeCommand`, adminHandler(organization, side)],
    ...(options.ews ? [[paths.ews, clientAccess(side, options.ews)] as const] : []),
    ...(options.graph ? [["/v1.0/", options.graph] as const] : []),
    ...[...autodiscoverRoutes(organization, side, () => `${door.origin}${paths.ews}`)].map(
      ([path, handler]) => [path, clientAccess(side, handler)] as const,
    ),
    ...(insecure ? [] : issuing),
  ]);
  const [first, ...others] = names[side];
  const certificate = await organization.authority.issue([first, ...others, "localhost", "127.0.0.1", "::1"]);
  const door = await open(routes, {
    port: options.port ?? 0,
    latency,
    settled,
    count,
    ...(insecure ? {} : { certificate }),
  });
  const desk =
    login && insecure ? await open(issuing, { port: 0, latency, settled, count, certificate }) : undefined;
  return {
    origin: door.origin,
    admin: `${door.origin}${paths.admin}`,
    ews: `${door.origin}${paths.ews}`,
    ...(options.graph ? { graph: door.origin } : {}),
    autodiscover: `${door.origin}${paths.autodiscover}`,
    ...(login ? { token: `${(desk ?? door).origin}/${tenantId}/oauth2/v2.0/token` } : {}),
    close: async () => {
      for (const handler of [options.ews, options.graph]) handler?.close?.();
      await Promise.all([door.close(), desk?.close()]);
    },
  };
}

interface Door {
  origin: string;
  close: () => Promise<void>;
}

interface DoorOptions {
  port: number;
  latency: number;
  certificate?: { key: string; cert: string };
  /** Resolves once what requests changed is safe. */
  settled: () => Promise<void>;
  /** Counts a request to a path (lower case) that is served. */
  count: (path: string) => void;
}

/** Listens on loopback, over TLS where there is a certificate, and answers what `routes` know. */
async function open(routes: Routes, options: DoorOptions): Promise<Door> {
  const { certificate } = options;
  const byPath = new Map([...routes].map(([path, handler]) => [path.toLowerCase(), handler]));
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    serve(byPath, origin, options, request, response).catch((error: unknown) => {
      // Who breaks off in the middle of a request waits for no answer.
      if (request.errored) return;
      process.stderr.write(
        `${request.method} ${request.url?.split("?")[0]}: ${error instanceof Error ? error.stack : String(error)}\n`,
      );
      if (response.headersSent) response.destroy();
      else
        void send(response, {
          status: 500,
          body: { error: { code: "InternalServerError", message: "An internal error occurred." } },
        });
    });
  };
  const server = certificate ? createServer(certificate, answer) : createPlainServer(answer);
  const scheme = certificate ? "https" : "http";
  const origin = `${scheme}://127.0.0.1:${await listen(server, options.port)}`;
  return {
    origin,
    close: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      return promise;
    },
  };
}

async function serve(
  routes: Routes,
  origin: string,
  { latency, settled, count }: Pick<DoorOptions, "latency" | "settled" | "count">,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = request.url ?? "/";
  if (!URL.canParse(target, origin)) return send(response, { status: 400 }, latency);
  const url = new URL(target, origin);
  const path = url.pathname.toLowerCase();
  const handler = handlerOf(routes, path);
  if (!handler) return send(response, { status: 404 }, latency);
  count(path);
  const limit = path.startsWith("/ews/") ? largestRequest : largestBody;
  const body = await readBody(request, limit).catch((error: unknown) => {
    if (error instanceof BodyRefusal) return error.status;
    throw error;
  });
  if (typeof body === "number") return send(response, { status: body }, latency);
  const reply = await handler({
    method: request.method ?? "GET",
    url,
    headers: request.headers,
    body,
    connection: request.socket,
  });
  // Nobody is told of a success that a kill of the process could still take back.
  await settled();
  const encoded = await encodedFor(reply, String(request.headers["accept-encoding"] ?? ""));
  return send(response, encoded, latency);
}

/** The handler of a path (lower case): its own, else the one of the nearest folder above it. */
function handlerOf(routes: Routes, path: string): Handler | undefined {
  const own = routes.get(path);
  if (own) return own;
  for (let end = path.lastIndexOf("/"); end >= 0; end = path.lastIndexOf("/", end - 1)) {
    const above = routes.get(path.slice(0, end + 1));
    if (above) return above;
    if (end === 0) return undefined;
  }
  return undefined;
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
