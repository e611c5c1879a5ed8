import type { Recipient } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { groupOf } from "./distribution-group.ts";
import { binding, CmdletError } from "./fault.ts";
import { refuseStranger } from "./group-members.ts";
import { recipientOf } from "./identity.ts";
import { recipientRow } from "./recipient-row.ts";
import { firstOf } from "./result-size.ts";
import { refuseSynchronised } from "./synchronised.ts";
import { texts } from "./values.ts";

const tasks = "Microsoft.Exchange.Configuration.Tasks";

export const distributionGroupMember: Cmdlet[] = [
  {
    name: "Get-DistributionGroupMember",
    run: (call) => membersShown(call, groupOf(call)),
  },
  {
    name: "Add-DistributionGroupMember",
    run: (call) => {
      const [group, member] = both(call, "Add-DistributionGroupMember");
      if (group.members?.includes(member.guid)) {
        throw new CmdletError(
          `${tasks}.MemberAlreadyExistsException`,
          `The recipient "${member.name}" is already a member of the group "${group.name}".`,
        );
      }
      return write(call, group, [...(group.members ?? []), member.guid]);
    },
  },
  {
    name: "Remove-DistributionGroupMember",
    run: (call) => {
      const [group, member] = both(call, "Remove-DistributionGroupMember");
      if (!group.members?.includes(member.guid)) {
        throw new CmdletError(
          `${tasks}.MemberNotFoundException`,
          `The recipient "${member.name}" isn't a member of the group "${group.name}".`,
        );
      }
      return write(
        call,
        group,
        group.members.filter((guid) => guid !== member.guid),
      );
    },
  },
  {
    name: "Update-DistributionGroupMember",
    run: (call) => {
      const group = groupOf(call);
      refuseSynchronised(call, "Update-DistributionGroupMember", group, true);
      refuseStranger(call, group);
      const guids = texts(call.parameters["Members"]).map((each) => recipientOf(call.side, each).guid);
      return write(call, group, [...new Set(guids)]);
    },
  },
];

/** The members of a group as recipients, as many as ResultSize lets through. */
export function membersShown(call: Call, group: Recipient): Record<string, unknown>[] {
  const members = (group.members ?? []).flatMap((guid) => call.side.recipients.get(guid) ?? []);
  return firstOf(call, members).map((member) => recipientRow(call.side, member));
}

function both(call: Call, cmdlet: string): [Recipient, Recipient] {
  const group = groupOf(call);
  refuseSynchronised(call, cmdlet, group, true);
  refuseStranger(call, group);
  const member = call.parameters["Member"];
  if (member === undefined || member === null)
    throw binding("Cannot process command because of one or more missing mandatory parameters: Member.");
  return [group, recipientOf(call.side, member)];
}

function write(call: Call, group: Recipient, members: string[]): [] {
  if (call.parameters["WhatIf"] === true) return [];
  group.members = members;
  group.other["WhenChangedUTC"] = new Date(call.organization.now()).toISOString();
  return [];
}
