import type { Directory } from "./mailbox/port.ts";
import type { Scope } from "./policy.ts";
import type { Settings } from "../stacks/config/types.ts";

/** A directory with answers that are remembered, and the scope of senders resolved by it. */
export interface CachedDirectory {
  /** As `Directory.mailboxOf`, in lower case. */
  mailboxOf: (address: string) => Promise<string | undefined>;
  /** @throws Fault GROUP_NOT_FOUND */
  scope: (senders: Settings["senders"]) => Promise<Scope>;
}

const minute = 60_000;
/** Entries at most in one cache, far above the number of senders of most organizations. */
const most = 20_000;

/** Remembers answers of a directory: what was found for ten minutes, what was not for one, failures not at all. */
export function cachedDirectory(directory: Directory, now: () => number): CachedDirectory {
  const age = (value: unknown) => (value === undefined ? minute : 10 * minute);
  const mailboxOf = cached(
    (address: string) => directory.mailboxOf(address).then((found) => found?.toLowerCase()),
    now,
    age,
  );
  const scope = cached(
    async (key: string): Promise<Scope> => {
      const { include, users, groups } = JSON.parse(key) as Settings["senders"];
      if (include === "all") return { include, addresses: new Set() };
      const people = await Promise.all(
        users.map(async (user) => [user, (await mailboxOf(user.toLowerCase())) ?? user]),
      );
      const members = await Promise.all(groups.map((group) => directory.membersOf(group)));
      return {
        include,
        addresses: new Set([...people, ...members].flat().map((address) => address.toLowerCase())),
      };
    },
    now,
    age,
  );
  return { mailboxOf, scope: (senders) => scope(JSON.stringify(senders)) };
}

function cached<T>(
  load: (key: string) => Promise<T>,
  now: () => number,
  age: (value: T) => number,
): (key: string) => Promise<T> {
  const known = new Map<string, { value: Promise<T>; until: number }>();
  return (key) => {
    const hit = known.get(key);
    if (hit && now() < hit.until) return hit.value;
    if (known.size >= most) known.clear();
    // Until the answer is there, everybody who asks waits for the same one.
    const entry = { value: load(key), until: Infinity };
    known.set(key, entry);
    entry.value.then(
      (value) => (entry.until = now() + age(value)),
      () => known.get(key) === entry && known.delete(key),
    );
    return entry.value;
  };
}
