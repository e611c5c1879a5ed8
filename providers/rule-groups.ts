import { Fault } from "./exchange/errors.ts";
import type { Row } from "./exchange/port.ts";
import { recipient } from "./exchange/recipient.ts";
import type { Session } from "./exchange/session.ts";
import type { Props } from "./kind.ts";
import { addressOf, isDynamic, peopleIn } from "./people.ts";
import { groups } from "./rule-parameters.ts";

/** Characters of people's addresses in one condition: Exchange Online keeps rules of 8 KB, and wraps each value. */
const most = { characters: 6_000, around: 15 };

/**
 * A rule with the primary addresses of its groups, and with the people of a dynamic group, which no rule takes, in its place; who they
 * are is looked up in every preview. `arriving` are groups that this stack makes, and that may not exist yet.
 * @throws Fault NOT_FOUND; UNSUPPORTED or UNMET for a dynamic group that people cannot stand for
 */
export async function withGroups(
  props: Props,
  session: Session,
  arriving: readonly string[] = [],
): Promise<Props> {
  const resolved: Record<string, Props[string]> = { ...props };
  for (const name of groups.filter((each) => (props[each] ?? null) !== null)) {
    const named = [props[name] ?? []].flat().map(String);
    const coming = named.filter((each) => arriving.includes(each));
    const found = await Promise.all(
      named.filter((each) => !coming.includes(each)).map((each) => recipient(session, each)),
    );
    const dynamic = found.filter(isDynamic);
    const others = [...coming, ...found.filter((each) => !isDynamic(each)).map(addressOf)];
    resolved[name] = others;
    if (dynamic.length === 0) continue;
    const instead = counterpart(name, { others, dynamic, resolved });
    const people = await spelledOut(name, dynamic, session);
    if (others.length === 0) delete resolved[name];
    if (people.length > 0) resolved[instead] = [...[resolved[instead] ?? []].flat().map(String), ...people];
  }
  return resolved;
}

/** The condition on people that says the same as one on groups. @throws Fault UNSUPPORTED when there is none, or it would say something else */
function counterpart(
  name: string,
  { others, dynamic, resolved }: { others: string[]; dynamic: Row[]; resolved: Props },
): string {
  const instead = name.replace(/MemberOf$/, "");
  // Exceptions add up; of conditions each has to hold.
  const alone = name.startsWith("ExceptIf") || (others.length === 0 && (resolved[instead] ?? null) === null);
  if (instead !== name && alone) return instead;
  throw new Fault(
    "UNSUPPORTED",
    `${names(dynamic)} in ${name} is a dynamic distribution group, which transport rules do not take, and ${instead === name ? "no condition on people says the same" : `its people cannot stand beside what else ${name} or ${instead} asks for`}. Use a distribution group, or a rule of its own.`,
  );
}

/** @throws Fault UNMET for a condition on nobody, which would catch everybody; UNSUPPORTED for more people than a rule holds */
async function spelledOut(name: string, dynamic: Row[], session: Session): Promise<string[]> {
  const { addresses, hidden } = await peopleIn(dynamic, session);
  const [unseen] = hidden;
  if (unseen !== undefined)
    throw new Fault(
      "UNSUPPORTED",
      `${names(dynamic)} holds the Microsoft 365 group '${unseen}', whose people are not seen. Use a distribution group.`,
    );
  if (addresses.length === 0 && !name.startsWith("ExceptIf"))
    throw new Fault(
      "UNMET",
      `Nobody is in ${names(dynamic)}, and a rule without people would catch everybody. Correct the group's filter, or name another group.`,
    );
  const size = addresses.reduce((sum, each) => sum + each.length + most.around, 0);
  if (size <= most.characters) return addresses;
  throw new Fault(
    "UNSUPPORTED",
    `${names(dynamic)} has ${addresses.length} people, more than a transport rule can list (8 KB). Use a distribution group; this stack can keep one (senderScopes.<name>.managedGroup).`,
  );
}

function names(dynamic: Row[]): string {
  return dynamic.map((each) => `'${addressOf(each)}'`).join(", ");
}
