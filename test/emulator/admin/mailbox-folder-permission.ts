import { levelOf, levels, nothing, permissionsOf } from "../folder-rights.ts";
import { folderNamed, replaceFolder } from "../folder-tree.ts";
import { findFolder } from "../mailbox.ts";
import type { Folder, Mailbox, Recipient, Row } from "../store.ts";
import type { FolderRights } from "../stored-folder.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { CmdletError, notFound } from "./fault.ts";
import { mailboxes, recipientOf } from "./identity.ts";

/** Roles that Exchange's cmdlets call otherwise than its web services. */
const roles: Record<string, string> = {
  NonEditingAuthor: "NoneditingAuthor",
  AvailabilityOnly: "FreeBusyTimeOnly",
  LimitedDetails: "FreeBusyTimeAndSubjectAndLocation",
};
/** Single rights, each with what it adds. */
const rights: Record<string, Partial<FolderRights>> = {
  ReadItems: { read: "FullDetails" },
  CreateItems: { createItems: true },
  EditOwnedItems: { edit: "Owned" },
  DeleteOwnedItems: { delete: "Owned" },
  EditAllItems: { edit: "All" },
  DeleteAllItems: { delete: "All" },
  CreateSubfolders: { createSubFolders: true },
  FolderOwner: { owner: true },
  FolderContact: { contact: true },
  FolderVisible: { visible: true },
};
const withoutAccount = ["Default", "Anonymous"];

/** Who may do what in a folder of a mailbox: the same permissions that EWS shows, and goes by. */
export const mailboxFolderPermission: Cmdlet[] = [
  {
    name: "Get-MailboxFolderPermission",
    run: (call) => {
      const { folder } = place(call);
      const wanted = call.parameters["User"] === undefined ? undefined : userOf(call);
      const found = permissionsOf(folder).filter(({ user }) => wanted === undefined || user === wanted);
      if (found.length === 0) throw noEntry(call);
      return found.map((each) => row(call, folder, each));
    },
  },
  {
    name: "Add-MailboxFolderPermission",
    run: (call) => {
      const { folder } = place(call);
      const user = userOf(call);
      if (permissionsOf(folder).some((each) => each.user === user))
        throw storeTask(
          "UserAlreadyExistsInPermissionEntryException",
          `An existing permission entry was found for user: ${nameOf(call, user)}.`,
        );
      return write(call, user, rightsOf(call));
    },
  },
  {
    name: "Set-MailboxFolderPermission",
    run: (call) => {
      const user = userOf(call);
      if (permissionsOf(place(call).folder).every((each) => each.user !== user)) throw noEntry(call);
      write(call, user, rightsOf(call));
      return [];
    },
  },
  {
    name: "Remove-MailboxFolderPermission",
    run: (call) => {
      const user = userOf(call);
      if (withoutAccount.includes(user))
        throw storeTask(
          "CannotRemoveSpecialUserException",
          `The permission entry of '${user}' can't be removed. Set its rights to None instead.`,
        );
      if (permissionsOf(place(call).folder).every((each) => each.user !== user)) throw noEntry(call);
      return write(call, user, undefined);
    },
  },
];

/** `anna.weber@contoso.com:\Inbox\Reports`: the mailbox, and the way to the folder. @throws CmdletError when there is none */
function place({ side, parameters: { Identity: identity } }: Call): { mailbox: Mailbox; folder: Folder } {
  const [, owner = "", path = ""] = /^(.*?)(?::\\(.*))?$/.exec(String(identity)) ?? [];
  const mailbox = side.mailboxes.get(recipientOf(side, owner, mailboxes).guid);
  let folder = mailbox && findFolder(mailbox, "msgfolderroot");
  for (const name of path.split("\\").filter((each) => each !== ""))
    folder = mailbox && folder && folderNamed(mailbox, folder.id, name);
  if (!mailbox || !folder) throw notFound(side, identity);
  return { mailbox, folder };
}

/** A guid, or whom a folder names without an account. */
function userOf({ side, parameters: { User: user } }: Call): string {
  const special = withoutAccount.find((each) => each.toLowerCase() === String(user).toLowerCase());
  const people = (each: Recipient): boolean => each.sid !== undefined || each.members !== undefined;
  return special ?? recipientOf(side, user, people).guid;
}

function rightsOf({ parameters: { AccessRights: given } }: Call): FolderRights {
  const added = String(given)
    .split(", ")
    .map((each) => levels[roles[each] ?? each] ?? rights[each] ?? {});
  return Object.assign({ ...nothing }, ...added) as FolderRights;
}

/** Puts a user's rights in place of those that it had, or takes them away. */
function write(call: Call, user: string, given: FolderRights | undefined): Row[] {
  if (call.parameters["WhatIf"] === true) return [];
  const { mailbox, folder } = place(call);
  const others = (folder.permissions ?? []).filter((each) => each.user !== user);
  const permissions = given ? [...others, { user, rights: given }] : others;
  replaceFolder(call.organization, mailbox, { ...folder, permissions });
  return given ? [row(call, folder, { user, rights: given })] : [];
}

function row(call: Call, folder: Folder, given: { user: string; rights: FolderRights }): Row {
  const level = levelOf(given.rights);
  const role = Object.keys(roles).find((name) => roles[name] === level) ?? level;
  const single = Object.entries(rights)
    .filter(([, adds]) =>
      Object.entries(adds).every(([key, value]) => given.rights[key as keyof FolderRights] === value),
    )
    .map(([name]) => name);
  const user = nameOf(call, given.user);
  return {
    Identity: user,
    FolderName: folder.displayName,
    User: user,
    AccessRights: level === "Custom" ? single : [role],
    SharingPermissionFlags: null,
    IsValid: true,
    ObjectState: "New",
  };
}

function nameOf({ side }: Call, user: string): string {
  return side.recipients.get(user)?.displayName ?? user;
}

function noEntry(call: Call): CmdletError {
  return storeTask(
    "UserNotFoundInPermissionEntryException",
    `There is no existing permission entry found for user: ${nameOf(call, userOf(call))}.`,
  );
}

function storeTask(exception: string, message: string): CmdletError {
  return new CmdletError(`Microsoft.Exchange.Management.StoreTasks.${exception}`, message);
}
