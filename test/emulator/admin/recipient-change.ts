import { recipientByAddress, rows, type Recipient, type Row, type Side } from "../store.ts";
import type { Call } from "./cmdlet.ts";
import { editedList } from "./convert.ts";
import { alreadyExists, badArgument, CmdletError, invalid } from "./fault.ts";
import { refreshDynamicGroups } from "./group-members.ts";
import { recipientOf } from "./identity.ts";
import { escapeName, root } from "./object.ts";
import { signatureOf } from "./signature/all.ts";

/** Parameters that say how to find or change a recipient, and are no properties of it. */
const manner =
  /^(Identity|Confirm|WhatIf|DomainController|Force|Name|DisplayName|Alias|PrimarySmtpAddress|WindowsEmailAddress|EmailAddresses|HiddenFromAddressListsEnabled|GrantSendOnBehalfTo)$/;
/** Collections of recipients, kept as names. */
const peoples =
  /^(AcceptMessagesOnlyFrom|RejectMessagesFrom|BypassModerationFrom)|^(ManagedBy|ModeratedBy|ForwardingAddress|Manager)$/;

/**
 * Changes what the parameters of a `Set-` say, all of it or nothing; what has no place of its own in a recipient goes into `other`.
 * @throws CmdletError
 */
export function changeRecipient(call: Call, cmdlet: string, recipient: Recipient): void {
  const { side, parameters } = call;
  const name = given(call, "Name");
  const address = given(call, "PrimarySmtpAddress") ?? given(call, "WindowsEmailAddress");
  const alias = given(call, "Alias");
  if (alias !== undefined) refuseBadAlias(alias);
  const proxies = proxiesAfter(call, recipient, address);
  const delegates = parameters["GrantSendOnBehalfTo"];
  const sendOnBehalf =
    delegates === undefined
      ? undefined
      : editedList(names(side, recipient.grantSendOnBehalfTo), delegates).map(
          (each) => recipientOf(side, each).guid,
        );
  const distinguishedName = name === undefined ? recipient.distinguishedName : renamed(call, recipient, name);
  const others = kept(call, cmdlet, recipient);
  if (parameters["WhatIf"] === true) return;
  recipient.distinguishedName = distinguishedName;
  recipient.name = name ?? recipient.name;
  recipient.displayName = given(call, "DisplayName") ?? recipient.displayName;
  recipient.alias = alias ?? recipient.alias;
  recipient.emailAddresses = proxies;
  recipient.primarySmtpAddress =
    proxies.find((proxy) => proxy.startsWith("SMTP:"))?.slice(5) ?? recipient.primarySmtpAddress;
  const hidden = parameters["HiddenFromAddressListsEnabled"];
  if (typeof hidden === "boolean") recipient.hiddenFromAddressLists = hidden;
  if (sendOnBehalf) recipient.grantSendOnBehalfTo = sendOnBehalf;
  Object.assign(recipient.other, others);
}

/** Runs a change of a recipient: notes its time, or warns as Exchange does that everything was so before. */
export function noted(call: Call, recipient: Recipient, change: () => void): [] {
  const before = JSON.stringify(recipient);
  change();
  if (call.parameters["WhatIf"] === true) return [];
  if (JSON.stringify(recipient) === before) {
    call.warn(
      `The command completed successfully but no settings of '${recipient.name}' have been modified.`,
    );
  } else {
    recipient.other["WhenChangedUTC"] = new Date(call.organization.now()).toISOString();
    refreshDynamicGroups(call.side);
  }
  return [];
}

/** What the parameters say about properties that a recipient keeps as Get prints them. @throws CmdletError for an unknown person */
function kept(call: Call, cmdlet: string, recipient: Recipient): Row {
  const { parameters: known } = signatureOf(cmdlet);
  const found = Object.entries(call.parameters).filter(
    ([name]) => !manner.test(name) && !/switch|secret|credential/.test(known[name]?.kind ?? "text"),
  );
  return Object.fromEntries(
    found.map(([name, value]) => {
      const list = known[name]?.kind === "list";
      const whole = list ? editedList(recipient.other[name], value) : value;
      if (!peoples.test(name))
        return [name, known[name]?.kind === "size" ? String(whole) : (whole ?? blank(known[name]?.kind))];
      if (Array.isArray(whole)) return [name, whole.map((each) => recipientOf(call.side, each).name)];
      return [name, whole === null || whole === "" ? null : recipientOf(call.side, whole).name];
    }),
  );
}

function blank(kind: string | undefined): unknown {
  return kind === "text" ? "" : null;
}

function names(side: Side, guids: readonly string[] = []): string[] {
  return guids.map((guid) => side.recipients.get(guid)?.name ?? guid);
}

/** The proxy addresses that a change leaves: exactly one primary one (`SMTP:`), the others after it. @throws CmdletError */
function proxiesAfter(call: Call, recipient: Recipient, primary: string | undefined): string[] {
  const edit = call.parameters["EmailAddresses"];
  const typed = (value: string): string => (value.includes(":") ? value : `smtp:${value}`);
  const proxies =
    edit === undefined
      ? [...recipient.emailAddresses]
      : editedList(
          recipient.emailAddresses,
          Array.isArray(edit) ? edit.map((each) => typed(String(each))) : edit,
        ).map(typed);
  const wanted =
    primary ?? proxies.findLast((proxy) => proxy.startsWith("SMTP:"))?.slice(5) ?? proxies[0]?.slice(5);
  if (wanted === undefined) return proxies;
  const others = proxies.filter((proxy) => proxy.slice(5).toLowerCase() !== wanted.toLowerCase());
  for (const proxy of [
    wanted,
    ...others.filter((each) => /^smtp:/i.test(each)).map((each) => each.slice(5)),
  ]) {
    if (!recipient.emailAddresses.some((own) => own.slice(5).toLowerCase() === proxy.toLowerCase()))
      refuseTaken(call.side, proxy, recipient);
  }
  return [`SMTP:${wanted}`, ...others.map((proxy) => proxy.replace(/^SMTP:/, "smtp:"))];
}

function renamed(call: Call, recipient: Recipient, name: string): string {
  const parent = recipient.distinguishedName.slice(`CN=${escapeName(recipient.name)},`.length);
  const distinguishedName = `CN=${escapeName(name)},${parent}`;
  refuseNamesake(call.side, distinguishedName, recipient);
  return distinguishedName;
}

/** Where a new recipient goes: the organizational unit of its kind, or the tenant's own. @throws CmdletError when its name is taken there */
export function placeFor(call: Call, name: string, container: "Users" | "Groups"): string {
  const unit = call.side.name === "online" ? "" : `OU=${container},`;
  const distinguishedName = `CN=${escapeName(name)},${unit}${root(call.organization, call.side)}`;
  refuseNamesake(call.side, distinguishedName);
  return distinguishedName;
}

function refuseNamesake(side: Side, distinguishedName: string, own?: Recipient): void {
  const twin = [...side.recipients.values()].find(
    (each) => each !== own && each.distinguishedName.toLowerCase() === distinguishedName.toLowerCase(),
  );
  if (twin) throw alreadyExists(side, twin.distinguishedName);
}

/** @throws CmdletError when an address is none, is of a foreign domain, or belongs to somebody else. */
export function refuseTaken(side: Side, address: string, own?: Recipient): void {
  const domain = /^[^@\s]+@([^@\s]+)$/.exec(address)?.[1]?.toLowerCase();
  if (domain === undefined) throw badArgument(`The address '${address}' isn't a valid SMTP address.`);
  if (!rows(side, "AcceptedDomain").some((row) => String(row["DomainName"]).toLowerCase() === domain)) {
    throw invalid(`The domain '${domain}' of '${address}' isn't an accepted domain of this organization.`);
  }
  const holder = recipientByAddress(side, address);
  if (!holder || holder === own) return;
  throw new CmdletError(
    "Microsoft.Exchange.Configuration.Tasks.ProxyAddressExistsException",
    `The proxy address "SMTP:${address}" is already being used by the proxy addresses or LegacyExchangeDN of "${holder.name}". Please choose another proxy address.`,
  );
}

/** `alias@` the default domain, with a number where that is taken, as e-mail address policies make it. */
export function freeAddress(side: Side, alias: string): string {
  const domain = rows(side, "AcceptedDomain").find((row) => row["Default"] === true)?.["DomainName"];
  for (let count = 0; ; count++) {
    const address = `${alias}${count === 0 ? "" : count}@${String(domain)}`;
    if (!recipientByAddress(side, address)) return address;
  }
}

/** An alias out of a name: what an address cannot hold is left out. */
export function aliasFrom(name: string): string {
  return name.normalize("NFD").replaceAll(/[^\w.-]/g, "");
}

/** @throws CmdletError for an alias with characters that an address cannot hold. */
export function refuseBadAlias(alias: string): void {
  if (/^[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*$/.test(alias)) return;
  throw badArgument(
    `The value "${alias}" of the Alias property isn't valid. It can only contain letters, digits and the characters !, #, $, %, &, ', *, +, -, /, =, ?, ^, _, \`, {, |, } and ~; periods must be surrounded by other valid characters.`,
  );
}

/** A text parameter that says something. */
export function given(call: Call, name: string): string | undefined {
  const value = call.parameters[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
