import type { Folder } from "./store.ts";
import type { FolderPermission, FolderRights } from "./stored-folder.ts";

/** Exchange's permission levels ([MS-OXWSFOLD] PermissionLevelType, [MS-OXWSMTGS] CalendarPermissionLevelType). */
export const levels: Readonly<Record<string, FolderRights>> = {
  None: rights([], "None", "None", "None"),
  Owner: rights(["createItems", "createSubFolders", "owner", "visible", "contact"], "All", "All"),
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
    given.find((each) => each.user === user) ?? { user, rights: levels[level] ?? rights([], "None", "None") };
  return [
    of("Default", everybody),
    of("Anonymous", "None"),
    ...given.filter(({ user }) => user !== "Default" && user !== "Anonymous"),
  ];
}

export function isCalendar({ folderClass }: Folder): boolean {
  return /^IPF\.Appointment(?:\.|$)/.test(folderClass);
}
