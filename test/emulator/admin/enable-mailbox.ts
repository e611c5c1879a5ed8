import { randomUUID } from "node:crypto";
import { createMailbox } from "../mailbox.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { invalid } from "./fault.ts";
import { isStaticGroup, refreshDynamicGroups } from "./group-members.ts";
import { mailboxes, recipientOf } from "./identity.ts";
import { aliasFrom, freeAddress, given, refuseBadAlias, refuseTaken } from "./recipient-change.ts";
import { mailboxRow } from "./recipient-row.ts";

/** A mailbox for an account that is there already, and the way back: the account stays. */
export const enableMailbox: Cmdlet[] = [
  {
    name: "Enable-Mailbox",
    run: (call) => (archives(call) ? archive(call) : enable(call)),
  },
  {
    name: "Disable-Mailbox",
    run: (call) => {
      const recipient = recipientOf(call.side, call.parameters["Identity"], mailboxes);
      if (archives(call) && recipient.other["ArchiveStatus"] !== "Active")
        throw invalid(`The mailbox '${recipient.name}' doesn't have an archive.`);
      if (call.parameters["WhatIf"] === true) return [];
      if (archives(call)) {
        delete recipient.other["ArchiveStatus"];
        delete recipient.other["ArchiveGuid"];
        return [];
      }
      call.side.mailboxes.delete(recipient.guid);
      Object.assign(recipient, { type: "User", primarySmtpAddress: "", emailAddresses: [] });
      for (const group of call.side.recipients.values())
        if (isStaticGroup(group))
          group.members = group.members?.filter((guid) => guid !== recipient.guid) ?? [];
      refreshDynamicGroups(call.side);
      return [];
    },
  },
];

function archives(call: Call): boolean {
  return call.parameters["Archive"] === true || call.parameters["AutoExpandingArchive"] === true;
}

function enable(call: Call): ReturnType<Cmdlet["run"]> {
  const { side, organization } = call;
  const recipient = recipientOf(side, call.parameters["Identity"]);
  if (recipient.type !== "User")
    throw invalid(
      `This task does not support recipients of this type. The specified recipient ${recipient.name} is of type ${recipient.type}.`,
    );
  const alias = given(call, "Alias") ?? (recipient.alias || aliasFrom(recipient.name));
  refuseBadAlias(alias);
  const address = given(call, "PrimarySmtpAddress") ?? freeAddress(side, alias);
  if (address.toLowerCase() !== recipient.userPrincipalName?.toLowerCase()) refuseTaken(side, address);
  if (call.parameters["WhatIf"] === true) return [];
  Object.assign(recipient, {
    type: call.parameters["Shared"] === true ? "SharedMailbox" : "UserMailbox",
    alias,
    displayName: given(call, "DisplayName") ?? recipient.displayName,
    primarySmtpAddress: address,
    emailAddresses: [`SMTP:${address}`],
  });
  side.mailboxes.set(recipient.guid, createMailbox(organization, recipient.guid));
  refreshDynamicGroups(side);
  return [mailboxRow(side, recipient)];
}

function archive(call: Call): ReturnType<Cmdlet["run"]> {
  const recipient = recipientOf(call.side, call.parameters["Identity"], mailboxes);
  if (call.parameters["Archive"] === true && recipient.other["ArchiveStatus"] === "Active")
    throw invalid(`The mailbox '${recipient.name}' already has an archive.`);
  if (call.parameters["WhatIf"] === true) return [];
  recipient.other["ArchiveStatus"] = "Active";
  recipient.other["ArchiveGuid"] ??= randomUUID();
  if (call.parameters["AutoExpandingArchive"] === true) recipient.other["AutoExpandingArchiveEnabled"] = true;
  return [mailboxRow(call.side, recipient)];
}
