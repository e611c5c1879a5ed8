import { Fault } from "../exchange/errors.ts";
import type { Row } from "../exchange/port.ts";
import { recipient } from "../exchange/recipient.ts";
import type { Session } from "../exchange/session.ts";
import { objectKind, type Props } from "../kind.ts";
import { anyOf, equals, normalFilter } from "../opath.ts";

/** Mailboxes that people send from; those of rooms, equipment and the system are left out. */
const senderMailboxes = ["UserMailbox", "LinkedMailbox", "SharedMailbox"];

/** The mailboxes of the senders: what the impersonation grant is limited to (least privilege). */
export const managementScope = objectKind({
  noun: "ManagementScope",
  sides: ["onPremises"],
  // A root narrows the scope: nobody asked for one.
  defaults: { RecipientRoot: null },
  properties: { RecipientRestrictionFilter: "RecipientFilter" },
  forms: { RecipientRestrictionFilter: (text) => normalFilter(String(text ?? "")) || null },
  prepare: async (props, session) => ({
    Name: props["Name"] ?? null,
    RecipientRestrictionFilter: await filterOf(props, session),
  }),
});

/** `Include`, `Users` and `Groups` as a recipient filter; a group is named by its distinguished name there. @throws Fault */
async function filterOf({ Include, Users, Groups }: Props, session: Session): Promise<string> {
  const groups = new Set<string>();
  for (const each of addresses(Groups)) await collect(await recipient(session, each), session, groups);
  return senderFilter(String(Include), addresses(Users), [...groups]);
}

/** A group and the groups in it, by distinguished name: MemberOfGroup sees direct members only. */
async function collect(group: Row, session: Session, into: Set<string>): Promise<void> {
  const name = String(group["DistinguishedName"]);
  if (into.has(name)) return;
  if (/dynamic/i.test(String(group["RecipientTypeDetails"]))) {
    throw new Fault(
      "UNSUPPORTED",
      `'${String(group["PrimarySmtpAddress"])}' is a dynamic distribution group, whose members a recipient filter cannot see. Use a distribution group or list the people in senders.users.`,
    );
  }
  into.add(name);
  const members = await session.run("Get-DistributionGroupMember", {
    Identity: name,
    ResultSize: "Unlimited",
  });
  for (const each of members)
    if (String(each["RecipientTypeDetails"]).endsWith("Group")) await collect(each, session, into);
}

/** The filter for `all`, `only` or `allExcept` these addresses and groups (distinguished names). Pure. */
export function senderFilter(include: string, users: readonly string[], groups: readonly string[]): string {
  const mailboxes = anyOf(senderMailboxes.map((type) => equals("RecipientTypeDetails", type)));
  const listed = [
    ...groups.map((each) => equals("MemberOfGroup", each)),
    ...users.map((each) => equals("EmailAddresses", `smtp:${each}`)),
  ];
  if (include === "all" || (include === "allExcept" && listed.length === 0)) return mailboxes;
  // `only` nobody is no scope: an empty list must never become everybody.
  if (listed.length === 0) return `${mailboxes} -and ${equals("EmailAddresses", "smtp:")}`;
  return `${mailboxes} -and ${include === "only" ? "" : "-not "}(${listed.join(" -or ")})`;
}

function addresses(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
