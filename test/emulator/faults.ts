import type { SideName } from "./store.ts";

/** A failure that a test asks for: the next `times` matching requests fail so. */
export interface RequestedFault {
  protocol: "admin" | "ews" | "graph" | "token" | "smtp";
  side?: SideName;
  /** A cmdlet, an EWS or Graph operation (`UpdateMessage`) or an SMTP verb; absent means any. */
  operation?: string;
  /**
   * `throttle`: 429 and Retry-After, or ErrorServerBusy. `unavailable`: 503. `expired`: 401. `drop`: the connection breaks before
   * anything is done. `dropAfter`: it breaks after the work is done and before the answer. `ignore`
   * (Graph's UpdateMessage and DeleteMessage): it succeeds and changes nothing; an upload (UploadRange) loses its content id.
   */
  failure: "throttle" | "unavailable" | "expired" | "drop" | "dropAfter" | "ignore";
  /** Requests to fail; 1 by default. */
  times?: number;
  /** Seconds to wait, told with `throttle` and `unavailable`; may be fractional. */
  retryAfter?: number;
}

export interface Faults {
  add: (fault: RequestedFault) => void;
  /** The failure that this request has to suffer, counted as used; undefined for none. */
  take: (
    protocol: RequestedFault["protocol"],
    operation: string,
    side?: SideName,
  ) => RequestedFault | undefined;
  clear: () => void;
}

/** An empty list of requested failures. */
export function createFaults(): Faults {
  const waiting: { fault: RequestedFault; left: number }[] = [];
  return {
    add: (fault) => void waiting.push({ fault, left: fault.times ?? 1 }),
    take: (protocol, operation, side) => {
      const index = waiting.findIndex(
        ({ fault }) =>
          fault.protocol === protocol &&
          (fault.side === undefined || side === undefined || fault.side === side) &&
          (fault.operation === undefined || fault.operation.toLowerCase() === operation.toLowerCase()),
      );
      const found = waiting[index];
      if (found && --found.left <= 0) waiting.splice(index, 1);
      return found?.fault;
    },
    clear: () => void waiting.splice(0),
  };
}
