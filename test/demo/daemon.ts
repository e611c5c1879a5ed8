import { request } from "undici";

/** One line of the daemon's audit, as GET /messages answers it. */
export interface Entry {
  messageId: string;
  outcome: string;
  reason?: string;
  text: string;
  items: number;
  /** Milliseconds since 1970. */
  arrived: number;
  done?: number;
  change: number;
}

/** The audit of a running daemon, as it grows. */
export interface Audit {
  /** What is known of a message by now. */
  of: (messageId: string) => Entry[];
  /** Resolves when something is added, or after a second. @throws Error when the daemon does not answer */
  changed: () => Promise<void>;
  /** Ends the watching. */
  close: () => Promise<void>;
}

/** Follows the audit with one long poll after the other. */
export function openAudit(url: string, token: string): Audit {
  const known = new Map<string, Entry>();
  const ending = new AbortController();
  let change = 0;
  let reading: Promise<void> | undefined;
  const read = async (): Promise<void> => {
    const response = await request(`${url}/messages?since=${change}&wait=1000`, {
      headers: { authorization: `Bearer ${token}` },
      signal: ending.signal,
    });
    if (response.statusCode !== 200) throw new Error(`the daemon answered HTTP ${response.statusCode}`);
    const { messages } = (await response.body.json()) as { messages: (Entry & { key: string })[] };
    for (const entry of messages) {
      known.set(entry.key, entry);
      change = Math.max(change, entry.change);
    }
  };
  return {
    of: (messageId) => [...known.values()].filter((entry) => entry.messageId === messageId),
    changed: () => (reading ??= read().finally(() => (reading = undefined))),
    close: async () => {
      ending.abort();
      await reading?.catch(() => undefined);
    },
  };
}
