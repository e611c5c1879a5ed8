import type { Directory } from "./mailbox/port.ts";
import type { Scope } from "./policy.ts";
import type { Settings } from "../stacks/config/types.ts";

/** A directory with answers that are remembered, and what the settings list resolved by it. */
export interface CachedDirectory {
  /** As `Directory.mailboxOf`, in lower case. */
  mailboxOf: (address: string) => Promise<string | undefined>;
  /** @throws Fault GROUP_NOT_FOUND */
  scope: (senders: Settings["senders"]) => Promise<Scope>;
  /** Primary addresses of all users, and of all members of the groups. @throws Fault GROUP_NOT_FOUND */
  people: (listed: Listed) => Promise<ReadonlySet<string>>;
}

/** Users and groups by their addresses. */
type Listed = Pick<Settings["senders"], "users" | "groups">;

const minute = 60_000;
/** Entries at most in one cache, far above the number of senders of most organizations. */
const most = 20_000;

/** Remembers answers of a directory: mailboxes for ten minutes (their absence for one), people for two, failures not at all. */
export function cachedDirectory(directory: Directory, now: () => number): CachedDirectory {
  const age = (value: unknown) => (value === undefined ? minute : 10 * minute);
  const mailboxOf = cached(
    (address: string) => directory.mailboxOf(address).then((found) => found?.toLowerCase()),
    now,
    age,
  );
  const resolved = cached(
    async (key: string) => {
      const { users, groups } = JSON.parse(key) as Listed;
      const listed = users.map(async (user) => [(await mailboxOf(user.toLowerCase())) ?? user]);
      const members = groups.map((group) => directory.membersOf(group));
      const found = (await Promise.all([...listed, ...members])).flat();
      return new Set(found.map((address) => address.toLowerCase()));
    },
    now,
    () => 2 * minute,
  );
  const people = ({ users, groups }: Listed) => resolved(JSON.stringify({ users, groups }));
  return {
    mailboxOf,
    people,
    scope: async ({ include, ...listed }) => ({
      include,
      addresses: include === "all" ? new Set() : await people(listed),
    }),
  };
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
