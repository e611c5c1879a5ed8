import type { Config, SenderScope } from "../../stacks/config/types.ts";
import type { Props } from "../kind.ts";
import { item, type Desired } from "./resource.ts";

/** The groups that the stack makes for its scopes, and the number of senders of each scope that a rule uses. */
export function scopeItems({ senderScopes, transportRules }: Config): Desired[] {
  const used = transportRules.map((rule) => (rule.preset === "signatures" ? rule.scope : undefined));
  return Object.entries(senderScopes).flatMap(([name, scope]) => {
    const group = groupItem(name, scope);
    const { everyone, people, group: named, managedGroup } = scope;
    const inputs: Props = {
      Scope: name,
      ...(everyone ? { Everyone: true } : { Recipients: people ?? managedGroup?.members ?? [named ?? ""] }),
    };
    const count = item(`senders-of-${name}`, "SenderScope", "online", inputs, [group]);
    return [...(group ? [group] : []), ...(used.includes(name) ? [count] : [])];
  });
}

/** Whose mail a rule catches, as its conditions. */
export function scopeConditions({ people, group, managedGroup }: SenderScope): Props {
  const address = managedGroup?.address ?? group;
  return { ...(people && { From: people }), ...(address !== undefined && { FromMemberOf: [address] }) };
}

/** Groups that this stack makes: the first preview finds none of them in Exchange yet. */
export function arrivals({ senderScopes }: Config): Props {
  const addresses = Object.values(senderScopes).flatMap(({ managedGroup }) => managedGroup?.address ?? []);
  return addresses.length > 0 ? { Arriving: addresses } : {};
}

/** Nobody joins or leaves by himself: each sender costs a licence. */
function groupItem(scope: string, { managedGroup }: SenderScope): Desired | undefined {
  if (!managedGroup) return undefined;
  const { address, members, hidden, adopt } = managedGroup;
  const name = managedGroup.name ?? address.slice(0, address.indexOf("@"));
  const inputs: Props = {
    Name: name,
    DisplayName: name,
    PrimarySmtpAddress: address,
    Members: members,
    MemberJoinRestriction: "Closed",
    MemberDepartRestriction: "Closed",
    HiddenFromAddressListsEnabled: hidden,
  };
  return item(`group-${scope}`, "DistributionGroup", "online", inputs, [], { adopt });
}
