import { FilterError, matches, parseFilter, type Filter } from "../opath.ts";
import type { Recipient, Side } from "../store.ts";
import { CmdletError } from "./fault.ts";
import { mailboxRow, recipientRow, userRow } from "./recipient-row.ts";

/**
 * Reads a recipient's properties for a filter, by lower-case name. `MemberOfGroup` holds the distinguished names of the groups that
 * list the recipient themselves: members of a nested group are not members of the outer one.
 */
export function recipientReader(side: Side, recipient: Recipient): (property: string) => readonly string[] {
  const bag = {
    ...userRow(side, recipient),
    ...mailboxRow(side, recipient),
    ...recipientRow(side, recipient),
  };
  const values = new Map(Object.entries(bag).map(([name, value]) => [name.toLowerCase(), texts(value)]));
  values.set(
    "memberofgroup",
    [...side.recipients.values()]
      .filter((each) => each.members?.includes(recipient.guid))
      .map((each) => each.distinguishedName),
  );
  return (property) => values.get(property) ?? [];
}

/** A parsed filter, checked as the server does. @throws CmdletError with Exchange's text when it is malformed or names an unknown property. */
export function acceptedFilter(side: Side, source: string): Filter {
  try {
    const filter = parseFilter(source);
    for (const property of propertiesOf(filter)) {
      if (!known(side).has(property.toLowerCase())) {
        throw new FilterError(
          `Cannot bind parameter 'Filter' to the target. Exception setting "Filter": ""${property}" is not a recognized filterable property. For a complete list of filterable properties see the command help.\n"${source}" at position 1."`,
        );
      }
    }
    return filter;
  } catch (error) {
    if (error instanceof FilterError)
      throw new CmdletError("System.Management.Automation.ParameterBindingException", error.message);
    throw error;
  }
}

/** The recipients of a side that a `-Filter` keeps. @throws CmdletError */
export function filterRecipients(side: Side, recipients: Recipient[], source: unknown): Recipient[] {
  if (source === undefined || source === null) return recipients;
  const filter = acceptedFilter(side, String(source));
  return recipients.filter((each) => matches(filter, recipientReader(side, each)));
}

function propertiesOf(filter: Filter): string[] {
  if ("left" in filter) return [...propertiesOf(filter.left), ...propertiesOf(filter.right)];
  return "filter" in filter ? propertiesOf(filter.filter) : [filter.property];
}

function known(side: Side): Set<string> {
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
  const bag = {
    ...userRow(side, anyone),
    ...mailboxRow(side, anyone),
    ...recipientRow(side, anyone),
    MemberOfGroup: [],
  };
  return new Set(Object.keys(bag).map((name) => name.toLowerCase()));
}

function texts(value: unknown): string[] {
  if (value === null || value === undefined || value === "") return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}
