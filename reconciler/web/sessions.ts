import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** A browser that showed the token. */
export interface Session {
  /** What its forms carry: a page of somebody else cannot know it. */
  csrf: string;
  until: number;
}

/** Who is signed in at the status page. Sessions are this process's own: a restart ends them. */
export interface Sessions {
  /** The cookie of a new session; undefined for a wrong token, "wait" after too many of them. */
  open: (token: string) => string | undefined | "wait";
  of: (request: IncomingMessage) => Session | undefined;
  /** Ends the request's session; answers the cookie that says so. */
  close: (request: IncomingMessage) => string;
}

const cookie = "siu-session";
const attributes = "Path=/; HttpOnly; SameSite=Strict";
/** Half a day: somebody's shift. */
const lifetime = 12 * 3_600_000;
/** Wrong tokens within a minute, whoever shows them. */
const mostWrong = 10;

/** Whether two texts are the same, in a time that tells nothing about them. */
export function same(one: string, other: string): boolean {
  const hash = (value: string) => createHash("sha256").update(value).digest();
  return timingSafeEqual(hash(one), hash(other));
}

/** Sessions for who knows the token. `now`: milliseconds. */
export function createSessions(token: string, now: () => number): Sessions {
  const known = new Map<string, Session>();
  let wrong: number[] = [];
  const idOf = (request: IncomingMessage): string =>
    new RegExp(`(?:^|;\\s*)${cookie}=([\\w-]+)`).exec(request.headers.cookie ?? "")?.[1] ?? "";

  return {
    open: (shown) => {
      const time = now();
      wrong = wrong.filter((at) => at > time - 60_000);
      if (wrong.length >= mostWrong) return "wait";
      if (!same(shown, token)) {
        wrong.push(time);
        return undefined;
      }
      for (const [id, { until }] of known) if (until <= time) known.delete(id);
      const id = randomBytes(32).toString("base64url");
      known.set(id, { csrf: randomBytes(32).toString("base64url"), until: time + lifetime });
      return `${cookie}=${id}; ${attributes}; Max-Age=${lifetime / 1000}`;
    },
    of: (request) => {
      const session = known.get(idOf(request));
      return session && session.until > now() ? session : undefined;
    },
    close: (request) => {
      known.delete(idOf(request));
      return `${cookie}=; ${attributes}; Max-Age=0`;
    },
  };
}

/** Whether a browser says that the request comes from a page of this very address; a program that is no browser says nothing. */
export function fromHere(request: IncomingMessage): boolean {
  const { "sec-fetch-site": site, origin, host } = request.headers;
  if (site !== undefined) return site === "same-origin";
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}
