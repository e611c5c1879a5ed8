import { rows, type Recipient, type Row, type Side } from "../store.ts";
import { ambiguous, notFound } from "./fault.ts";

/** Recipients with a mailbox on their side. */
export const mailboxes = ["UserMailbox", "SharedMailbox"] as const;

/** Configuration objects of a noun that an Identity (name, GUID or distinguished name; `*` matches any text) names. */
export function matchingObjects(side: Side, noun: string, identity: string): Row[] {
  const matches = matcher(identity);
  return rows(side, noun).filter((row) =>
    ["Identity", "Name", "Guid", "DistinguishedName"].some((property) => matches(row[property])),
  );
}

/** The one configuration object that an Identity names. @throws CmdletError when there is none, or more than one. */
export function objectOf(side: Side, noun: string, identity: unknown): Row {
  const [found, second] = matchingObjects(side, noun, escapeStars(String(identity)));
  if (!found) throw notFound(side, identity);
  if (second) throw ambiguous(identity);
  return found;
}

/** Recipients that an Identity names: GUID, SID, DN, canonical name, address, UPN, alias, `DOMAIN\alias`, name, display name. */
export function matchingRecipients(side: Side, identity: string): Recipient[] {
  const matches = matcher(identity);
  const alias = /^[^\\@]+\\(.+)$/.exec(identity)?.[1];
  return [...side.recipients.values()].filter(
    (each) =>
      [
        each.guid,
        each.sid,
        each.distinguishedName,
        canonicalName(each),
        each.userPrincipalName,
        each.alias,
      ].some(matches) ||
      [each.name, each.displayName].some(matches) ||
      each.emailAddresses.some((proxy) => matches(proxy.slice(proxy.indexOf(":") + 1)) || matches(proxy)) ||
      (alias !== undefined && alias.toLowerCase() === each.alias.toLowerCase()),
  );
}

/** Which recipients a cmdlet is for: some types, or whatever a test says; all of them when undefined. */
export type RecipientKinds = readonly Recipient["type"][] | ((recipient: Recipient) => boolean);

/** A test for recipients of the given kinds. */
export function ofKind(kinds: RecipientKinds | undefined): (recipient: Recipient) => boolean {
  if (typeof kinds === "function") return kinds;
  return ({ type }) => kinds === undefined || kinds.includes(type);
}

/** The one recipient that an Identity names. @throws CmdletError when there is none, or more than one. */
export function recipientOf(side: Side, identity: unknown, kinds?: RecipientKinds): Recipient {
  const [found, second] = matchingRecipients(side, escapeStars(String(identity))).filter(ofKind(kinds));
  if (!found) throw notFound(side, identity);
  if (second) throw ambiguous(identity);
  return found;
}

/** `contoso.com/Users/Anna Weber` for `CN=Anna Weber,OU=Users,DC=contoso,DC=com`. */
export function canonicalName(recipient: Recipient): string {
  const parts = recipient.distinguishedName.split(/(?<!\\),/).map((part) => part.replaceAll(/\\(.)/g, "$1"));
  const domain = parts.filter((part) => part.startsWith("DC=")).map((part) => part.slice(3));
  const path = parts.filter((part) => !part.startsWith("DC=")).map((part) => part.slice(3));
  return [domain.join("."), ...path.toReversed()].join("/");
}

function matcher(pattern: string): (value: unknown) => boolean {
  const source = pattern
    .split(/(?<!\\)\*/)
    .map((part) => part.replaceAll(String.raw`\*`, "*").replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join(".*");
  const expression = new RegExp(`^${source}$`, "isu");
  return (value) => value !== undefined && expression.test(String(value));
}

/** Only `Get-` cmdlets take wildcards. */
function escapeStars(identity: string): string {
  return identity.replaceAll("*", String.raw`\*`);
}
