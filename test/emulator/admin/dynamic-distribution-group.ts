import { printFilter } from "../opath.ts";
import type { Recipient, Row } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { newGroup, removeRecipient } from "./distribution-group.ts";
import { membersShown } from "./distribution-group-member.ts";
import { invalid } from "./fault.ts";
import { isDynamic } from "../members.ts";
import { refreshDynamicGroups } from "./group-members.ts";
import { recipientOf } from "./identity.ts";
import { changeRecipient, noted } from "./recipient-change.ts";
import { acceptedFilter } from "./recipient-filter.ts";
import { queryRecipients } from "./recipient.ts";
import { groupRow } from "./recipient-row.ts";
import { refuseSynchronised } from "./synchronised.ts";

const details = "DynamicDistributionGroup";
/** The filter behind each word of IncludedRecipients. */
const included: Record<string, string> = {
  MailboxUsers: "(RecipientType -eq 'UserMailbox')",
  MailContacts: "(RecipientType -eq 'MailContact')",
  MailGroups:
    "(RecipientType -eq 'MailUniversalDistributionGroup' -or RecipientType -eq 'MailUniversalSecurityGroup')",
  MailUsers: "(RecipientType -eq 'MailUser')",
  Resources: "(RecipientTypeDetails -eq 'RoomMailbox' -or RecipientTypeDetails -eq 'EquipmentMailbox')",
  AllRecipients: "(Alias -ne $null)",
};
const conditions = /^Conditional(Company|Department|StateOrProvince|CustomAttribute(?:1|15))$/;

export const dynamicDistributionGroup: Cmdlet[] = [
  {
    name: `Get-${details}`,
    run: (call) => queryRecipients(call, isDynamic, dynamicRow),
  },
  {
    name: `Get-${details}Member`,
    run: (call) => membersShown(call, recipientOf(call.side, call.parameters["Identity"], isDynamic)),
  },
  {
    name: `New-${details}`,
    run: (call) => {
      const group = newGroup(call, details);
      const filter = filterOf(call, {});
      if (filter === undefined)
        throw invalid("You must specify the RecipientFilter or the IncludedRecipients parameter.");
      if (call.parameters["WhatIf"] === true) return [];
      changeRecipient(call, `New-${details}`, group);
      group.other["RecipientFilter"] = filter;
      group.other["RecipientFilterType"] =
        call.parameters["RecipientFilter"] === undefined ? "Precanned" : "Custom";
      call.side.recipients.set(group.guid, group);
      refreshDynamicGroups(call.side);
      return [dynamicRow(call.side, group)];
    },
  },
  {
    name: `Set-${details}`,
    run: (call) => {
      const group = recipientOf(call.side, call.parameters["Identity"], isDynamic);
      refuseSynchronised(call, `Set-${details}`, group);
      const filter = filterOf(call, group.other);
      return noted(call, group, () => {
        changeRecipient(call, `Set-${details}`, group);
        if (call.parameters["WhatIf"] === true || filter === undefined) return;
        group.other["RecipientFilter"] = filter;
        group.other["RecipientFilterType"] =
          call.parameters["RecipientFilter"] === undefined ? "Precanned" : "Custom";
      });
    },
  },
  {
    name: `Remove-${details}`,
    run: (call) => {
      const group = recipientOf(call.side, call.parameters["Identity"], isDynamic);
      refuseSynchronised(call, `Remove-${details}`, group, true);
      return removeRecipient(call, group);
    },
  },
];

/** The stored filter that the parameters ask for, with Exchange's own additions; undefined when they say nothing of it. @throws CmdletError */
function filterOf(call: Call, before: Row): string | undefined {
  const { RecipientFilter: custom, IncludedRecipients: words } = call.parameters;
  const ready = Object.keys(call.parameters).some((name) => conditions.test(name)) || words !== undefined;
  if (custom !== undefined && ready)
    throw invalid(
      "The RecipientFilter parameter can't be combined with IncludedRecipients or Conditional parameters.",
    );
  if (custom !== undefined) return extended(call, String(custom));
  if (!ready) return undefined;
  const kinds = String(words ?? before["IncludedRecipients"] ?? "AllRecipients")
    .split(", ")
    .flatMap((word) => included[word] ?? []);
  if (kinds.length === 0) throw invalid("The IncludedRecipients parameter can't be None for a new group.");
  const values = { ...before, ...call.parameters };
  const narrowed = Object.entries(values).flatMap(([name, value]) => {
    const attribute = conditions.exec(name)?.[1];
    if (attribute === undefined || !Array.isArray(value) || value.length === 0) return [];
    return [
      `(${value.map((each) => `${attribute} -eq '${String(each).replaceAll("'", "''")}'`).join(" -or ")})`,
    ];
  });
  return extended(call, [`(${kinds.join(" -or ")})`, ...narrowed].join(" -and "));
}

/** Exchange keeps its own mailboxes out of every dynamic group. */
function extended(call: Call, filter: string): string {
  const own = "(-not(Name -like 'SystemMailbox{*')) -and (-not(Name -like 'CAS_{*'))";
  return printFilter(acceptedFilter(call.side, `(${filter}) -and ${own}`));
}

function dynamicRow(side: Parameters<typeof groupRow>[0], group: Recipient): Row {
  const { GroupType: _, MemberJoinRestriction: __, ...row } = groupRow(side, group);
  return {
    ...row,
    RecipientFilter: group.other["RecipientFilter"] ?? "",
    LdapRecipientFilter: "",
    RecipientFilterType: group.other["RecipientFilterType"] ?? "Custom",
    RecipientContainer: group.other["RecipientContainer"] ?? null,
    IncludedRecipients: group.other["IncludedRecipients"] ?? null,
    FilterLastUpdated: group.other["WhenChangedUTC"],
    CalculatedMembershipUpdateTime: group.other["WhenChangedUTC"],
  };
}
