import { request, type Dispatcher } from "undici";
import { Fault } from "./exchange/errors.ts";

/** Where a running daemon is, and what a request to it carries. */
export interface DaemonAddress {
  url: string;
  token: string;
}

/** What a daemon works with; the version guards it against being overwritten unseen. */
export interface Published {
  settings: unknown;
  version: string;
}

/** A running daemon, as whoever gives it settings sees it. Its HTTP interface is described in docs/reconciler.md. */
export interface Daemon {
  /** Its settings; undefined when it has none yet. @throws Fault */
  settings: () => Promise<Published | undefined>;
  /** Replaces the settings that the caller saw; it takes them over at once. @throws Fault REJECTED with every problem */
  put: (settings: object, seen: Published | undefined) => Promise<void>;
  /** Shows what a check found on its status page, in place of what it found before. @throws Fault */
  report: (kind: "doctor" | "probe", report: object) => Promise<void>;
  /** Why it cannot work, in sentences; undefined when it can. @throws Fault */
  problems: () => Promise<string | undefined>;
}

/** Milliseconds that an answer may take: settings are taken over before it comes. */
const longest = 60_000;

/** A daemon by its address. Nothing is asked before the first call. */
export function openDaemon({ url, token }: DaemonAddress): Daemon {
  async function ask(
    path: string,
    options: { method?: Dispatcher.HttpMethod; headers?: Record<string, string>; body?: string } = {},
  ): Promise<{ status: number; etag: string; text: string }> {
    try {
      const { statusCode, headers, body } = await request(new URL(path, url), {
        ...options,
        headersTimeout: longest,
        bodyTimeout: longest,
        headers: { authorization: `Bearer ${token}`, ...options.headers },
      });
      return { status: statusCode, etag: String(headers["etag"] ?? ""), text: await body.text() };
    } catch (cause) {
      throw new Fault(
        "UNAVAILABLE",
        `The daemon at ${url} does not answer. Is it running (npx siu run)? Start it, or correct daemon.url; without daemon.url nothing is sent to a daemon.`,
        { cause },
      );
    }
  }

  function refused(status: number, text: string): Fault {
    if (status === 401)
      return new Fault(
        "WRONG_CREDENTIALS",
        `The daemon at ${url} refused the token. Set daemon.token, or SIU_TOKEN, to the daemon's own.`,
      );
    if (status === 412)
      return new Fault(
        "REJECTED",
        `Somebody gave the daemon at ${url} other settings at the same moment. Run again.`,
      );
    if (status === 400 || status === 422)
      return new Fault("REJECTED", `The daemon at ${url} refused what it was sent (HTTP ${status}): ${text}`);
    return new Fault(
      "UNEXPECTED",
      `${url} did not answer as a daemon does (HTTP ${status}). Check daemon.url.`,
    );
  }

  return {
    settings: async () => {
      const { status, etag, text } = await ask("/settings");
      // Another program's "not found" is not a daemon without settings.
      if (status === 404 && text.startsWith("There are no settings yet")) return undefined;
      if (status !== 200 || etag === "") throw refused(status, text);
      return { settings: JSON.parse(text) as unknown, version: etag };
    },
    put: async (settings, seen) => {
      const guard = seen ? { "if-match": seen.version } : { "if-none-match": "*" };
      const { status, text } = await ask("/settings", {
        method: "PUT",
        headers: { "content-type": "application/json", ...guard },
        body: JSON.stringify(settings),
      });
      if (status !== 204) throw refused(status, text);
    },
    report: async (kind, report) => {
      const { status, text } = await ask(`/reports/${kind}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(report),
      });
      if (status !== 204) throw refused(status, text);
    },
    problems: async () => {
      const { status, text } = await ask("/readyz");
      return status === 200 ? undefined : text.trimEnd();
    },
  };
}
