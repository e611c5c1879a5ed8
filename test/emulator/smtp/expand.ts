import { recipientByAddress, type Recipient, type Side } from "../store.ts";

/** Recipients once their groups are opened. */
export interface Expansion {
  /** Addresses of whoever gets the message, each once. */
  recipients: string[];
  /** Groups that were opened, with the number of people each adds. */
  opened: { group: string; members: number }[];
}

/** Opens the groups among recipients, however deep they nest; everybody gets one copy. */
export function expand(side: Side, addresses: string[]): Expansion {
  const recipients = new Map<string, string>();
  const opened: Expansion["opened"] = [];
  for (const address of addresses) {
    const recipient = recipientByAddress(side, address);
    if (!recipient?.members) {
      recipients.set(recipient?.guid ?? address.toLowerCase(), address);
      continue;
    }
    const people = membersOf(side, recipient, new Set([recipient.guid]));
    opened.push({ group: address, members: people.length });
    for (const person of people) {
      if (!recipients.has(person.guid)) recipients.set(person.guid, person.primarySmtpAddress);
    }
  }
  return { recipients: [...recipients.values()], opened };
}

function membersOf(side: Side, group: Recipient, seen: Set<string>): Recipient[] {
  return (group.members ?? []).flatMap((guid) => {
    const member = side.recipients.get(guid);
    if (!member || seen.has(guid)) return [];
    seen.add(guid);
    return member.members ? membersOf(side, member, seen) : [member];
  });
}
