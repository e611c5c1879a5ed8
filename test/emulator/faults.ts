import { Readable } from "node:stream";
import type { Delivery, Reply } from "./http.ts";
import type { SideName } from "./store.ts";

export const faultProtocols = ["admin", "ews", "graph", "token", "autodiscover", "smtp"] as const;
export const faultFailures = [
  "throttle",
  "unavailable",
  "error",
  "expired",
  "drop",
  "dropAfter",
  "truncate",
  "drip",
  "latency",
  "ignore",
  "missed",
  "early",
  "duplicate",
] as const;
/** What may happen to a notification; all others happen to requests. */
const ofNotifications: ReadonlySet<string> = new Set(["missed", "early", "duplicate"]);

/** A failure that a test asks for: the next `times` matching requests fail so. */
export interface RequestedFault {
  protocol: (typeof faultProtocols)[number];
  side?: SideName;
  /** A cmdlet, an EWS operation, an HTTP method and path, or an SMTP verb; of a notification the event (`CreatedEvent`); absent means any. */
  operation?: string;
  /** Address of the mailbox that is worked on, where the protocol tells one; absent means any. */
  mailbox?: string;
  /**
   * `throttle`: 429 and Retry-After, or ErrorServerBusy. `unavailable`: 503. `error`: 500, or ErrorInternalServerError. `expired`: 401.
   * `drop`: the connection breaks before anything is done. `dropAfter`: it breaks after the work is done and before the answer.
   * `truncate`: the answer breaks off after `bytes`. `drip`: it comes with `bytes` a second. `latency`: only `delay`.
   * `ignore` (Graph): it succeeds and changes nothing.
   * Of notifications: `missed`: it is never sent. `early`: its item cannot be read for `delay` (1000 unless told). `duplicate`: it comes twice.
   */
  failure: (typeof faultFailures)[number];
  /** Requests to fail, or notifications; 1 by default. */
  times?: number;
  /** The share of matching requests that fail, evenly spread; 1 (all) by default. */
  rate?: number;
  /** Seconds to wait, told with `throttle` and `unavailable`; may be fractional. */
  retryAfter?: number;
  /** Milliseconds that the answer takes longer. */
  delay?: number;
  /** Of `truncate` (half of the answer unless told) and `drip` (100 unless told). */
  bytes?: number;
}

/** A failure that is still to come. */
export interface WaitingFault extends RequestedFault {
  id: number;
  /** Requests that it still hits. */
  left: number;
}

export interface Faults {
  /** Answers the fault's number. */
  add: (fault: RequestedFault) => number;
  /** The first failure that this request has to suffer, counted as used; undefined for none. */
  take: (
    protocol: RequestedFault["protocol"],
    operation: string,
    side?: SideName,
    mailbox?: string,
  ) => RequestedFault | undefined;
  /** The same for one notification of an event to one subscriber. */
  takeNotification: Faults["take"];
  /** What is still to come, in the order in which it was asked for. */
  list: () => WaitingFault[];
  /** Forgets one fault; false when it is not there any more. */
  remove: (id: number) => boolean;
  clear: () => void;
}

/** An empty list of requested failures. */
export function createFaults(): Faults {
  const waiting: { fault: WaitingFault; seen: number }[] = [];
  let last = 0;
  const same = (wanted: string | undefined, given: string | undefined): boolean =>
    wanted === undefined || wanted.toLowerCase() === given?.toLowerCase();
  const taker =
    (notifications: boolean): Faults["take"] =>
    (protocol, operation, side, mailbox) => {
      for (const [index, each] of waiting.entries()) {
        const { fault } = each;
        if (ofNotifications.has(fault.failure) !== notifications) continue;
        if (fault.protocol !== protocol || !same(fault.operation, operation)) continue;
        if (side !== undefined && !same(fault.side, side)) continue;
        if (!same(fault.mailbox, mailbox) || !falls(fault.rate ?? 1, ++each.seen)) continue;
        if (--fault.left <= 0) waiting.splice(index, 1);
        return fault;
      }
      return undefined;
    };
  return {
    add: (fault) => {
      waiting.push({ fault: { ...fault, id: ++last, left: fault.times ?? 1 }, seen: 0 });
      return last;
    },
    take: taker(false),
    takeNotification: taker(true),
    list: () => waiting.map(({ fault }) => ({ ...fault })),
    remove: (id) => {
      const index = waiting.findIndex(({ fault }) => fault.id === id);
      if (index >= 0) waiting.splice(index, 1);
      return index >= 0;
    },
    clear: () => void waiting.splice(0),
  };
}

/** Whether request number `seen` (from 1) is one of the share that fails: of 0.25 every fourth. */
function falls(rate: number, seen: number): boolean {
  return Math.floor(seen * rate + 1e-9) > Math.floor((seen - 1) * rate + 1e-9);
}

/** What a fault does to an answer on its way; other failures are for the protocol to answer in its own form. */
export function onTheWay(reply: Reply, fault: RequestedFault | undefined): Reply {
  if (!fault || "drop" in reply) return reply;
  if (fault.failure === "drop" || fault.failure === "dropAfter") {
    if (reply.body instanceof Readable) reply.body.destroy();
    return { drop: true };
  }
  return { ...reply, delivery: deliveryOf(fault) };
}

/** How an answer travels under a fault. */
export function deliveryOf({ failure, delay, bytes }: RequestedFault): Delivery {
  return {
    ...(delay === undefined ? {} : { delay }),
    ...(failure === "truncate" ? { breakOff: bytes ?? "half" } : {}),
    ...(failure === "drip" ? { bytesPerSecond: bytes ?? 100 } : {}),
  };
}
