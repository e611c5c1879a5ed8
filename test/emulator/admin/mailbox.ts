import { randomUUID } from "node:crypto";
import { createMailbox } from "../mailbox.ts";
import type { Recipient, Row } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { removeRecipient } from "./distribution-group.ts";
import { CmdletError, notFound } from "./fault.ts";
import { refreshDynamicGroups } from "./group-members.ts";
import { mailboxes, objectOf, recipientOf } from "./identity.ts";
import {
  aliasFrom,
  changeRecipient,
  freeAddress,
  given,
  noted,
  placeFor,
  refuseBadAlias,
  refuseTaken,
} from "./recipient-change.ts";
import { queryRecipients } from "./recipient.ts";
import { mailboxRow } from "./recipient-row.ts";
import { retentionPolicyNamed } from "./retention-policy.ts";
import { purge, softDelete, softDeleted } from "./soft-deleted.ts";
import { refuseSynchronised } from "./synchronised.ts";

/** Switches of New and Enable that make another kind of mailbox. */
const kinds: Record<string, string> = {
  Room: "RoomMailbox",
  Equipment: "EquipmentMailbox",
  Discovery: "DiscoveryMailbox",
};
/** Switches of Get for kinds that this organization has none of. */
const others = [
  "Arbitration",
  "AuditLog",
  "AuxAuditLog",
  "GroupMailbox",
  "Migration",
  "Monitoring",
  "PublicFolder",
  "RemoteArchive",
];

export const mailbox: Cmdlet[] = [
  { name: "Get-Mailbox", run: read },
  { name: "New-Mailbox", run: create },
  { name: "Set-Mailbox", run: change },
  {
    name: "Remove-Mailbox",
    run: (call) => {
      const { Identity: identity, PermanentlyDelete: forGood } = call.parameters;
      if (forGood === true) {
        if (!purge(call, identity)) throw notFound(call.side, identity);
        return [];
      }
      const recipient = recipientOf(call.side, identity, mailboxes);
      refuseSynchronised(call, "Remove-Mailbox", recipient, true);
      if (call.side.name === "online" && call.parameters["WhatIf"] !== true) softDelete(call, recipient);
      return removeRecipient(call, recipient);
    },
  },
];

function read(call: Call): Row[] {
  const { SoftDeletedMailbox: deleted, InactiveMailboxOnly: inactive, Archive: archived } = call.parameters;
  if (inactive === true || others.some((name) => call.parameters[name] === true)) return [];
  if (deleted === true) return softDeleted(call);
  const { Database: database, Server: server } = call.parameters;
  const found = queryRecipients(call, mailboxes, mailboxRow);
  return found.filter(
    (row) =>
      (archived !== true || row["ArchiveStatus"] !== "None") &&
      (typeof database !== "string" || String(row["Database"]).toLowerCase() === database.toLowerCase()) &&
      (typeof server !== "string" || String(row["ServerName"]).toLowerCase() === server.toLowerCase()),
  );
}

function create(call: Call): Row[] {
  const { organization, side } = call;
  const { Name: name, Password: password, Shared: shared } = call.parameters;
  const upn = given(call, "UserPrincipalName") ?? given(call, "MicrosoftOnlineServicesID");
  if (typeof password === "string") refuseWeak(password);
  const alias = given(call, "Alias") ?? upn?.split("@")[0] ?? aliasFrom(String(name));
  refuseBadAlias(alias);
  const address =
    given(call, "PrimarySmtpAddress") ??
    (upn === undefined || side.name === "online"
      ? freeAddress(side, alias)
      : `${alias}@${organization.store.domain}`);
  for (const each of [address, ...(upn === undefined ? [] : [upn])]) refuseTaken(side, each);
  const distinguishedName = placeFor(call, String(name), "Users");
  if (call.parameters["WhatIf"] === true) return [];
  const at = new Date(organization.now()).toISOString();
  const details = Object.keys(kinds).find((kind) => call.parameters[kind] === true);
  const recipient: Recipient = {
    guid: randomUUID(),
    sid: `S-1-5-21-1708537768-844245398-682003330-${1100 + organization.nextId()}`,
    type: shared === true ? "SharedMailbox" : "UserMailbox",
    name: String(name),
    displayName: given(call, "DisplayName") ?? String(name),
    alias,
    distinguishedName,
    userPrincipalName: upn ?? address,
    primarySmtpAddress: address,
    emailAddresses: [`SMTP:${address}`],
    hiddenFromAddressLists: false,
    ...(shared === true || details !== undefined || call.parameters["AccountDisabled"] === true
      ? { disabled: true }
      : {}),
    other: {
      ...(details === undefined ? {} : { RecipientTypeDetails: kinds[details] }),
      FirstName: given(call, "FirstName") ?? "",
      LastName: given(call, "LastName") ?? "",
      WhenCreatedUTC: at,
      WhenChangedUTC: at,
    },
  };
  if (typeof password === "string") recipient.password = password;
  const policy = given(call, "RetentionPolicy");
  if (policy !== undefined) recipient.other["RetentionPolicy"] = retentionPolicyNamed(call, policy);
  side.recipients.set(recipient.guid, recipient);
  side.mailboxes.set(recipient.guid, createMailbox(organization, recipient.guid));
  refreshDynamicGroups(side);
  return [mailboxRow(side, recipient)];
}

function change(call: Call): Row[] {
  const { side, parameters } = call;
  const recipient = recipientOf(side, parameters["Identity"], mailboxes);
  refuseSynchronised(call, "Set-Mailbox", recipient);
  const password = parameters["Password"];
  if (typeof password === "string") refuseWeak(password);
  const {
    RetentionPolicy: retention,
    ThrottlingPolicy: throttling,
    Type: type,
    AccountDisabled: disabled,
    ...rest
  } = parameters;
  const named: Row = {};
  if (retention !== undefined)
    named["RetentionPolicy"] =
      retention === null || retention === "" ? null : retentionPolicyNamed(call, retention);
  if (typeof throttling === "string" && throttling !== "")
    named["ThrottlingPolicy"] = objectOf(side, "ThrottlingPolicy", throttling)["Name"];
  const copies = Object.keys(switches);
  const kept = Object.fromEntries(
    Object.entries({ ...rest, ...named }).filter(([name]) => !copies.includes(name)),
  );
  return noted(call, recipient, () => {
    changeRecipient({ ...call, parameters: kept }, "Set-Mailbox", recipient);
    if (parameters["WhatIf"] === true) return;
    if (throttling === null) recipient.other["ThrottlingPolicy"] = null;
    if (typeof password === "string") recipient.password = password;
    if (typeof disabled === "boolean") recipient.disabled = disabled;
    for (const [name, property] of Object.entries(switches)) {
      const value = parameters[name];
      if (typeof value === "boolean") recipient[property] = value;
    }
    if (typeof type === "string") convert(recipient, type);
  });
}

const switches = {
  MessageCopyForSentAsEnabled: "messageCopyForSentAsEnabled",
  MessageCopyForSendOnBehalfEnabled: "messageCopyForSendOnBehalfEnabled",
  MessageCopyForSMTPClientSubmissionEnabled: "messageCopyForSmtpClientSubmissionEnabled",
} as const;

/** `Set-Mailbox -Type`: a shared mailbox or a resource has no account that signs in. */
function convert(recipient: Recipient, type: string): void {
  recipient.type = type === "Shared" ? "SharedMailbox" : "UserMailbox";
  delete recipient.other["RecipientTypeDetails"];
  const details = kinds[type];
  if (details !== undefined) recipient.other["RecipientTypeDetails"] = details;
  recipient.disabled = type !== "Regular";
}

/** The domain's policy: 8 characters, three of four classes. */
function refuseWeak(password: string): void {
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((each) => each.test(password)).length;
  if (password.length >= 8 && classes >= 3) return;
  throw new CmdletError(
    "Microsoft.Exchange.Data.Directory.ADInvalidPasswordException",
    "Active Directory operation failed on DC01.contoso.com. This error is not retriable. Additional information: The password does not meet the password policy requirements. Check the minimum password length, password complexity and password history requirements.",
  );
}
