import type { Folder, Mailbox } from "../store.ts";
import { choice, required, type Call } from "./call.ts";
import { EwsError } from "./error.ts";
import { effectiveRights } from "./fields/item.ts";
import { folderIdElement } from "./ids.ts";
import { knows } from "./version.ts";
import { child, element, type Element } from "./xml.ts";

interface FolderView {
  call: Call;
  mailbox: Mailbox;
  folder: Folder;
}

interface FolderField {
  uri: string;
  shape: "IdOnly" | "Default" | "AllProperties";
  read: (view: FolderView) => Element | undefined;
}

const shapes = ["IdOnly", "Default", "AllProperties"] as const;

function count(name: string, value: (view: FolderView) => number): FolderField {
  return {
    uri: `folder:${name}`,
    shape: "Default",
    read: (view) => element(`t:${name}`, {}, String(value(view))),
  };
}

function itemsIn({ mailbox, folder }: FolderView) {
  return [...mailbox.items.values()].filter(({ folderId }) => folderId === folder.id);
}

/** Properties of folders, in the schema's order. */
const fields: FolderField[] = [
  {
    uri: "folder:FolderId",
    shape: "IdOnly",
    read: ({ mailbox, folder }) => folderIdElement("t:FolderId", mailbox.owner, folder),
  },
  {
    uri: "folder:ParentFolderId",
    shape: "AllProperties",
    read: ({ mailbox, folder }) => {
      const parent = mailbox.folders.get(folder.parentId ?? folder.id);
      return parent && folderIdElement("t:ParentFolderId", mailbox.owner, parent);
    },
  },
  {
    uri: "folder:FolderClass",
    shape: "AllProperties",
    read: ({ folder }) => element("t:FolderClass", {}, folder.folderClass),
  },
  {
    uri: "folder:DisplayName",
    shape: "Default",
    read: ({ folder }) => element("t:DisplayName", {}, folder.displayName),
  },
  count("TotalCount", (view) => itemsIn(view).length),
  count("ChildFolderCount", (view) => childrenOf(view.mailbox, view.folder, "Shallow").length),
  { uri: "folder:EffectiveRights", shape: "AllProperties", read: () => effectiveRights(true) },
  {
    uri: "folder:DistinguishedFolderId",
    shape: "AllProperties",
    read: ({ call, folder }) =>
      folder.distinguishedId === undefined || !knows(call.version, "Exchange2013")
        ? undefined
        : element("t:DistinguishedFolderId", {}, folder.distinguishedId),
  },
  {
    uri: "folder:UnreadCount",
    shape: "Default",
    read: (view) =>
      folderElementName(view.folder) === "t:Folder"
        ? element("t:UnreadCount", {}, String(itemsIn(view).filter(({ isRead }) => !isRead).length))
        : undefined,
  },
];

/** Reads `m:FolderShape`: what turns a folder into its element. @throws EwsError ErrorSchemaValidation | ErrorInvalidPropertyRequest */
export function readFolderShape(call: Call, request: Element): (mailbox: Mailbox, folder: Folder) => Element {
  const shape = required(request, "m:FolderShape");
  const base = choice(
    element("t:BaseShape", { BaseShape: required(shape, "t:BaseShape").text.trim() }),
    "BaseShape",
    shapes,
  );
  const asked = (child(shape, "t:AdditionalProperties")?.children ?? []).map(({ name, attributes }) => {
    const uri = attributes["FieldURI"] ?? "";
    if (name === "t:FieldURI" && !uri.startsWith("folder:"))
      throw new EwsError("ErrorInvalidPropertyRequest");
    return uri;
  });
  const wanted = fields.filter(
    (field) => shapes.indexOf(field.shape) <= shapes.indexOf(base) || asked.includes(field.uri),
  );
  return (mailbox, folder) =>
    element(folderElementName(folder), {}, ...wanted.map((field) => field.read({ call, mailbox, folder })));
}

/** Folders below a folder: its own children, or all the way down. */
export function childrenOf(mailbox: Mailbox, folder: Folder, traversal: "Shallow" | "Deep"): Folder[] {
  const own = [...mailbox.folders.values()].filter(({ parentId }) => parentId === folder.id);
  return traversal === "Shallow" ? own : own.flatMap((each) => [each, ...childrenOf(mailbox, each, "Deep")]);
}

/** Reads the traversal of FindFolder. @throws EwsError ErrorSchemaValidation */
export function readTraversal(request: Element): "Shallow" | "Deep" | "SoftDeleted" {
  return choice(request, "Traversal", ["Shallow", "Deep", "SoftDeleted"]);
}

/** The schema's element for a folder of that class. */
export function folderElementName({ folderClass }: Folder): string {
  if (folderClass.startsWith("IPF.Appointment")) return "t:CalendarFolder";
  if (folderClass.startsWith("IPF.Contact")) return "t:ContactsFolder";
  return folderClass.startsWith("IPF.Task") ? "t:TasksFolder" : "t:Folder";
}
