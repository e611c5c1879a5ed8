import type { Recipient, Row, Side } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { canonicalName, matchingRecipients, ofKind, recipientOf, type RecipientKinds } from "./identity.ts";
import { filterRecipients } from "./recipient-filter.ts";
import { recipientRow, typeDetails } from "./recipient-row.ts";
import { firstOf } from "./result-size.ts";

/** Answers a recipient query over the recipients of some types. @throws CmdletError when Identity names nobody, or several. */
export function queryRecipients(
  call: Call,
  kinds: RecipientKinds | undefined,
  show: (side: Side, recipient: Recipient) => Row,
): Row[] {
  const {
    Identity: identity,
    Anr: anr,
    // As the RecipientFilter of a dynamic group would find them.
    RecipientPreviewFilter: preview,
    Filter: filter = preview,
    OrganizationalUnit: unit,
    RecipientTypeDetails: details,
  } = call.parameters;
  let found = [...call.side.recipients.values()].filter(ofKind(kinds));
  if (typeof identity === "string") {
    found = identity.includes("*")
      ? matchingRecipients(call.side, identity).filter((each) => found.includes(each))
      : [recipientOf(call.side, identity, kinds)];
  }
  if (typeof anr === "string") found = found.filter((each) => resolves(each, anr));
  if (Array.isArray(details) && details.length > 0) {
    const wanted = new Set(details.map((each) => String(each).toLowerCase()));
    found = found.filter((each) => wanted.has(typeDetails(call.side, each).toLowerCase()));
  }
  if (typeof unit === "string") found = found.filter((each) => isBeneath(each, unit));
  found = filterRecipients(call.side, found, filter);
  return firstOf(call, found).map((each) => show(call.side, each));
}

/** Whether a recipient lies in a unit of the directory, named by its path or its distinguished name, or beneath it. */
function isBeneath(recipient: Recipient, unit: string): boolean {
  const [path, name] = [`${unit.replace(/\/$/, "")}/`, `,${unit}`].map((each) => each.toLowerCase());
  return (
    canonicalName(recipient)
      .toLowerCase()
      .startsWith(path ?? "") || recipient.distinguishedName.toLowerCase().endsWith(name ?? "")
  );
}

/** Ambiguous name resolution: any name or address that begins with the text. */
function resolves(recipient: Recipient, anr: string): boolean {
  const wanted = anr.toLowerCase();
  return [
    recipient.name,
    recipient.displayName,
    recipient.alias,
    recipient.primarySmtpAddress,
    String(recipient.other["LastName"] ?? ""),
  ].some((value) => value.toLowerCase().startsWith(wanted));
}

export const recipient: Cmdlet[] = [
  {
    name: "Get-Recipient",
    run: (call) => {
      const kinds = call.parameters["RecipientType"];
      const found = queryRecipients(call, undefined, recipientRow);
      return Array.isArray(kinds) && kinds.length > 0
        ? found.filter((row) => kinds.includes(String(row["RecipientType"])))
        : found;
    },
  },
];
