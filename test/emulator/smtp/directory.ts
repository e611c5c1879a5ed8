import { everyMember } from "../members.ts";
import { recipientByAddress, rows, type Recipient, type Side } from "../store.ts";
import { domainOf } from "./addresses.ts";
import { flag, text } from "./rows.ts";

/** How an accepted domain is served; `ExternalRelay` counts as outside. */
export type DomainType = "Authoritative" | "InternalRelay" | "ExternalRelay";

/** What transport asks of one side's directory. */
export interface Directory {
  find: (address: string) => Recipient | undefined;
  /** A recipient by anything that names it: address, name, alias, display name, guid, distinguished name. */
  resolve: (identity: string) => Recipient | undefined;
  /** Everyone in a group by guid, groups inside it opened however deep; a circle ends by itself. */
  membersOf: (group: Recipient) => Set<string>;
  /** How a domain is accepted; undefined for a foreign one. */
  accepted: (domain: string) => DomainType | undefined;
}

/** One side's directory, always as it is at the moment of asking. */
export function directoryOf(side: Side): Directory {
  const find = (address: string): Recipient | undefined => recipientByAddress(side, address);
  return {
    find,
    resolve: (identity) =>
      find(identity) ?? [...side.recipients.values()].find((each) => isNamed(each, identity)),
    membersOf: (group) => new Set(everyMember(side, group.members).keys()),
    accepted: (domain) => {
      const row = rows(side, "AcceptedDomain").find((each) => {
        const name = text(each, "DomainName")?.toLowerCase() ?? "";
        return (
          name === domain.toLowerCase() ||
          (flag(each, "MatchSubDomains") && domain.toLowerCase().endsWith(`.${name}`))
        );
      });
      return row && ((text(row, "DomainType") ?? "Authoritative") as DomainType);
    },
  };
}

/** Whether mail to or from an address stays in the organization: its domain is accepted, and not only relayed outward. */
export function isInternal(directory: Directory, address: string): boolean {
  const type = directory.accepted(domainOf(address));
  return type !== undefined && type !== "ExternalRelay";
}

function isNamed(recipient: Recipient, identity: string): boolean {
  const wanted = identity.toLowerCase();
  const { guid, name, alias, displayName, distinguishedName, primarySmtpAddress } = recipient;
  return [guid, name, alias, displayName, distinguishedName, primarySmtpAddress].some(
    (each) => each.toLowerCase() === wanted,
  );
}
