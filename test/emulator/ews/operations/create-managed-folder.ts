import { addFolder, folderNamed, newFolder } from "../../folder-tree.ts";
import { findFolder } from "../../mailbox.ts";
import type { Organization } from "../../organization.ts";
import { rows, type Folder, type Mailbox, type Row } from "../../store.ts";
import { mailboxAt, ownMailbox, requiredList, responses, type Call, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { folderIdElement } from "../ids.ts";
import { child, element, type Element } from "../xml.ts";

const rootName = "Managed Folders";

/** CreateManagedFolder: folders that the organization defines (its ManagedFolder objects), below one root in a mailbox. */
export const createManagedFolder: Operation = (call, request) => {
  const names = requiredList(request, "m:FolderNames").map(({ text }) => text);
  const lower = names.map((name) => name.toLowerCase());
  return responses("CreateManagedFolder", names, (name) => {
    if (lower.filter((each) => each === name.toLowerCase()).length > 1)
      throw new EwsError("ErrorDuplicateInputFolderNames");
    const mailbox = mailboxOf(call, child(request, "m:Mailbox"));
    const defined = rows(call.side, "ManagedFolder").find(
      (each) => String(each["Name"]).toLowerCase() === name.toLowerCase(),
    );
    if (!defined) throw new EwsError("ErrorManagedFolderNotFound");
    const root = rootOf(call.organization, mailbox);
    if (folderNamed(mailbox, root.id, String(defined["FolderName"] ?? defined["Name"])))
      throw new EwsError("ErrorManagedFolderAlreadyExists");
    const folder = make(call.organization, mailbox, root, defined);
    const id = folderIdElement("t:FolderId", mailbox.owner, folder);
    return [element("m:Folders", {}, element("t:Folder", {}, id))];
  });
};

/** @throws EwsError ErrorNonExistentMailbox | ErrorAccessDenied */
function mailboxOf(call: Call, given: Element | undefined): Mailbox {
  if (!given) return ownMailbox(call);
  const mailbox = mailboxAt(call, child(given, "t:EmailAddress")?.text ?? "");
  if (mailbox.owner !== call.acting.guid) throw new EwsError("ErrorAccessDenied");
  return mailbox;
}

function rootOf(organization: Organization, mailbox: Mailbox): Folder {
  const known = [...mailbox.folders.values()].find(({ managed }) => managed?.isRoot);
  if (known) return known;
  const top = findFolder(mailbox, "msgfolderroot");
  const root = newFolder(organization, mailbox, top?.id ?? "", rootName);
  root.managed = { isRoot: true };
  addFolder(organization, mailbox, root);
  return root;
}

function make(organization: Organization, mailbox: Mailbox, root: Folder, defined: Row): Folder {
  const quota = defined["StorageQuota"];
  const comment = defined["Comment"];
  const name = String(defined["FolderName"] ?? defined["Name"]);
  const folder = newFolder(organization, mailbox, root.id, name);
  folder.managed = {
    isRoot: false,
    id: String(defined["Guid"]),
    mustDisplayComment: defined["MustDisplayCommentEnabled"] === true,
    ...(typeof comment === "string" ? { comment } : {}),
    ...(typeof quota === "number" ? { quota } : {}),
  };
  addFolder(organization, mailbox, folder);
  return folder;
}
