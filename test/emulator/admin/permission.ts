import type { Recipient, Row } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { mailboxes, recipientOf } from "./identity.ts";
import { texts } from "./values.ts";

const noun = "MailboxPermission";
const people = (each: Recipient): boolean => each.sid !== undefined || each.members !== undefined;

/** Who may open a mailbox, and (Exchange Online) who may send as a recipient. */
export const permission: Cmdlet[] = [
  {
    name: "Get-MailboxPermission",
    run: (call) => {
      const mailbox = recipientOf(call.side, call.parameters["Identity"], mailboxes);
      const user = call.parameters["User"];
      const wanted = typeof user === "string" ? recipientOf(call.side, user, people).guid : undefined;
      const granted = grants(call, mailbox).map((grant) =>
        permissionRow(mailbox, nameOf(call, grant["User"]), grant),
      );
      if (wanted !== undefined)
        return granted.filter((_, index) => grants(call, mailbox)[index]?.["User"] === wanted);
      const self = { AccessRights: ["FullAccess", "ReadPermission"], Deny: false, InheritanceType: "All" };
      return [permissionRow(mailbox, String.raw`NT AUTHORITY\SELF`, self), ...granted];
    },
  },
  {
    name: "Add-MailboxPermission",
    run: (call) => {
      const [mailbox, user] = both(call, "User");
      const rights = rightsOf(call);
      if (call.parameters["WhatIf"] === true) return [];
      const before = grants(call, mailbox).find((grant) => grant["User"] === user.guid);
      const known = texts(before?.["AccessRights"]);
      if (rights.every((right) => known.includes(right))) {
        call.warn("The appropriate access control entry is already present on the object.");
        return [];
      }
      const grant: Row = {
        User: user.guid,
        AccessRights: [...new Set([...known, ...rights])],
        Deny: call.parameters["Deny"] === true,
        InheritanceType: call.parameters["InheritanceType"] ?? "All",
      };
      write(call, mailbox, [...grants(call, mailbox).filter((each) => each !== before), grant]);
      return [permissionRow(mailbox, nameOf(call, user.guid), grant)];
    },
  },
  {
    name: "Remove-MailboxPermission",
    run: (call) => {
      const [mailbox, user] = both(call, "User");
      const gone = rightsOf(call);
      const before = grants(call, mailbox).find((grant) => grant["User"] === user.guid);
      if (!before) {
        call.warn(
          "An inherited access control entry has been specified or the access control entry isn't present on the object.",
        );
        return [];
      }
      if (call.parameters["WhatIf"] === true) return [];
      const left = texts(before["AccessRights"]).filter((right) => !gone.includes(right));
      write(
        call,
        mailbox,
        grants(call, mailbox).flatMap((each) =>
          each !== before ? [each] : left.length > 0 ? [{ ...each, AccessRights: left }] : [],
        ),
      );
      return [];
    },
  },
  {
    name: "Get-RecipientPermission",
    run: (call) => {
      const { Identity: identity, Trustee: trustee } = call.parameters;
      const recipients =
        typeof identity === "string"
          ? [recipientOf(call.side, identity)]
          : [...call.side.recipients.values()];
      const wanted = typeof trustee === "string" ? recipientOf(call.side, trustee, people).guid : undefined;
      return recipients.flatMap((each) =>
        (each.sendAs ?? [])
          .filter((guid) => wanted === undefined || guid === wanted)
          .map((guid) => sendAsRow(call, each, guid)),
      );
    },
  },
  {
    name: "Add-RecipientPermission",
    run: (call) => {
      const [recipient, trustee] = both(call, "Trustee");
      rightsOf(call);
      if (call.parameters["WhatIf"] === true) return [];
      recipient.sendAs = [...new Set([...(recipient.sendAs ?? []), trustee.guid])];
      return [sendAsRow(call, recipient, trustee.guid)];
    },
  },
  {
    name: "Remove-RecipientPermission",
    run: (call) => {
      const [recipient, trustee] = both(call, "Trustee");
      if (call.parameters["WhatIf"] !== true)
        recipient.sendAs = (recipient.sendAs ?? []).filter((guid) => guid !== trustee.guid);
      return [];
    },
  },
];

function both(call: Call, second: "User" | "Trustee"): [Recipient, Recipient] {
  const target = recipientOf(
    call.side,
    call.parameters["Identity"],
    second === "User" ? mailboxes : undefined,
  );
  return [target, recipientOf(call.side, call.parameters[second], people)];
}

function rightsOf(call: Call): string[] {
  return String(call.parameters["AccessRights"]).split(", ");
}

/** The grants at a mailbox: rows of a noun of their own, one for each mailbox. */
function grants(call: Call, mailbox: Recipient): Row[] {
  const found = call.side.objects.get(noun)?.get(mailbox.guid)?.["Grants"];
  return Array.isArray(found) ? (found as Row[]) : [];
}

function write(call: Call, mailbox: Recipient, found: Row[]): void {
  const all = call.side.objects.get(noun) ?? new Map<string, Row>();
  call.side.objects.set(noun, all.set(mailbox.guid, { Guid: mailbox.guid, Grants: found }));
}

function nameOf(call: Call, guid: unknown): string {
  const user = call.side.recipients.get(String(guid));
  if (!user) return String(guid);
  return call.side.name === "online" ? (user.userPrincipalName ?? user.name) : `CONTOSO\\${user.alias}`;
}

function permissionRow(mailbox: Recipient, user: string, grant: Row): Row {
  return {
    Identity: mailbox.name,
    User: user,
    AccessRights: grant["AccessRights"],
    IsInherited: false,
    Deny: grant["Deny"],
    InheritanceType: grant["InheritanceType"],
    IsValid: true,
    ObjectState: "Unchanged",
  };
}

function sendAsRow(call: Call, recipient: Recipient, trustee: string): Row {
  return {
    Identity: recipient.name,
    Trustee: nameOf(call, trustee),
    AccessControlType: "Allow",
    AccessRights: ["SendAs"],
    IsInherited: false,
    InheritanceType: "None",
    IsValid: true,
    ObjectState: "Unchanged",
  };
}
