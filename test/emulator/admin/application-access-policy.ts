import { everyMember } from "../members.ts";
import { rows, type Recipient, type Row, type Side } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { invalid } from "./fault.ts";
import { objectOf, recipientOf } from "./identity.ts";
import { changed, createObject } from "./object.ts";
import { texts } from "./values.ts";

const noun = "ApplicationAccessPolicy";

/** The forerunner of RBAC for Applications: limits what was consented to in Entra, and grants nothing. */
export const applicationAccessPolicy: Cmdlet[] = [
  {
    name: `Get-${noun}`,
    run: (call) => {
      const identity = call.parameters["Identity"];
      return typeof identity === "string" ? [objectOf(call.side, noun, identity)] : rows(call.side, noun);
    },
  },
  { name: `New-${noun}`, run: create },
  {
    name: `Set-${noun}`,
    run: (call) => {
      const row = objectOf(call.side, noun, call.parameters["Identity"]);
      if (call.parameters["WhatIf"] === true) return [];
      row["Description"] = call.parameters["Description"] ?? "";
      changed(call.organization, row);
      return [];
    },
  },
  {
    name: `Remove-${noun}`,
    run: (call) => {
      const row = objectOf(call.side, noun, call.parameters["Identity"]);
      if (call.parameters["WhatIf"] !== true) call.side.objects.get(noun)?.delete(String(row["Guid"]));
      return [];
    },
  },
  {
    name: `Test-${noun}`,
    run: (call) => {
      const mailbox = recipientOf(call.side, call.parameters["Identity"]);
      const app = String(call.parameters["AppId"]);
      return [
        {
          AppId: app,
          Mailbox: mailbox.name,
          MailboxId: mailbox.guid,
          MailboxSid: mailbox.sid ?? "",
          AccessCheckResult: policiesAllow(call.side, policiesOf(call.side, app), mailbox)
            ? "Granted"
            : "Denied",
        },
      ];
    },
  },
];

function create(call: Call): Row[] {
  const { AppId: apps, PolicyScopeGroupID: scope, AccessRight: right, Description: text } = call.parameters;
  const group = recipientOf(call.side, scope);
  if (!group.members && !call.side.mailboxes.has(group.guid)) {
    throw invalid(
      `The scope '${String(scope)}' of an application access policy must be a mail-enabled security group or a mailbox.`,
    );
  }
  if (call.parameters["WhatIf"] === true) return [];
  return texts(apps).map((app) => {
    const row = createObject(call.organization, call.side, noun, {
      Name: `${app}:${group.guid}`,
      ScopeName: group.name,
      ScopeIdentity: group.name,
      ScopeIdentityRaw: `${group.sid ?? ""};${group.guid}`,
      AppId: app,
      AccessRight: right,
      ShardType: "All",
      Description: text ?? "",
    });
    row["Identity"] = `${call.organization.store.tenantId}\\${app}:${group.sid ?? ""};${String(row["Guid"])}`;
    return row;
  });
}

/** The policies of a side for an application. */
export function policiesOf(side: Side, appId: string): Row[] {
  return rows(side, noun).filter((row) => String(row["AppId"]).toLowerCase() === appId.toLowerCase());
}

/** Whether an application's policies let it at a mailbox: denied ones never, and where access is restricted, members alone (nested ones too). */
export function policiesAllow(side: Side, policies: readonly Row[], mailbox: Recipient): boolean {
  const within = (right: string): Row[] => policies.filter((row) => row["AccessRight"] === right);
  const covers = (row: Row): boolean => {
    const scope = String(row["ScopeIdentityRaw"]).split(";").at(-1) ?? "";
    return scope === mailbox.guid || everyMember(side, side.recipients.get(scope)?.members).has(mailbox.guid);
  };
  const restricting = within("RestrictAccess");
  return !within("DenyAccess").some(covers) && (restricting.length === 0 || restricting.some(covers));
}
