import { Fault } from "./exchange/errors.ts";
import type { Row } from "./exchange/port.ts";
import { recipient } from "./exchange/recipient.ts";
import type { Session } from "./exchange/session.ts";
import { unknown, type Props } from "./kind.ts";
import { membersOf } from "./people.ts";
import { anyOf, equals } from "./opath.ts";

/** Mailboxes that people send from; those of rooms, equipment and the system are left out. */
const senderMailboxes = ["UserMailbox", "LinkedMailbox", "SharedMailbox"];

/**
 * `Include`, `Users` and `Groups` of the senders, and the `Intake`, as a recipient filter (OPATH) of this side; `unknown` as long as
 * one of the groups is still `Arriving`. `Members` are those of groups that the stack makes, where the groups themselves are of no use.
 * @throws Fault NOT_FOUND; UNSUPPORTED for a dynamic group of one organizational unit
 */
export async function filterOf(props: Props, session: Session): Promise<string> {
  const { Include, Users, Groups, Members, Arriving, Intake } = props;
  const clauses = new Map<string, string>();
  for (const each of addresses(Groups)) {
    const group = await session.recipient(each);
    if (!group && addresses(Arriving).some((one) => one.toLowerCase() === each.toLowerCase())) return unknown;
    await collect(group ?? (await recipient(session, each)), session, clauses);
  }
  const people = addresses(Users);
  for (const each of addresses(Members)) {
    const row = await session.recipient(each);
    if (row && isAnyGroup(row)) await collect(row, session, clauses);
    else people.push(each);
  }
  const senders = senderFilter(String(Include), people, [...clauses.values()]);
  const intake = addresses(Intake).map((each) => equals("EmailAddresses", `smtp:${each}`));
  return intake.length === 0 ? senders : `(${senders}) -or ${intake.join(" -or ")}`;
}

/** The filter for `all`, `only` or `allExcept` these addresses and what these clauses find. Pure. */
export function senderFilter(include: string, users: readonly string[], groups: readonly string[]): string {
  const mailboxes = anyOf(senderMailboxes.map((type) => equals("RecipientTypeDetails", type)));
  const listed = [...groups, ...users.map((each) => equals("EmailAddresses", `smtp:${each}`))];
  if (include === "all" || (include === "allExcept" && listed.length === 0)) return mailboxes;
  // `only` nobody is no scope: an empty list must never become everybody.
  if (listed.length === 0) return `${mailboxes} -and ${equals("EmailAddresses", "smtp:")}`;
  return `${mailboxes} -and ${include === "only" ? "" : "-not "}(${listed.join(" -or ")})`;
}

/** A clause for a group and for each group in it, by distinguished name: MemberOfGroup sees direct members only. */
async function collect(group: Row, session: Session, into: Map<string, string>): Promise<void> {
  const name = String(group["DistinguishedName"]);
  if (into.has(name)) return;
  if (/dynamic/i.test(String(group["RecipientTypeDetails"]))) {
    into.set(name, `(${await ownFilter(name, session)})`);
    return;
  }
  into.set(name, equals("MemberOfGroup", name));
  for (const each of await membersOf(group, session))
    if (isAnyGroup(each)) await collect(each, session, into);
}

function isAnyGroup(row: Row): boolean {
  return String(row["RecipientTypeDetails"]).endsWith("Group");
}

/** Who is in a dynamic group is whom its own filter finds, where it looks at the whole organization. @throws Fault UNSUPPORTED */
async function ownFilter(name: string, session: Session): Promise<string> {
  const [group] = await session.run("Get-DynamicDistributionGroup", { Identity: name });
  const container = String(group?.["RecipientContainer"] ?? "");
  if (!/[/,]\s*(ou|cn)=|\//i.test(container.replace(/\/$/, ""))) return String(group?.["RecipientFilter"]);
  throw new Fault(
    "UNSUPPORTED",
    `The dynamic distribution group '${String(group?.["PrimarySmtpAddress"])}' looks in '${container}' only, which a recipient filter cannot say. Let it look in the whole organization (Set-DynamicDistributionGroup -RecipientContainer), or list its people in senders.users.`,
  );
}

function addresses(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
