import { cachedDirectory } from "../../reconciler/directory.ts";
import { type Job, jobKey } from "../../reconciler/job.ts";
import { rememberLocks } from "../../reconciler/locks.ts";
import type { Body, Directory, Original, SentItem } from "../../reconciler/mailbox/port.ts";
import { reconcile } from "../../reconciler/reconcile.ts";
import type { Turn } from "../../reconciler/standing.ts";
import { type MemoryMailboxes, memoryDirectory, memoryMailboxes, sentItem } from "./memory.ts";
import { settings, stamped } from "./message.ts";

export const anna = "anna.weber@contoso.com";
export const info = "info@contoso.com";
export const messageId = "<m1@contoso.com>";
export const original: Body = { type: "html", content: "<p>Hello Carl</p>" };
export const start = Date.UTC(2026, 10, 22);

/** One sent message and turns of its jobs, all in memory; the fields may be changed between turns. */
export interface Turns {
  mailboxes: MemoryMailboxes;
  directory: Directory;
  /** Milliseconds since 1970. */
  now: number;
  originals: Map<string, Original>;
  run: (raw?: Buffer, change?: Partial<ReturnType<typeof settings>>, of?: Partial<Job>) => Promise<Turn>;
  items: (mailbox?: string) => SentItem[];
  /** How often a call was made. */
  count: (call: string) => number;
}

/** The message lies in its sender's Sent Items, and nothing has been done. */
export function startTurns(): Turns {
  const locks = rememberLocks(() => turns.now);
  const turns: Turns = {
    mailboxes: memoryMailboxes(),
    directory: memoryDirectory(
      { [anna]: anna, [info]: info, "a.weber@contoso.com": anna },
      { "sales@contoso.com": [anna] },
    ),
    now: start,
    originals: new Map(),
    run: (raw = stamped(), change = {}, of = {}) => {
      const job = {
        key: jobKey(anna, messageId, "1"),
        messageId,
        senders: [anna],
        arrived: start,
        notBefore: start,
        deadline: start + 3_600_000,
        attempt: 0,
        ...of,
      };
      const { mailboxes, directory, originals } = turns;
      return reconcile(
        { job, raw, attempt: 0 },
        {
          settings: settings(change),
          connected: async () => ({
            mailboxes,
            directory: cachedDirectory(directory, () => turns.now),
            locks,
          }),
          originals: {
            rememberOriginal: async (mailbox, id, body) => {
              const key = `${mailbox} ${id}`;
              if (!originals.has(key)) originals.set(key, body);
            },
            originalOf: async (mailbox, id) => originals.get(`${mailbox} ${id}`),
          },
          now: () => turns.now,
        },
      );
    },
    items: (mailbox = anna) => turns.mailboxes.items.get(mailbox) ?? [],
    count: (call) => turns.mailboxes.calls.filter((one) => one === call).length,
  };
  turns.mailboxes.items.set(anna, [sentItem(messageId, original)]);
  return turns;
}

/** Whether an item shows the stamped text. */
export function isSigned({ body }: SentItem): boolean {
  return body.content.includes("Contoso");
}
