import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { Fault, isFault } from "../fault.ts";
import { choiceOf } from "./choice.ts";
import type { Gauges, Metrics } from "../metrics.ts";
import type { Queue, ReportKind, StoredSettings } from "../queue/port.ts";
import type { SettingsCheck } from "../settings.ts";
import { type Answer, jsonOf, send, text } from "./answer.ts";
import { databaseProblem } from "./overview.ts";
import { createPages } from "./pages.ts";
import { reportProblems } from "./reports.ts";
import { same } from "./sessions.ts";
import type { Settings } from "../../stacks/config/types.ts";

/** What the HTTP interface shows and changes. */
export interface WebOptions {
  /** The address to listen on. @default "127.0.0.1" */
  host?: string;
  /** 0 takes a free one. */
  port: number;
  /** What a caller must show as `Authorization: Bearer`. */
  token: string;
  queue: Pick<
    Queue,
    | "audit"
    | "counts"
    | "settings"
    | "saveSettings"
    | "onChange"
    | "backlog"
    | "ends"
    | "pace"
    | "latest"
    | "retry"
    | "reports"
    | "saveReport"
  >;
  metrics: Pick<Metrics, "text" | "contentType">;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Called with what makes an answer 500. */
  onError: (error: unknown) => void;
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

/** A long poll ends after this time at the latest, in milliseconds. */
const longestWait = 30_000;

/**
 * Opens the HTTP interface on the loopback address: health, readiness, settings, messages and status.
 * @throws Fault PORT_IN_USE
 */
export async function openWeb(options: WebOptions): Promise<Web> {
  const closing = new AbortController();
  const pages = createPages(options);
  const server = createServer((request, response) => {
    void route(request, options, pages, closing.signal)
      .catch((error: unknown): Answer => {
        if (isFault(error, "REFUSED")) return text(400, error.message);
        options.onError(error);
        return text(500, "Something unexpected went wrong.");
      })
      .then((answer) => {
        response.shouldKeepAlive &&= !closing.signal.aborted;
        send(response, answer);
      });
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(options.port, options.host ?? "127.0.0.1", resolve);
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

async function route(
  request: IncomingMessage,
  options: WebOptions,
  pages: ReturnType<typeof createPages>,
  closing: AbortSignal,
): Promise<Answer> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const what = `${request.method} ${url.pathname}`;
  // Whether it lives may be asked without the token: a supervisor's probe has none.
  if (what === "GET /healthz") return text(200, "ok");
  if (what === "GET /readyz") {
    const { problems } = await state(options);
    return problems.length === 0
      ? text(200, ["ready", ...(options.warnings?.() ?? [])].join("\n"))
      : text(503, problems.join("\n"));
  }
  const page = await pages(request, url);
  if (page) return page;
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
    case "GET /metrics":
      return {
        status: 200,
        body: await options.metrics.text(gauges(await state(options))),
        headers: { "content-type": options.metrics.contentType },
      };
    case "PUT /reports/doctor":
      return putReport("doctor", request, options);
    case "PUT /reports/probe":
      return putReport("probe", request, options);
    default:
      return text(404, "There is nothing here. See docs/reconciler.md.");
  }
}

interface State {
  problems: string[];
  backlog: Gauges["backlog"];
  settings: StoredSettings | undefined;
}

/** Whether the daemon can work, with the database itself asked. */
async function state({ queue, problems, onError }: WebOptions): Promise<State> {
  const [said, figures] = await Promise.all([
    problems(),
    Promise.all([queue.backlog(), queue.settings()]).catch((error: unknown) => void onError(error)),
  ]);
  const [backlog, settings] = figures ?? [];
  return { problems: figures || said.length > 0 ? said : [databaseProblem], backlog, settings };
}

function gauges({ problems, backlog, settings }: State): Gauges {
  const used = settings && { version: settings.version, on: settings.settings.status === "on" };
  return { ready: problems.length === 0, backlog, settings: used };
}

async function putReport(
  kind: ReportKind,
  request: IncomingMessage,
  { queue, now }: WebOptions,
): Promise<Answer> {
  const content = (await jsonOf(request)) as object;
  const problems = reportProblems(kind, content);
  if (problems.length > 0) return text(422, problems.join("\n"));
  await queue.saveReport(kind, { at: now(), content });
  return { status: 204, body: undefined };
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
  const settings = (await jsonOf(request)) as Settings;
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

function allowed(request: IncomingMessage, token: string): boolean {
  return same(request.headers.authorization ?? "", `Bearer ${token}`);
}

function etag({ version }: StoredSettings): string {
  return `"${version}"`;
}
