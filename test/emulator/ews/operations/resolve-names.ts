import { choice, failure, required, responses, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { mailboxElement } from "../fields/recipients.ts";
import type { Recipient, Side } from "../../store.ts";
import { element, type Element } from "../xml.ts";

/** Exchange answers at most a hundred names. */
const most = 100;

const scopes = ["ActiveDirectory", "ActiveDirectoryContacts", "Contacts", "ContactsActiveDirectory"] as const;
const shapes = ["IdOnly", "Default", "AllProperties"] as const;

/**
 * ResolveNames: people and groups of the address list by the beginning of a name, alias or address. Hidden ones are not in the list.
 * Personal contacts are not kept here: nobody is found among them.
 */
export const resolveNames: Operation = async (call, request) => {
  const entry = required(request, "m:UnresolvedEntry").text.trim();
  const full = ["true", "1"].includes(request.attributes["ReturnFullContactData"] ?? "");
  if (request.attributes["SearchScope"] !== undefined) choice(request, "SearchScope", scopes);
  if (request.attributes["ContactDataShape"] !== undefined) choice(request, "ContactDataShape", shapes);
  const all = request.attributes["SearchScope"] === "Contacts" ? [] : search(call.side, entry);
  const found = all.slice(0, most);
  const resolutions = found.map((recipient) =>
    element(
      "t:Resolution",
      {},
      mailboxElement(call.side, { name: recipient.displayName, address: recipient.primarySmtpAddress }),
      full ? contact(recipient) : undefined,
    ),
  );
  const set = element(
    "m:ResolutionSet",
    { TotalItemsInView: found.length, IncludesLastItemInRange: found.length === all.length },
    ...resolutions,
  );
  const hasMailbox = call.side.mailboxes.has(call.acting.guid);
  if (found.length > 1 && hasMailbox) {
    const warning = failure("ResolveNames", new EwsError("ErrorNameResolutionMultipleResults"), set);
    return element("m:ResolveNamesResponse", {}, element("m:ResponseMessages", {}, warning));
  }
  return responses("ResolveNames", [set], (only) => {
    if (!hasMailbox) throw new EwsError("ErrorNameResolutionNoMailbox");
    if (found.length === 0) throw new EwsError("ErrorNameResolutionNoResults");
    return [only];
  });
};

/** Ambiguous name resolution: the whole entry, or each of its words at the start of a word of the name. */
function search(side: Side, entry: string): Recipient[] {
  // With its kind in front, an address is looked for among all of somebody's addresses.
  if (/^\w+:/.test(entry)) {
    const proxy = entry.toLowerCase();
    const starts = (address: string): boolean => address.toLowerCase().startsWith(proxy);
    return [...side.recipients.values()].filter(
      ({ hiddenFromAddressLists, emailAddresses }) => !hiddenFromAddressLists && emailAddresses.some(starts),
    );
  }
  const words = entry.toLowerCase().split(/\s+/);
  return [...side.recipients.values()].filter((recipient) => {
    if (recipient.hiddenFromAddressLists) return false;
    const wholes = [recipient.alias, recipient.primarySmtpAddress, recipient.userPrincipalName ?? ""].map(
      (text) => text.toLowerCase(),
    );
    if (wholes.some((whole) => whole.startsWith(entry.toLowerCase()))) return true;
    const parts = recipient.displayName.toLowerCase().split(/\s+/);
    return words.every((word) => parts.some((part) => part.startsWith(word)));
  });
}

function contact({ displayName, alias, emailAddresses, type }: Recipient): Element {
  const addresses = emailAddresses
    .slice(0, 3)
    .map((address, index) => element("t:Entry", { Key: `EmailAddress${index + 1}` }, address));
  return element(
    "t:Contact",
    {},
    element("t:DisplayName", {}, displayName),
    element("t:EmailAddresses", {}, ...addresses),
    element("t:ContactSource", {}, "ActiveDirectory"),
    type === "MailUniversalDistributionGroup" ? undefined : element("t:Alias", {}, alias),
  );
}
