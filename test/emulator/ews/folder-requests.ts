import { all, at, messages, xmlText, type Answered, type EwsTest } from "./client.ts";
import { folderXml, idXml, uris } from "./requests.ts";
import type { Element } from "./xml.ts";

/** A folder on the wire. */
export interface FolderKey {
  id: string;
  changeKey: string;
}

export function folderKeys(answered: Answered): FolderKey[] {
  return all(answered.body, "t:FolderId").map(({ attributes }) => ({
    id: attributes["Id"] ?? "",
    changeKey: attributes["ChangeKey"] ?? "",
  }));
}

export function folderId(key: Partial<FolderKey> & { id: string }): string {
  return idXml(key, "t:FolderId");
}

/** A folder to create; `before` and `after` are its properties before and after the name, in the schema's order. */
export function newFolderXml(displayName: string, { kind = "Folder", before = "", after = "" } = {}): string {
  return `<t:${kind}>${before}<t:DisplayName>${xmlText(displayName)}</t:DisplayName>${after}</t:${kind}>`;
}

/** CreateFolder; below the inbox unless told. */
export function createFoldersXml(folders: string, parent = folderXml("inbox")): string {
  return `<m:CreateFolder><m:ParentFolderId>${parent}</m:ParentFolderId><m:Folders>${folders}</m:Folders></m:CreateFolder>`;
}

export async function makeFolder(
  ews: EwsTest,
  displayName: string,
  { parent = folderXml("inbox"), ...folder }: Parameters<typeof newFolderXml>[1] & { parent?: string } = {},
): Promise<FolderKey> {
  const answered = await ews.ask(createFoldersXml(newFolderXml(displayName, folder), parent));
  const [key] = folderKeys(answered);
  if (!key) throw new Error(answered.text);
  return key;
}

/** GetFolder; `more` are property paths. */
export function getFoldersXml(ids: string, base = "AllProperties", more = ""): string {
  const added = more && `<t:AdditionalProperties>${more}</t:AdditionalProperties>`;
  return `<m:GetFolder><m:FolderShape><t:BaseShape>${base}</t:BaseShape>${added}</m:FolderShape><m:FolderIds>${ids}</m:FolderIds></m:GetFolder>`;
}

/** The element of one folder; of an id, or of XML that names it. */
export async function showFolder(
  ews: EwsTest,
  id: string,
  more = "",
  base = "AllProperties",
): Promise<Element | undefined> {
  const named = id.startsWith("<") ? id : folderId({ id });
  return at(messages(await ews.ask(getFoldersXml(named, base, more)))[0], "m:Folders")?.children[0];
}

/** UpdateFolder of one folder, named by XML. */
export function updateFolderXml(id: string, updates: string): string {
  return `<m:UpdateFolder><m:FolderChanges><t:FolderChange>${id}<t:Updates>${updates}</t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>`;
}

/** One `t:SetFolderField` (or another action); `path` is a property's name or XML. */
export function setFolderXml(path: string, value: string, { kind = "Folder", action = "Set" } = {}): string {
  const uri = path.startsWith("<") ? path : uris(`folder:${path}`);
  return `<t:${action}FolderField>${uri}${value && `<t:${kind}>${value}</t:${kind}>`}</t:${action}FolderField>`;
}

export function deleteFolderXml(ids: string, type = "HardDelete"): string {
  return `<m:DeleteFolder DeleteType="${type}"><m:FolderIds>${ids}</m:FolderIds></m:DeleteFolder>`;
}

export function emptyFolderXml(ids: string, type = "HardDelete", deep = false): string {
  return `<m:EmptyFolder DeleteType="${type}" DeleteSubFolders="${deep}"><m:FolderIds>${ids}</m:FolderIds></m:EmptyFolder>`;
}

/** CopyFolder or MoveFolder. */
export function transferFolderXml(operation: "CopyFolder" | "MoveFolder", ids: string, to: string): string {
  return `<m:${operation}><m:ToFolderId>${to}</m:ToFolderId><m:FolderIds>${ids}</m:FolderIds></m:${operation}>`;
}

/** CreateManagedFolder; of the own mailbox unless an address is given. */
export function managedFolderXml(names: string[], address?: string): string {
  const mailbox =
    address === undefined ? "" : `<m:Mailbox><t:EmailAddress>${address}</t:EmailAddress></m:Mailbox>`;
  return `<m:CreateManagedFolder><m:FolderNames>${names.map((name) => `<t:FolderName>${name}</t:FolderName>`).join("")}</m:FolderNames>${mailbox}</m:CreateManagedFolder>`;
}

/** Defines managed folders in the organization, as its administrator once could. */
export function defineManagedFolders(ews: EwsTest, ...defined: Record<string, unknown>[]): void {
  const known = ews.side.objects.get("ManagedFolder") ?? new Map();
  for (const each of defined) known.set(String(each["Guid"]), each);
  ews.side.objects.set("ManagedFolder", known);
}
