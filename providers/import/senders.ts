import { isFault } from "../exchange/errors.ts";
import type { Session } from "../exchange/session.ts";
import { normalFilter } from "../opath.ts";
import { addressOf, isGroup, membersOf } from "../people.ts";
import { filterOf } from "../sender-filter.ts";

/** `senders` of the configuration. */
export type Senders = { include: "all" | "only" | "allExcept"; users: string[]; groups: string[] };

/**
 * The senders that a recipient filter stands for; undefined for one that no configuration would make. `intake`: mailboxes of the
 * daemon's own that are in it besides. @throws Fault
 */
export async function sendersOf(
  filter: string,
  intake: readonly string[],
  session: Session,
): Promise<Senders | undefined> {
  const isIntake = (each: string): boolean => intake.some((one) => one.toLowerCase() === each.toLowerCase());
  const users = values(filter, "EmailAddresses")
    .map((each) => each.replace(/^smtp:/i, ""))
    .filter((each) => !isIntake(each));
  const groups = await outermost(values(filter, "MemberOfGroup"), session);
  const include = /-not\b/i.test(filter) ? "allExcept" : users.length + groups.length > 0 ? "only" : "all";
  const senders: Senders = { include, users, groups };
  return (await stands(filter, senders, intake, session)) ? senders : undefined;
}

/** Whether these senders come to this filter. @throws Fault */
export async function stands(
  filter: string,
  { include, users, groups }: Senders,
  intake: readonly string[],
  session: Session,
): Promise<boolean> {
  try {
    const made = await filterOf({ Include: include, Users: users, Groups: groups, Intake: intake }, session);
    return normalFilter(made) === normalFilter(filter);
  } catch (error) {
    // A group of the other side, or one that has gone.
    if (isFault(error, "NOT_FOUND") || isFault(error, "UNSUPPORTED")) return false;
    throw error;
  }
}

function values(filter: string, property: string): string[] {
  const found = filter.matchAll(new RegExp(`\\b${property} -eq ['"]((?:[^'"]|'')*)['"]`, "gi"));
  return [...new Set([...found].map(([, value = ""]) => value.replaceAll("''", "'")))];
}

/** Addresses of the groups that are in no other one of them: a filter names each group inside of another as well. */
async function outermost(names: readonly string[], session: Session): Promise<string[]> {
  const inner = new Set<string>();
  const groups = [];
  for (const name of names) {
    const group = await session.recipient(name);
    if (!group) continue;
    groups.push(group);
    for (const each of await membersOf(group, session))
      if (isGroup(each)) inner.add(String(each["DistinguishedName"]).toLowerCase());
  }
  return groups
    .filter((each) => !inner.has(String(each["DistinguishedName"]).toLowerCase()))
    .map((each) => addressOf(each));
}
