import { createHash, timingSafeEqual } from "node:crypto";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { Fault, isFault } from "../fault.ts";
import { choiceOf } from "./choice.ts";
import type { Queue, StoredSettings } from "../queue/port.ts";
import type { SettingsCheck } from "../settings.ts";
import type { Settings } from "../../stacks/config/types.ts";

/** What the HTTP interface shows and changes. */
export interface WebOptions {
  /** 0 takes a free one. */
  port: number;
  /** What a caller must show as `Authorization: Bearer`. */
  token: string;
  queue: Pick<Queue, "audit" | "retry" | "counts" | "settings" | "saveSettings" | "onChange">;
  check: SettingsCheck;
  /** Called with settings that were stored. */
  apply: (stored: StoredSettings) => Promise<void>;
  /** Why the daemon cannot work, in sentences; empty when it can. */
  problems: () => Promise<string[]>;
  /** What works, but not as well as it could, in sentences. */
  warnings?: () => string[];
  /** What `/status` shows beside counts and problems. */
  status: () => object;
}

/** The open interface. */
export interface Web {
  port: number;
  close: () => Promise<void>;
}

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

const maxBody = 2 ** 20;
/** A long poll ends after this time at the latest, in milliseconds. */
const longestWait = 30_000;

/**
 * Opens the HTTP interface on the loopback address: health, readiness, settings, messages and status.
 * @throws Fault PORT_IN_USE
 */
export async function openWeb(options: WebOptions): Promise<Web> {
  const closing = new AbortController();
  const server = createServer((request, response) => {
    void route(request, options, closing.signal)
      .catch((error: unknown): Answer => {
        const status = isFault(error, "REFUSED") ? 400 : 500;
        return text(
          status,
          status === 400 && error instanceof Error ? error.message : "Something unexpected went wrong.",
        );
      })
      .then((answer) => send(response, answer));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(options.port, "127.0.0.1", resolve);
  await promise.catch((cause: unknown) => {
    throw new Fault(
      "PORT_IN_USE",
      `Port ${options.port} of the daemon's HTTP interface is taken. Stop what listens there, or choose another one (SIU_HTTP_PORT).`,
      { cause },
    );
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      closing.abort();
      server.closeIdleConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function route(request: IncomingMessage, options: WebOptions, closing: AbortSignal): Promise<Answer> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const what = `${request.method} ${url.pathname}`;
  // Whether it lives may be asked without the token: a supervisor's probe has none.
  if (what === "GET /healthz") return text(200, "ok");
  if (what === "GET /readyz") {
    const problems = await options.problems();
    return problems.length === 0
      ? text(200, ["ready", ...(options.warnings?.() ?? [])].join("\n"))
      : text(503, problems.join("\n"));
  }
  if (!allowed(request, options.token))
    return {
      ...text(401, "Show the daemon's token as Authorization: Bearer."),
      headers: { "www-authenticate": "Bearer" },
    };
  switch (what) {
    case "GET /status":
      return {
        status: 200,
        body: {
          ...options.status(),
          problems: await options.problems(),
          messages: await options.queue.counts(),
        },
      };
    case "GET /messages":
      return messages(url.searchParams, options, closing);
    case "POST /messages/retry": {
      const choice = choiceOf(url.searchParams);
      // Everything is what somebody has to ask for.
      if (Object.keys(choice).length === 0 && !url.searchParams.has("all"))
        return text(400, "Say which messages: id, reason, sender, after, or all.");
      return { status: 200, body: { retried: await options.queue.retry(choice) } };
    }
    case "GET /settings": {
      const stored = await options.queue.settings();
      return stored
        ? { status: 200, body: stored.settings, headers: { etag: etag(stored) } }
        : text(404, "There are no settings yet.");
    }
    case "PUT /settings":
      return putSettings(request, options);
    default:
      return text(404, "There is nothing here. See docs/reconciler.md.");
  }
}

/** Chosen rows changed after `since`; with `wait` (milliseconds) it answers when there is one, or when the time is over. */
async function messages(
  query: URLSearchParams,
  { queue }: WebOptions,
  closing: AbortSignal,
): Promise<Answer> {
  const number = (name: string, otherwise: number, most: number): number => {
    const value = Number(query.get(name) ?? otherwise);
    if (!Number.isSafeInteger(value) || value < 0)
      throw new Fault("REFUSED", `'${name}' must be a whole number, 0 or more.`);
    return Math.min(value, most);
  };
  const since = number("since", 0, Number.MAX_SAFE_INTEGER);
  const limit = number("limit", 500, 5000);
  const choice = choiceOf(query);
  const wait = AbortSignal.any([closing, AbortSignal.timeout(number("wait", 0, longestWait))]);
  for (;;) {
    const changed = Promise.withResolvers<void>();
    const stop = queue.onChange(changed.resolve);
    wait.addEventListener("abort", () => changed.resolve(), { once: true });
    try {
      const rows = await queue.audit(since, limit, choice);
      if (rows.length > 0 || wait.aborted || !query.has("wait"))
        return { status: 200, body: { messages: rows, next: rows.at(-1)?.change ?? since } };
      await changed.promise;
    } finally {
      stop();
    }
  }
}

async function putSettings(request: IncomingMessage, { queue, check, apply }: WebOptions): Promise<Answer> {
  const { "if-match": match, "if-none-match": none } = request.headers;
  const expected =
    none === "*"
      ? 0
      : match === undefined || match === "*"
        ? undefined
        : Number(/^"(\d+)"$/.exec(match)?.[1] ?? NaN);
  let settings: Settings;
  try {
    settings = JSON.parse(await bodyOf(request)) as Settings;
  } catch (error) {
    if (error instanceof Fault) throw error;
    return text(400, "The body must be JSON.");
  }
  const problems = check(settings);
  if (problems.length > 0) return text(422, problems.join("\n"));
  const before = await queue.settings();
  // The database keeps no order of keys.
  const unchanged = before && isDeepStrictEqual(before.settings, settings);
  if (unchanged && (expected === undefined || expected === before.version))
    return { status: 204, body: undefined, headers: { etag: etag(before) } };
  const stored = await queue.saveSettings(settings, expected);
  if (!stored)
    return text(
      412,
      "The settings have changed meanwhile. Read them again (GET /settings) and send If-Match with their ETag.",
    );
  await apply(stored);
  return { status: 204, body: undefined, headers: { etag: etag(stored) } };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) throw new Fault("REFUSED", "The body is larger than 1 MB.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function allowed(request: IncomingMessage, token: string): boolean {
  const hash = (value: string) => createHash("sha256").update(value).digest();
  return timingSafeEqual(hash(request.headers.authorization ?? ""), hash(`Bearer ${token}`));
}

function etag({ version }: StoredSettings): string {
  return `"${version}"`;
}

function text(status: number, body: string): Answer {
  return { status, body: `${body}\n`, headers: { "content-type": "text/plain; charset=utf-8" } };
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...headers });
  response.end(body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body));
}
