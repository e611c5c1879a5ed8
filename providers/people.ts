import { Fault } from "./exchange/errors.ts";
import type { Row } from "./exchange/port.ts";
import type { Session } from "./exchange/session.ts";

/** Who stands behind some recipients. */
export interface People {
  /** Primary addresses, each once. */
  addresses: string[];
  /** Groups whose members no cmdlet of this side's admin plane shows. */
  hidden: string[];
}

/** The people among these recipients and in the groups among them, nested and dynamic ones included; contacts are none. @throws Fault */
export async function peopleIn(recipients: readonly Row[], session: Session): Promise<People> {
  const seen = new Set<string>();
  const people: People = { addresses: [], hidden: [] };
  const visit = async (row: Row): Promise<void> => {
    const id = String(row["Guid"] ?? row["DistinguishedName"]);
    if (seen.has(id)) return;
    seen.add(id);
    const type = String(row["RecipientTypeDetails"]);
    if (type === "GroupMailbox") people.hidden.push(addressOf(row));
    else if (isDynamic(row)) for (const each of await dynamicMembers(row, session)) await visit(each);
    else if (isGroup(row)) for (const each of await membersOf(row, session)) await visit(each);
    else if (!/contact/i.test(type)) people.addresses.push(addressOf(row));
  };
  for (const each of recipients) await visit(each);
  return people;
}

/** Whoever a dynamic group's own filter finds now, where it looks. @throws Fault */
async function dynamicMembers(group: Row, session: Session): Promise<Row[]> {
  const [whole] = await session.run("Get-DynamicDistributionGroup", {
    Identity: String(group["DistinguishedName"]),
  });
  const filter = String(whole?.["RecipientFilter"] ?? "");
  if (filter === "")
    throw new Fault("UNEXPECTED", `Exchange does not show whom '${addressOf(group)}' consists of.`);
  const container = String(whole?.["RecipientContainer"] ?? "");
  return session.run("Get-Recipient", {
    RecipientPreviewFilter: filter,
    // In Exchange Online it is always the tenant's own unit.
    ...(session.side === "onPremises" && container !== "" && { OrganizationalUnit: container }),
    ResultSize: "Unlimited",
  });
}

/** The direct members of a group with a list of its own, read once until something is written to one of them. @throws Fault */
export function membersOf(group: Row, session: Session): Promise<readonly Row[]> {
  const Identity = String(group["Guid"] ?? group["DistinguishedName"]);
  return session.rows("DistributionGroupMember", { Identity, ResultSize: "Unlimited" });
}

/** Whether a recipient is a group whose members are whoever its filter finds. */
export function isDynamic(row: Row): boolean {
  return /dynamic/i.test(String(row["RecipientTypeDetails"]));
}

/** Whether a recipient is a group with a list of members, dynamic ones aside. */
export function isGroup(row: Row): boolean {
  return /Group$|^RoomList$/.test(String(row["RecipientTypeDetails"])) && !isDynamic(row);
}

/** A recipient's primary address, or its name where it has none. */
export function addressOf(row: Row): string {
  return String(row["PrimarySmtpAddress"] || row["Name"]);
}
