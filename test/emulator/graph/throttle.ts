import { GraphError } from "./error.ts";

/** Microsoft's limits for one application and one mailbox. */
export interface Limits {
  /** Requests at once. */
  concurrent: number;
  /** Requests in a window of ten minutes. */
  requests: number;
  /** Bytes of PATCH, POST and PUT in a window of five minutes. */
  upload: number;
}

export const outlookLimits: Limits = { concurrent: 4, requests: 10_000, upload: 150 * 1024 * 1024 };
const windows = { requests: 600_000, upload: 300_000 };

/** Counts requests for each application and mailbox, and what they bring. */
export type Throttle = <Result>(
  key: string,
  now: number,
  bytes: number,
  work: () => Promise<Result>,
) => Promise<Result>;

/** Lets a request in and out again. @throws GraphError ApplicationThrottled with Retry-After (seconds) when there are too many */
export function createThrottle(limits: Limits): Throttle {
  const running = new Map<string, number>();
  const requests = createMeter(windows.requests, limits.requests);
  const upload = createMeter(windows.upload, limits.upload);
  return async (key, now, bytes, work) => {
    const [busy, full] = [requests.wait(key, now, 1), upload.wait(key, now, bytes)];
    if (busy > 0) throw throttled("RequestLimit", busy);
    if (full > 0) throw throttled("IncomingBytes", full);
    const at = running.get(key) ?? 0;
    if (at >= limits.concurrent) throw throttled("MailboxConcurrency", 1);
    requests.count(key, 1);
    upload.count(key, bytes);
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

interface Meter {
  /** Seconds until so much more fits; 0 when it does. What is more than a whole window holds fits into an empty one. */
  wait: (key: string, now: number, amount: number) => number;
  count: (key: string, amount: number) => void;
}

/** Counts amounts in windows of so many milliseconds, each beginning with the first request after the last. */
function createMeter(milliseconds: number, most: number): Meter {
  const current = new Map<string, { until: number; spent: number }>();
  return {
    wait: (key, now, amount) => {
      const known = current.get(key);
      const window = known && now < known.until ? known : { until: now + milliseconds, spent: 0 };
      current.set(key, window);
      const fits = window.spent === 0 || window.spent + amount <= most;
      return fits ? 0 : Math.ceil((window.until - now) / 1000);
    },
    count: (key, amount) => {
      const window = current.get(key);
      if (window) window.spent += amount;
    },
  };
}

/** `seconds` may be fractional. */
export function throttled(what: string, seconds: number): GraphError {
  return new GraphError(429, "ApplicationThrottled", `Application is over its ${what} limit.`, {
    "Retry-After": String(seconds),
  });
}
