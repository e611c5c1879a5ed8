import { countsOf as itemCounts, orderedItems } from "../../folder-index.ts";
import { foldersBelow, subfolders } from "../../folder-tree.ts";
import { sizeOf } from "../../storage/stored-item.ts";
import type { Folder, Item, Mailbox } from "../../store.ts";
import type { ManagedFolder } from "../../stored-folder.ts";
import type { Call } from "../call.ts";
import type { Kind } from "../fields/field.ts";
import { demand, effectiveRights } from "../access.ts";
import { folderIdElement } from "../ids.ts";
import type { Version } from "../version.ts";
import { element, type Element } from "../xml.ts";
import type { Counts } from "./extended.ts";
import { folderElementName } from "./kind.ts";
import { permissionSet, setPermissions } from "./permission-set.ts";
import { itemsIn, readSearch, searchElement } from "./search.ts";

/** A folder as a request looks at it. */
export interface FolderView {
  call: Call;
  mailbox: Mailbox;
  folder: Folder;
  counts: () => Counts;
}

/** One property of folders, as `t:FieldURI` names it. */
export interface FolderField {
  /** `folder:DisplayName` */
  uri: string;
  /** `t:DisplayName` */
  name: string;
  /** The smallest base shape that has it; absent: only when asked for. */
  shape?: "IdOnly" | "Default" | "AllProperties";
  since?: Version;
  read: (view: FolderView) => Element | undefined;
  /** Present for what restrictions may use. */
  query?: { kind: Kind; value: (view: FolderView) => string | number };
  /** Absent for what clients cannot set. @throws EwsError when the value is wrong */
  set?: (call: Call, mailbox: Mailbox, folder: Folder, value: Element) => void;
  clear?: (folder: Folder) => void;
}

export function folderView(call: Call, mailbox: Mailbox, folder: Folder): FolderView {
  let counts: Counts | undefined;
  return { call, mailbox, folder, counts: () => (counts ??= countsOf(call, mailbox, folder)) };
}

function countsOf(call: Call, mailbox: Mailbox, folder: Folder): Counts {
  return {
    ...(folder.search ? countedOf(itemsIn(call, mailbox, folder)) : itemCounts(mailbox, folder.id)),
    children: subfolders(mailbox, folder.id).length,
    get size() {
      return sizeOfAll(itemsIn(call, mailbox, folder));
    },
  };
}

function countedOf(items: Item[]): { total: number; unread: number } {
  return { total: items.length, unread: items.filter(({ isRead }) => !isRead).length };
}

function sizeOfAll(items: Item[]): number {
  return items.reduce((sum, item) => sum + sizeOf(item), 0);
}

type Options = Partial<Pick<FolderField, "shape" | "since" | "set" | "clear">>;

function plain(
  name: string,
  kind: Kind,
  value: (view: FolderView) => string | number | undefined,
  options: Options = {},
): FolderField {
  return {
    uri: `folder:${name}`,
    name: `t:${name}`,
    ...options,
    query: { kind, value: (view) => value(view) ?? "" },
    read: (view) => {
      const found = value(view);
      return found === undefined ? undefined : element(`t:${name}`, {}, String(found));
    },
  };
}

/** Kilobytes of a managed folder and of all that is below it. */
function managedSize({ mailbox, folder }: FolderView): number {
  const ids = new Set([folder, ...foldersBelow(mailbox, folder.id)].map(({ id }) => id));
  return Math.ceil(sizeOfAll(orderedItems(mailbox, [...ids], "arrived").slice(0, Infinity)) / 1024);
}

function managedElement(managed: ManagedFolder, view: FolderView): Element {
  const { isRoot, id, comment, mustDisplayComment = false, quota, homePage } = managed;
  const optional = (name: string, value: string | number | undefined): Element | undefined =>
    value === undefined ? undefined : element(`t:${name}`, {}, String(value));
  return element(
    "t:ManagedFolderInformation",
    {},
    element("t:CanDelete", {}, String(!isRoot)),
    element("t:CanRenameOrMove", {}, String(!isRoot)),
    element("t:MustDisplayComment", {}, String(mustDisplayComment)),
    element("t:HasQuota", {}, String(quota !== undefined)),
    element("t:IsManagedFoldersRoot", {}, String(isRoot)),
    optional("ManagedFolderId", id),
    optional("Comment", comment),
    optional("StorageQuota", quota),
    optional("FolderSize", quota === undefined ? undefined : managedSize(view)),
    optional("HomePage", homePage),
  );
}

/** Properties of folders before and after the extended ones, in the schema's order. */
export const firstFolderFields: FolderField[] = [
  {
    uri: "folder:FolderId",
    name: "t:FolderId",
    shape: "IdOnly",
    read: ({ mailbox, folder }) => folderIdElement("t:FolderId", mailbox.owner, folder),
  },
  {
    uri: "folder:ParentFolderId",
    name: "t:ParentFolderId",
    shape: "AllProperties",
    read: ({ mailbox, folder }) => {
      const parent = mailbox.folders.get(folder.parentId ?? folder.id);
      return parent && folderIdElement("t:ParentFolderId", mailbox.owner, parent);
    },
  },
  plain("FolderClass", "string", ({ folder }) => folder.folderClass, {
    shape: "AllProperties",
    set: (_call, _mailbox, folder, value) => void (folder.folderClass = value.text),
  }),
  plain("DisplayName", "string", ({ folder }) => folder.displayName, { shape: "Default" }),
  plain("TotalCount", "integer", ({ counts }) => counts().total, { shape: "Default" }),
  plain("ChildFolderCount", "integer", ({ counts }) => counts().children, { shape: "Default" }),
];
export const laterFolderFields: FolderField[] = [
  {
    uri: "folder:ManagedFolderInformation",
    name: "t:ManagedFolderInformation",
    shape: "AllProperties",
    read: (view) => view.folder.managed && managedElement(view.folder.managed, view),
  },
  {
    uri: "folder:EffectiveRights",
    name: "t:EffectiveRights",
    shape: "AllProperties",
    read: ({ call, folder }) => effectiveRights(call, folder),
  },
  plain("DistinguishedFolderId", "string", ({ folder }) => folder.distinguishedId, {
    shape: "AllProperties",
    since: "Exchange2013",
  }),
  {
    uri: "folder:PermissionSet",
    name: "t:PermissionSet",
    read: ({ call, mailbox, folder }) => {
      demand(call, mailbox, folder, "own");
      return permissionSet(call, folder);
    },
    set: (call, _mailbox, folder, value) => setPermissions(call, folder, value),
    clear: (folder) => void delete folder.permissions,
  },
  plain(
    "UnreadCount",
    "integer",
    ({ folder, counts }) =>
      ["t:CalendarFolder", "t:ContactsFolder"].includes(folderElementName(folder))
        ? undefined
        : counts().unread,
    { shape: "Default" },
  ),
  {
    uri: "folder:SearchParameters",
    name: "t:SearchParameters",
    shape: "AllProperties",
    read: ({ mailbox, folder }) => folder.search && searchElement(mailbox, folder.search),
    set: (call, mailbox, folder, value) => void (folder.search = readSearch(call, mailbox, value)),
  },
];
export const folderFields: readonly FolderField[] = [...firstFolderFields, ...laterFolderFields];
