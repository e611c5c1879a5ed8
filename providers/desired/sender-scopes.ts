import type { Config, SenderScope } from "../../stacks/config/types.ts";
import type { Props } from "../kind.ts";
import { item, type Desired } from "./resource.ts";

/** The groups that the stack makes for its scopes. */
export function groupItems({ senderScopes }: Config): Desired[] {
  return Object.entries(senderScopes).flatMap(([name, scope]) => groupItem(name, scope) ?? []);
}

/** The number of senders of each scope that a rule uses. */
export function countItems({ senderScopes, transportRules }: Config, groups: readonly Desired[]): Desired[] {
  const used = transportRules.map((rule) => (rule.preset === "signatures" ? rule.scope : undefined));
  return Object.entries(senderScopes).flatMap(([name, scope]) => {
    if (!used.includes(name)) return [];
    const group = groups.find((each) => each.name === groupName(name));
    const inputs: Props = { Scope: name, ...sendersOf(scope) };
    return [item(`senders-of-${name}`, "SenderScope", "online", inputs, [group])];
  });
}

/** Whose mail a rule catches, as its conditions. */
export function scopeConditions({ domains, people, group, managedGroup }: SenderScope): Props {
  const address = managedGroup?.address ?? group;
  return {
    ...(domains && { SenderDomainIs: domains }),
    ...(people && { From: people }),
    ...(address !== undefined && { FromMemberOf: [address] }),
  };
}

/** Groups that this stack makes: the first preview finds none of them in Exchange yet. */
export function arrivals({ senderScopes }: Config): Props {
  const addresses = Object.values(senderScopes).flatMap(({ managedGroup }) => managedGroup?.address ?? []);
  return addresses.length > 0 ? { Arriving: addresses } : {};
}

function sendersOf({ everyone, domains, people, group, managedGroup }: SenderScope): Props {
  if (everyone) return { Everyone: true };
  return domains ? { Domains: domains } : { Recipients: people ?? managedGroup?.members ?? [group ?? ""] };
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
  return item(groupName(scope), "DistributionGroup", "online", inputs, [], { adopt });
}

function groupName(scope: string): string {
  return `group-${scope}`;
}
