/** Mailboxes whose sent messages Exchange has refused to have changed. */
export interface Locks {
  has: (mailbox: string) => boolean;
  add: (mailbox: string) => void;
}

/** How long a refusal is remembered: a permission that was given since takes about as long to have effect. */
const lasts = 3_600_000;
/** Mailboxes remembered at most. */
const most = 20_000;

/** Remembers none yet. `now` in milliseconds. */
export function rememberLocks(now: () => number): Locks {
  const until = new Map<string, number>();
  return {
    has: (mailbox) => (until.get(mailbox) ?? 0) > now(),
    add: (mailbox) => {
      if (until.size >= most) until.clear();
      until.set(mailbox, now() + lasts);
    },
  };
}
