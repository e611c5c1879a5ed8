import { FilterError, mapProperties, matches, parseFilter, type Filter } from "../opath.ts";
import { rows, type Recipient, type Row, type Side } from "../store.ts";
import { binding } from "./fault.ts";
import { mailboxRow, recipientRow, userRow } from "./recipient-row.ts";
import { texts } from "./values.ts";

/**
 * Reads a recipient's properties for a filter, by lower-case name. `MemberOfGroup` holds the distinguished names of the groups that
 * list the recipient themselves: members of a nested group are not members of the outer one.
 */
function recipientReader(side: Side, recipient: Recipient): (property: string) => readonly string[] {
  const bag = Object.entries(propertyBag(side, recipient));
  const values = new Map(bag.map(([name, value]) => [name.toLowerCase(), texts(value)]));
  return (property) =>
    property === "memberofgroup" ? groupsOf(side, recipient.guid) : (values.get(property) ?? []);
}

/** Distinguished names of the static groups that list a recipient. */
function groupsOf(side: Side, guid: string): string[] {
  return [...side.recipients.values()]
    .filter(({ members, other }) => members?.includes(guid) && other["RecipientFilter"] === undefined)
    .map(({ distinguishedName }) => distinguishedName);
}

/** A parsed filter with Exchange's own spelling of the properties. @throws CmdletError with Exchange's text when it is malformed or names an unknown property. */
export function acceptedFilter(side: Side, source: string): Filter {
  const known = properties(side);
  try {
    return mapProperties(parseFilter(source), (property) => {
      const name = known.get(property.toLowerCase());
      if (name === undefined) {
        throw new FilterError(
          `Cannot bind parameter 'Filter' to the target. Exception setting "Filter": ""${property}" is not a recognized filterable property. For a complete list of filterable properties see the command help.\n"${source}" at position 1."`,
        );
      }
      return name;
    });
  } catch (error) {
    if (error instanceof FilterError) throw binding(error.message);
    throw error;
  }
}

/** The recipients of a side that a `-Filter` keeps. @throws CmdletError */
export function filterRecipients(side: Side, recipients: Recipient[], source: unknown): Recipient[] {
  if (source === undefined || source === null) return recipients;
  const filter = acceptedFilter(side, String(source));
  return recipients.filter((each) => matches(filter, recipientReader(side, each)));
}

/** Whether a recipient passes a filter as it is stored. */
export function passesFilter(side: Side, filter: string, recipient: Recipient): boolean {
  return matches(parseFilter(filter), recipientReader(side, recipient));
}

/** Whether a management scope holds a recipient; one that is gone holds nobody. */
export function inScope(side: Side, name: unknown, recipient: Recipient): boolean {
  const scope = rows(side, "ManagementScope").find((row) => row["Name"] === name);
  return scope !== undefined && passesFilter(side, String(scope["RecipientFilter"]), recipient);
}

/** Filterable properties by their lower-case names. */
function properties(side: Side): Map<string, string> {
  const anyone: Recipient = {
    guid: "",
    type: "UserMailbox",
    name: "",
    displayName: "",
    alias: "",
    distinguishedName: "",
    primarySmtpAddress: "",
    emailAddresses: [],
    hiddenFromAddressLists: false,
    other: {},
  };
  const names = [...Object.keys(propertyBag(side, anyone)), "MemberOfGroup"];
  return new Map(names.map((name) => [name.toLowerCase(), name]));
}

function propertyBag(side: Side, recipient: Recipient): Row {
  return { ...userRow(side, recipient), ...mailboxRow(side, recipient), ...recipientRow(side, recipient) };
}
