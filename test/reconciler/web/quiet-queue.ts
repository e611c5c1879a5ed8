import type { Queue } from "../../../reconciler/queue/port.ts";

/** What the HTTP interface asks of a queue in which nothing happens. */
export const quietQueue = {
  audit: async () => [],
  counts: async () => ({}),
  onChange: () => () => undefined,
  backlog: async () => ({ due: 0, later: 0, inHand: 0, oldest: 0 }),
  ends: async () => [],
  pace: async () => [],
  latest: async () => [],
  retry: async () => [],
  reports: async () => ({}),
  saveReport: async () => undefined,
} satisfies Partial<Queue>;

/** The other parts of an interface that nobody looks at. */
export const quietParts = {
  metrics: { text: async () => "", contentType: "text/plain" },
  now: () => 0,
  onError: (error: unknown) => {
    throw error;
  },
};
