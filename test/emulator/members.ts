import type { Recipient, Side } from "./store.ts";

/** Everybody whom some members (guids) stand for: groups are opened however deep and count too, each once. A circle ends by itself. */
export function everyMember(side: Side, members: readonly string[] = []): Map<string, Recipient> {
  const found = new Map<string, Recipient>();
  const open = (guids: readonly string[]): void => {
    for (const guid of guids) {
      const member = side.recipients.get(guid);
      if (!member || found.has(guid)) continue;
      found.set(guid, member);
      open(member.members ?? []);
    }
  };
  open(members);
  return found;
}

/** Whether a group's members are whoever its filter finds. */
export function isDynamic(recipient: Recipient): boolean {
  return recipient.other["RecipientTypeDetails"] === "DynamicDistributionGroup";
}
