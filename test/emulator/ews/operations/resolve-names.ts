import { failure, required, responses, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { mailboxElement } from "../fields/recipients.ts";
import { recipientByAddress, type Recipient, type Side } from "../../store.ts";
import { element, type Element } from "../xml.ts";

/** Exchange answers at most a hundred names. */
const most = 100;

/** ResolveNames: people and groups of the address list by the beginning of a name, alias or address. Hidden ones are not in the list. */
export const resolveNames: Operation = async (call, request) => {
  const entry = required(request, "m:UnresolvedEntry").text.trim();
  const full = ["true", "1"].includes(request.attributes["ReturnFullContactData"] ?? "");
  const found = search(call.side, entry).slice(0, most);
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
    { TotalItemsInView: found.length, IncludesLastItemInRange: true },
    ...resolutions,
  );
  if (found.length > 1) {
    const warning = failure("ResolveNames", new EwsError("ErrorNameResolutionMultipleResults"), set);
    return element("m:ResolveNamesResponse", {}, element("m:ResponseMessages", {}, warning));
  }
  return responses("ResolveNames", [set], (only) => {
    if (found.length === 0) throw new EwsError("ErrorNameResolutionNoResults");
    return [only];
  });
};

/** Ambiguous name resolution: the whole entry, or each of its words at the start of a word of the name. */
function search(side: Side, entry: string): Recipient[] {
  const exact = /^smtp:/i.test(entry) ? recipientByAddress(side, entry.slice(5)) : undefined;
  if (exact) return exact.hiddenFromAddressLists ? [] : [exact];
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
