import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import path from "node:path";
import { type Answer, bodyOf, text } from "./answer.ts";
import { overview, type OverviewSources } from "./overview.ts";
import { signInPage, statusPage } from "./page.ts";
import { createSessions, fromHere } from "./sessions.ts";
import type { Queue } from "../queue/port.ts";

/** What the pages for people show and change. */
export interface PagesOptions extends OverviewSources {
  token: string;
  queue: OverviewSources["queue"] & Pick<Queue, "retry">;
}

const assets: Record<string, [file: string, type: string]> = {
  "/status.css": ["status.css", "text/css; charset=utf-8"],
  "/live.js": ["live.js", "text/javascript; charset=utf-8"],
  "/icon.svg": ["icon.svg", "image/svg+xml"],
};

const said: Record<string, string> = {
  taken: "The message is taken up again.",
  gone: "That message cannot be taken up again: it is not there any more, or has not failed.",
};

/** Answers requests for pages, or undefined where the path is none of theirs. */
export function createPages(
  options: PagesOptions,
): (request: IncomingMessage, url: URL) => Promise<Answer | undefined> {
  const sessions = createSessions(options.token, options.now);

  const show = async (request: IncomingMessage, query: URLSearchParams): Promise<Answer> => {
    const session = sessions.of(request);
    if (!session) return page(401, signInPage(undefined));
    const view = await overview(options, (query.get("q") ?? "").trim().slice(0, 500));
    return page(200, statusPage(view, { csrf: session.csrf, said: said[query.get("said") ?? ""] }));
  };

  const signIn = async (request: IncomingMessage): Promise<Answer> => {
    const opened = sessions.open((await formOf(request)).get("token") ?? "");
    if (opened === "wait")
      return page(429, signInPage("Too many wrong tokens. Wait a minute, then try again."));
    if (opened === undefined) return page(403, signInPage("That is not the daemon's token."));
    return { ...to("/"), headers: { location: "/", "set-cookie": opened } };
  };

  /** What only a signed-in person's own page may do. */
  const guarded = async (request: IncomingMessage, act: () => Promise<Answer>): Promise<Answer> => {
    const session = sessions.of(request);
    if (!session) return page(401, signInPage("Sign in again, then repeat what you did."));
    const { csrf } = Object.fromEntries(await formOf(request));
    return csrf === session.csrf ? act() : text(403, "The form is not of this session. Load the page again.");
  };

  return async (request, url) => {
    const { method = "" } = request;
    const asset = assets[url.pathname];
    if (asset && method === "GET") return assetOf(...asset);
    if (url.pathname === "/" && method === "GET") return show(request, url.searchParams);
    const key = /^\/messages\/([\da-f-]{36})\/retry$/.exec(url.pathname)?.[1];
    const ours =
      ["/sign-in", "/sign-out"].includes(url.pathname) || (key !== undefined && sessions.of(request));
    if (!ours || method !== "POST") return undefined;
    if (!fromHere(request)) return text(403, "This is only done from the daemon's own page.");
    if (url.pathname === "/sign-in") return signIn(request);
    return guarded(request, async () => {
      if (key === undefined)
        return { ...to("/"), headers: { location: "/", "set-cookie": sessions.close(request) } };
      return to(
        `/?said=${(await options.queue.retry({ ids: [key] })).length > 0 ? "taken" : "gone"}#failures-title`,
      );
    });
  };
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams(await bodyOf(request));
}

function page(status: number, body: string): Answer {
  return { status, body, headers: { "content-type": "text/html; charset=utf-8" } };
}

function to(location: string): Answer {
  return { status: 303, body: undefined, headers: { location } };
}

function assetOf(file: string, type: string): Answer {
  const body = readFileSync(path.join(import.meta.dirname, "assets", file), "utf8");
  return { status: 200, body, headers: { "content-type": type, "cache-control": "no-cache" } };
}
