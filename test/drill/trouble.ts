import type { Faults, RequestedFault } from "../emulator/faults.ts";

/** A fault that goes on for the whole drill, hitting one in so many of the requests that it fits. */
type Lasting = Omit<RequestedFault, "times" | "rate"> & { oneIn: number };

/** Operations of EWS that the daemon alone asks for; people's mail programs are left in peace. */
const operations = ["FindItem", "GetItem", "UpdateItem", "CreateAttachment", "CopyItem", "GetAttachment"];

const ews: Lasting[] = operations.flatMap((operation): Lasting[] => [
  { protocol: "ews", operation, failure: "throttle", retryAfter: 0.3, oneIn: 151 },
  { protocol: "ews", operation, failure: "error", oneIn: 167 },
  { protocol: "ews", operation, failure: "unavailable", retryAfter: 0.2, oneIn: 181 },
  { protocol: "ews", operation, failure: "drop", oneIn: 139 },
  { protocol: "ews", operation, failure: "dropAfter", oneIn: 89 },
  { protocol: "ews", operation, failure: "truncate", oneIn: 149 },
]);

/** Whatever is asked of Graph, the daemon asks it. `ignore` is the lie: 200, and nothing has changed. */
const graph: Lasting[] = [
  { protocol: "graph", operation: "UpdateMessage", failure: "ignore", oneIn: 17 },
  { protocol: "graph", operation: "UpdateMessage", failure: "dropAfter", oneIn: 31 },
  { protocol: "graph", failure: "throttle", retryAfter: 0.3, oneIn: 151 },
  { protocol: "graph", failure: "error", oneIn: 167 },
  { protocol: "graph", failure: "unavailable", retryAfter: 0.2, oneIn: 181 },
  { protocol: "graph", failure: "expired", oneIn: 113 },
  { protocol: "graph", failure: "drop", oneIn: 139 },
  { protocol: "graph", failure: "dropAfter", oneIn: 97 },
  { protocol: "graph", failure: "truncate", oneIn: 149 },
];

const many = 1_000_000_000;

/** Lets Exchange fail in every way that it knows, until the drill ends; answers how often it has so far, by failure. */
export function makeTrouble(faults: Faults): () => Record<string, number> {
  const added = [...ews, ...graph].map(({ oneIn, ...fault }) => ({ ...fault, rate: 1 / oneIn, times: many }));
  for (const fault of added) faults.add(fault);
  return () => {
    const hits: Record<string, number> = {};
    for (const { failure, left } of faults.list()) hits[failure] = (hits[failure] ?? 0) + many - left;
    return hits;
  };
}
