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

/** Follows the audit of a running daemon from where it stands now. */
export function openAudit(url: string, token: string): { of: (messageId: string) => Promise<Entry[]> } {
  const known = new Map<string, Entry>();
  let change = 0;
  let reading: Promise<void> | undefined;
  const read = async (): Promise<void> => {
    const response = await request(`${url}/messages?since=${change}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (response.statusCode !== 200) throw new Error(`the daemon answered HTTP ${response.statusCode}`);
    const { messages } = (await response.body.json()) as { messages: (Entry & { key: string })[] };
    for (const entry of messages) {
      known.set(entry.key, entry);
      change = Math.max(change, entry.change);
    }
  };
  return {
    of: async (messageId) => {
      reading ??= read().finally(() => (reading = undefined));
      await reading;
      return [...known.values()].filter((entry) => entry.messageId === messageId);
    },
  };
}
