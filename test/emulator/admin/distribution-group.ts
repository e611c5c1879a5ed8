import { randomUUID } from "node:crypto";
import type { Recipient, Row } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { isDynamic } from "../members.ts";
import { isStaticGroup, refreshDynamicGroups, refuseStranger } from "./group-members.ts";
import { recipientOf } from "./identity.ts";
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
import { groupRow } from "./recipient-row.ts";
import { refuseSynchronised } from "./synchronised.ts";
import { texts } from "./values.ts";

/** The one static group that an Identity names. @throws CmdletError */
export function groupOf(call: Call): Recipient {
  return recipientOf(call.side, call.parameters["Identity"], isStaticGroup);
}

export const distributionGroup: Cmdlet[] = [
  {
    name: "Get-DistributionGroup",
    run: (call) => {
      const manager = given(call, "ManagedBy");
      const wanted = manager === undefined ? undefined : recipientOf(call.side, manager).name;
      return queryRecipients(call, isStaticGroup, groupRow).filter(
        (row) => wanted === undefined || texts(row["ManagedBy"]).includes(wanted),
      );
    },
  },
  {
    name: "New-DistributionGroup",
    run: (call) => {
      const group = newGroup(
        call,
        call.parameters["Type"] === "Security" ? "MailUniversalSecurityGroup" : undefined,
      );
      group.members = texts(call.parameters["Members"]).map((each) => recipientOf(call.side, each).guid);
      if (call.parameters["WhatIf"] === true) return [];
      changeRecipient(call, "New-DistributionGroup", group);
      for (const parameter of ["Members", "Type"]) delete group.other[parameter];
      call.side.recipients.set(group.guid, group);
      refreshDynamicGroups(call.side);
      return [groupRow(call.side, group)];
    },
  },
  {
    name: "Set-DistributionGroup",
    run: (call) => {
      const group = groupOf(call);
      refuseSynchronised(call, "Set-DistributionGroup", group);
      refuseStranger(call, group);
      return noted(call, group, () => changeRecipient(call, "Set-DistributionGroup", group));
    },
  },
  {
    name: "Remove-DistributionGroup",
    run: (call) => {
      const group = groupOf(call);
      refuseSynchronised(call, "Remove-DistributionGroup", group, true);
      refuseStranger(call, group);
      return removeRecipient(call, group);
    },
  },
];

/** A group as New makes it, not yet in the directory. @throws CmdletError when name, alias or address will not do */
export function newGroup(call: Call, details: string | undefined): Recipient {
  const { organization, side } = call;
  const name = String(call.parameters["Name"]);
  const alias = given(call, "Alias") ?? aliasFrom(name);
  refuseBadAlias(alias);
  const address = given(call, "PrimarySmtpAddress") ?? freeAddress(side, alias);
  refuseTaken(side, address);
  const at = new Date(organization.now()).toISOString();
  const manager = [...side.recipients.values()].find(
    ({ userPrincipalName }) => userPrincipalName === call.caller,
  );
  return {
    guid: randomUUID(),
    type: "MailUniversalDistributionGroup",
    name,
    displayName: given(call, "DisplayName") ?? name,
    alias,
    distinguishedName: placeFor(call, name, "Groups"),
    primarySmtpAddress: address,
    emailAddresses: [`SMTP:${address}`],
    hiddenFromAddressLists: false,
    members: [],
    other: {
      ...(details === undefined ? {} : { RecipientTypeDetails: details }),
      // An application that makes a group does not manage it.
      ManagedBy: manager ? [manager.name] : [],
      RequireSenderAuthenticationEnabled: true,
      MemberJoinRestriction: "Closed",
      MemberDepartRestriction: call.side.name === "online" ? "Open" : "Closed",
      Notes: "",
      WhenCreatedUTC: at,
      WhenChangedUTC: at,
    } satisfies Row,
  };
}

/** Takes a recipient out of the directory, and out of the groups that list it. */
export function removeRecipient(call: Call, recipient: Recipient): Row[] {
  if (call.parameters["WhatIf"] === true) return [];
  call.side.recipients.delete(recipient.guid);
  call.side.mailboxes.delete(recipient.guid);
  for (const other of call.side.recipients.values()) {
    if (other.members && !isDynamic(other))
      other.members = other.members.filter((guid) => guid !== recipient.guid);
  }
  refreshDynamicGroups(call.side);
  return [];
}
