import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Fault } from "../fault.ts";

/** Where notifications come to, from the Internet's side and from this machine's. */
export interface WebhookOptions {
  /** What the server is told: `https://siu.contoso.com/notifications`. */
  publicUrl: string;
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** PEM, both or neither: with them the listener speaks TLS, without it stands behind a proxy that does. */
  key?: string;
  certificate?: string;
  /** Told when a connection cannot be taken. */
  onError: (error: unknown) => void;
}

/** What a notification says: there is news, or something about its subscription. */
export interface Notice {
  subscription: string;
  event: "news" | "missed" | "reauthorizationRequired" | "subscriptionRemoved";
}

/** The open listener. */
export interface Webhook {
  port: number;
  url: string;
  /** What a subscription has to show (`clientState`); made anew with each listener. */
  secret: string;
  /** Who hears what is posted from now on; one at a time. */
  hear: (listener: (notice: Notice) => void) => void;
  close: () => Promise<void>;
}

/** Graph posts up to a thousand notifications at once, of half a kilobyte each. */
const maxBody = 2 ** 20;
const lifecycleEvents = ["missed", "reauthorizationRequired", "subscriptionRemoved"] as const;

/**
 * Opens the listener for change notifications of Graph, apart from the daemon's own HTTP interface: it proves the address
 * when a subscription is made, believes only who shows the secret, and does nothing but pass on that there is news, so
 * that it answers at once (https://learn.microsoft.com/graph/change-notifications-delivery-webhooks).
 * @throws Fault PORT_IN_USE | BAD_SETTINGS
 */
export async function openWebhook(options: WebhookOptions): Promise<Webhook> {
  const { publicUrl, host, port } = options;
  const { pathname } = new URL(publicUrl);
  const secret = randomBytes(32).toString("base64url");
  let listener: (notice: Notice) => void = () => {};

  const answer = async (request: IncomingMessage): Promise<{ status: number; body?: string }> => {
    const url = new URL(request.url ?? "/", publicUrl);
    if (url.pathname !== pathname) return { status: 404 };
    if (request.method !== "POST") return { status: 405 };
    const token = url.searchParams.get("validationToken");
    if (token !== null) return { status: 200, body: token };
    const body = await bodyOf(request);
    if (body === undefined) return { status: 413 };
    const notices = noticesIn(body, secret);
    if (notices === undefined) return { status: 400 };
    for (const notice of notices) listener(notice);
    return { status: 202 };
  };

  const respond = (request: IncomingMessage, response: ServerResponse): void =>
    void answer(request).then(
      ({ status, body }) => {
        const headers = { "Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff" };
        response.writeHead(status, status === 413 ? { ...headers, Connection: "close" } : headers).end(body);
      },
      () => response.destroy(), // Its sender broke off, and posts again.
    );

  const server = createListener(options, respond);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(port, host, resolve);
  await promise.catch((cause: unknown) => {
    throw new Fault(
      "PORT_IN_USE",
      `The webhook cannot listen on ${host}, port ${port} (intake.webhook.listen).`,
      {
        cause,
      },
    );
  });
  server.off("error", reject).on("error", options.onError);
  return {
    port: (server.address() as AddressInfo).port,
    url: publicUrl,
    secret,
    hear: (heard) => (listener = heard),
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

function createListener(
  { key, certificate: cert }: WebhookOptions,
  respond: (request: IncomingMessage, response: ServerResponse) => void,
) {
  const bounds = {
    headersTimeout: 5_000,
    requestTimeout: 10_000,
    keepAliveTimeout: 30_000,
    maxHeaderSize: 16_384,
  };
  try {
    const server =
      key === undefined || cert === undefined
        ? createServer(bounds, respond)
        : createSecureServer({ ...bounds, key, cert, minVersion: "TLSv1.2" }, respond);
    server.maxConnections = 100;
    return server;
  } catch (cause) {
    throw new Fault("BAD_SETTINGS", "intake.webhook.listen: the key or the certificate cannot be used.", {
      cause,
    });
  }
}

/** Undefined when there is too much of it. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** The notices of who knows the secret; undefined for what is no collection of notifications. */
function noticesIn(body: string, secret: string): Notice[] | undefined {
  const { value } = (parsed(body) ?? {}) as { value?: unknown };
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((item: unknown) => {
    const { clientState, subscriptionId, lifecycleEvent } = (item ?? {}) as Record<string, unknown>;
    if (typeof subscriptionId !== "string" || !isSame(clientState, secret)) return [];
    const event = lifecycleEvents.find((known) => known === lifecycleEvent);
    return [{ subscription: subscriptionId, event: event ?? "news" }];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSame(given: unknown, secret: string): boolean {
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return typeof given === "string" && timingSafeEqual(hash(given), hash(secret));
}
