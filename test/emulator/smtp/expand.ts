import { everyMember } from "../members.ts";
import { recipientByAddress, type Side } from "../store.ts";

/** Recipients once their groups are opened. */
export interface Expansion {
  /** Addresses of whoever gets the message, each once. */
  recipients: string[];
  /** The group as the envelope had it, by the address (lower case) of each recipient whom it brought. */
  origins: Record<string, string>;
  /** Groups that were opened, with the number of people each adds. */
  opened: { group: string; members: number }[];
}

/** Opens the groups among recipients, however deep they nest; everybody gets one copy. */
export function expand(side: Side, addresses: string[]): Expansion {
  const recipients = new Map<string, string>();
  const origins: Expansion["origins"] = {};
  const opened: Expansion["opened"] = [];
  for (const address of addresses) {
    const recipient = recipientByAddress(side, address);
    if (!recipient?.members) recipients.set(recipient?.guid ?? address.toLowerCase(), address);
  }
  for (const address of addresses) {
    const group = recipientByAddress(side, address);
    if (!group?.members) continue;
    const people = [...everyMember(side, group.members).values()].filter(({ members }) => !members);
    opened.push({ group: address, members: people.length });
    for (const { guid, primarySmtpAddress } of people) {
      if (recipients.has(guid)) continue;
      recipients.set(guid, primarySmtpAddress);
      origins[primarySmtpAddress.toLowerCase()] = address;
    }
  }
  return { recipients: [...recipients.values()], origins, opened };
}
