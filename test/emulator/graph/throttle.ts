import { GraphError } from "./error.ts";

/** Microsoft's limits for one application and one mailbox. */
export interface Limits {
  /** Requests at once. */
  concurrent: number;
  /** Requests in a window of ten minutes. */
  requests: number;
}

export const outlookLimits: Limits = { concurrent: 4, requests: 10_000 };
const windowMs = 600_000;

/** Counts requests for each application and mailbox. */
export type Throttle = <Result>(key: string, now: number, work: () => Promise<Result>) => Promise<Result>;

/** Lets a request in and out again. @throws GraphError ApplicationThrottled with Retry-After (seconds) when there are too many */
export function createThrottle(limits: Limits): Throttle {
  const running = new Map<string, number>();
  const windows = new Map<string, { until: number; left: number }>();
  return async (key, now, work) => {
    const window = windows.get(key);
    const current = window && now < window.until ? window : { until: now + windowMs, left: limits.requests };
    windows.set(key, current);
    const at = running.get(key) ?? 0;
    if (current.left <= 0) throw throttled("RequestLimit", Math.ceil((current.until - now) / 1000));
    if (at >= limits.concurrent) throw throttled("MailboxConcurrency", 1);
    current.left--;
    running.set(key, at + 1);
    try {
      return await work();
    } finally {
      const left = (running.get(key) ?? 1) - 1;
      if (left === 0) running.delete(key);
      else running.set(key, left);
    }
  };
}

/** `seconds` may be fractional. */
export function throttled(what: string, seconds: number): GraphError {
  return new GraphError(429, "ApplicationThrottled", `Application is over its ${what} limit.`, {
    "Retry-After": String(seconds),
  });
}
