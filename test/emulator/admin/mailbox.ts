import { randomUUID } from "node:crypto";
import { createMailbox } from "../mailbox.ts";
import { recipientByAddress, rows, type Recipient, type Row, type Side } from "../store.ts";
import { bothSides, type Call, type Cmdlet } from "./cmdlet.ts";
import { alreadyExists, badArgument, binding, CmdletError, invalid } from "./fault.ts";
import { recipientOf } from "./identity.ts";
import { escapeName, root } from "./object.ts";
import { each, flag, list, mandatory, secret, text, toggle } from "./parameter.ts";
import { queryRecipients, recipientQuery } from "./recipient.ts";
import { mailboxRow } from "./recipient-row.ts";

const mailboxes = ["UserMailbox", "SharedMailbox"] as const;
const here = ["onPremises"] as const;
const customAttributes = each(
  Array.from({ length: 15 }, (_, index) => `CustomAttribute${index + 1}`).join(" "),
  text,
);
const unconfirmed = { Confirm: toggle, WhatIf: toggle, DomainController: text, Force: toggle };

export const mailbox: Cmdlet[] = [
  {
    name: "Get-Mailbox",
    sides: bothSides,
    parameters: recipientQuery,
    run: (call) => queryRecipients(call, mailboxes, mailboxRow),
  },
  {
    name: "New-Mailbox",
    sides: here,
    parameters: {
      ...mandatory({ Name: text }),
      ...each(
        "Alias DisplayName FirstName LastName OrganizationalUnit PrimarySmtpAddress SamAccountName UserPrincipalName Database",
        text,
      ),
      Password: secret,
      ResetPasswordOnNextLogon: flag,
      Shared: toggle,
      ...unconfirmed,
    },
    run: create,
  },
  {
    name: "Set-Mailbox",
    sides: here,
    parameters: {
      ...mandatory({ Identity: text }),
      ...customAttributes,
      ...each("DisplayName PrimarySmtpAddress", text),
      ...each(
        "AccountDisabled HiddenFromAddressListsEnabled MessageCopyForSentAsEnabled MessageCopyForSendOnBehalfEnabled",
        flag,
      ),
      GrantSendOnBehalfTo: list,
      Password: secret,
      ...unconfirmed,
    },
    run: change,
  },
  {
    name: "Remove-Mailbox",
    sides: here,
    parameters: { ...mandatory({ Identity: text }), Permanent: flag, ...unconfirmed },
    run: (call) => {
      const recipient = recipientOf(call.side, call.parameters["Identity"], mailboxes);
      if (call.parameters["WhatIf"] === true) return [];
      call.side.recipients.delete(recipient.guid);
      call.side.mailboxes.delete(recipient.guid);
      for (const other of call.side.recipients.values()) {
        if (other.members) other.members = other.members.filter((guid) => guid !== recipient.guid);
      }
      return [];
    },
  },
];

function create(call: Call): Row[] {
  const { organization, side } = call;
  const { Name: name, UserPrincipalName: upn, Password: password, Shared: shared } = call.parameters;
  if (shared !== true && (typeof upn !== "string" || typeof password !== "string")) {
    throw binding(
      "Cannot process command because of one or more missing mandatory parameters: Password UserPrincipalName.",
    );
  }
  if (typeof password === "string") refuseWeak(password);
  const alias =
    given(call, "Alias") ??
    (typeof upn === "string" ? upn.split("@")[0] : undefined) ??
    aliasFrom(String(name));
  const address = given(call, "PrimarySmtpAddress") ?? `${alias}@${organization.store.domain}`;
  for (const each of [address, ...(typeof upn === "string" ? [upn] : [])]) refuseTaken(side, each);
  const distinguishedName = `CN=${escapeName(String(name))},OU=Users,${root(organization, side)}`;
  const twin = [...side.recipients.values()].find(
    (each) => each.distinguishedName.toLowerCase() === distinguishedName.toLowerCase(),
  );
  if (twin) throw alreadyExists(side, twin.distinguishedName);
  if (call.parameters["WhatIf"] === true) return [];
  const at = new Date(organization.now()).toISOString();
  const recipient: Recipient = {
    guid: randomUUID(),
    sid: `S-1-5-21-1708537768-844245398-682003330-${1100 + organization.nextId()}`,
    type: shared === true ? "SharedMailbox" : "UserMailbox",
    name: String(name),
    displayName: given(call, "DisplayName") ?? String(name),
    alias,
    distinguishedName,
    userPrincipalName: typeof upn === "string" ? upn : address,
    primarySmtpAddress: address,
    emailAddresses: [`SMTP:${address}`],
    hiddenFromAddressLists: false,
    other: {
      FirstName: given(call, "FirstName") ?? "",
      LastName: given(call, "LastName") ?? "",
      WhenCreatedUTC: at,
      WhenChangedUTC: at,
    },
  };
  if (typeof password === "string") recipient.password = password;
  side.recipients.set(recipient.guid, recipient);
  side.mailboxes.set(recipient.guid, createMailbox(organization, recipient.guid));
  return [mailboxRow(side, recipient)];
}

function change(call: Call): Row[] {
  const { side, parameters } = call;
  const recipient = recipientOf(side, parameters["Identity"], mailboxes);
  const address = given(call, "PrimarySmtpAddress");
  if (address !== undefined && address.toLowerCase() !== recipient.primarySmtpAddress.toLowerCase())
    refuseTaken(side, address, recipient);
  const password = parameters["Password"];
  if (typeof password === "string") refuseWeak(password);
  const delegates = parameters["GrantSendOnBehalfTo"];
  const guids = Array.isArray(delegates) ? delegates.map((each) => recipientOf(side, each).guid) : undefined;
  if (parameters["WhatIf"] === true) return [];
  if (address !== undefined) {
    const others = recipient.emailAddresses.filter(
      (proxy) => proxy.slice(5).toLowerCase() !== address.toLowerCase(),
    );
    recipient.emailAddresses = [
      `SMTP:${address}`,
      ...others.map((proxy) => proxy.replace(/^SMTP:/, "smtp:")),
    ];
    recipient.primarySmtpAddress = address;
  }
  if (typeof password === "string") recipient.password = password;
  if (guids) recipient.grantSendOnBehalfTo = guids;
  recipient.displayName = given(call, "DisplayName") ?? recipient.displayName;
  recipient.hiddenFromAddressLists = switched(
    parameters["HiddenFromAddressListsEnabled"],
    recipient.hiddenFromAddressLists,
  );
  recipient.disabled = switched(parameters["AccountDisabled"], recipient.disabled ?? false);
  recipient.messageCopyForSentAsEnabled = switched(
    parameters["MessageCopyForSentAsEnabled"],
    recipient.messageCopyForSentAsEnabled ?? false,
  );
  recipient.messageCopyForSendOnBehalfEnabled = switched(
    parameters["MessageCopyForSendOnBehalfEnabled"],
    recipient.messageCopyForSendOnBehalfEnabled ?? false,
  );
  for (const name of Object.keys(customAttributes))
    if (name in parameters) recipient.other[name] = parameters[name] ?? "";
  recipient.other["WhenChangedUTC"] = new Date(call.organization.now()).toISOString();
  return [];
}

function given(call: Call, name: string): string | undefined {
  const value = call.parameters[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function switched(value: unknown, before: boolean): boolean {
  return typeof value === "boolean" ? value : before;
}

function aliasFrom(name: string): string {
  return name.normalize("NFD").replaceAll(/[^\w.-]/g, "");
}

function refuseTaken(side: Side, address: string, own?: Recipient): void {
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

/** The domain's policy: 8 characters, three of four classes. */
function refuseWeak(password: string): void {
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((each) => each.test(password)).length;
  if (password.length >= 8 && classes >= 3) return;
  throw new CmdletError(
    "Microsoft.Exchange.Data.Directory.ADInvalidPasswordException",
    "Active Directory operation failed on DC01.contoso.com. This error is not retriable. Additional information: The password does not meet the password policy requirements. Check the minimum password length, password complexity and password history requirements.",
  );
}
