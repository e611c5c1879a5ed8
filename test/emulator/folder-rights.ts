import { everyMember } from "./members.ts";
import type { Folder, Mailbox, Recipient, Row, Side } from "./store.ts";
import type { FolderPermission, FolderRights } from "./stored-folder.ts";

/** From the least to the most: of which items something may be done, and how much of them may be read. */
export const extents = ["None", "Owned", "All"] as const;
export const readings = ["None", "TimeOnly", "TimeAndSubjectAndLocation", "FullDetails"] as const;

/** What nobody has been given. */
export const nothing = rights([], "None", "None", "None");
const everything = rights(["createItems", "createSubFolders", "owner", "visible", "contact"], "All", "All");

/** Exchange's permission levels ([MS-OXWSFOLD] PermissionLevelType, [MS-OXWSMTGS] CalendarPermissionLevelType). */
export const levels: Readonly<Record<string, FolderRights>> = {
  None: nothing,
  Owner: everything,
  PublishingEditor: rights(["createItems", "createSubFolders", "visible"], "All", "All"),
  Editor: rights(["createItems", "visible"], "All", "All"),
  PublishingAuthor: rights(["createItems", "createSubFolders", "visible"], "Owned", "Owned"),
  Author: rights(["createItems", "visible"], "Owned", "Owned"),
  NoneditingAuthor: rights(["createItems", "visible"], "None", "Owned"),
  Reviewer: rights(["visible"], "None", "None"),
  Contributor: rights(["createItems", "visible"], "None", "None", "None"),
  FreeBusyTimeOnly: rights([], "None", "None", "TimeOnly"),
  FreeBusyTimeAndSubjectAndLocation: rights([], "None", "None", "TimeAndSubjectAndLocation"),
};

function rights(
  granted: ("createItems" | "createSubFolders" | "owner" | "visible" | "contact")[],
  edit: FolderRights["edit"],
  remove: FolderRights["delete"],
  read: FolderRights["read"] = "FullDetails",
): FolderRights {
  const has = (right: (typeof granted)[number]): boolean => granted.includes(right);
  return {
    createItems: has("createItems"),
    createSubFolders: has("createSubFolders"),
    owner: has("owner"),
    visible: has("visible"),
    contact: has("contact"),
    edit,
    delete: remove,
    read,
  };
}

/** The level that grants exactly these rights, else `Custom`. */
export function levelOf(given: FolderRights): string {
  const keys = Object.keys(given) as (keyof FolderRights)[];
  const found = Object.entries(levels).find(([, level]) => keys.every((key) => level[key] === given[key]));
  return found?.[0] ?? "Custom";
}

/** Everybody whom a folder's permissions name: those without an account of their own first, as Exchange lists them. */
export function permissionsOf(folder: Folder): FolderPermission[] {
  const given = folder.permissions ?? [];
  const everybody = isCalendar(folder) ? "FreeBusyTimeOnly" : "None";
  const of = (user: string, level: string) =>
    given.find((each) => each.user === user) ?? { user, rights: levels[level] ?? nothing };
  return [
    of("Default", everybody),
    of("Anonymous", "None"),
    ...given.filter(({ user }) => user !== "Default" && user !== "Anonymous"),
  ];
}

/**
 * What an account may do in a folder of another's mailbox: by its own permission, else by those of the groups that it belongs to, else by
 * everybody's; with FullAccess to the mailbox it may do everything.
 */
export function rightsIn(side: Side, mailbox: Mailbox, folder: Folder, account: Recipient): FolderRights {
  const within = (group: string): boolean =>
    everyMember(side, side.recipients.get(group)?.members).has(account.guid);
  if (hasFullAccess(side, mailbox, (user) => user === account.guid || within(user))) return everything;
  const given = permissionsOf(folder);
  const own = given.find(({ user }) => user === account.guid);
  const groups = given.filter(({ user }) => within(user));
  const everybody = given.filter(({ user }) => user === "Default");
  return (own ? [own] : groups.length > 0 ? groups : everybody).map(({ rights }) => rights).reduce(together);
}

/** Add-MailboxPermission keeps its grants as rows of the mailbox. */
function hasFullAccess(side: Side, { owner }: Mailbox, isMeant: (user: string) => boolean): boolean {
  const grants = side.objects.get("MailboxPermission")?.get(owner)?.["Grants"];
  const full = (Array.isArray(grants) ? (grants as Row[]) : []).filter(
    ({ User, AccessRights }) =>
      isMeant(String(User)) && Array.isArray(AccessRights) && AccessRights.includes("FullAccess"),
  );
  return full.length > 0 && full.every(({ Deny }) => Deny !== true);
}

function together(one: FolderRights, other: FolderRights): FolderRights {
  const more = <const Text extends string>(values: readonly Text[], a: Text, b: Text): Text =>
    values.indexOf(a) > values.indexOf(b) ? a : b;
  return {
    createItems: one.createItems || other.createItems,
    createSubFolders: one.createSubFolders || other.createSubFolders,
    owner: one.owner || other.owner,
    visible: one.visible || other.visible,
    contact: one.contact || other.contact,
    edit: more(extents, one.edit, other.edit),
    delete: more(extents, one.delete, other.delete),
    read: more(readings, one.read, other.read),
  };
}

export function isCalendar({ folderClass }: Folder): boolean {
  return /^IPF\.Appointment(?:\.|$)/.test(folderClass);
}
