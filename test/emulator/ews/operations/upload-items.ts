import { addItem, replaceItem } from "../../mailbox.ts";
import type { Folder, Item, Mailbox } from "../../store.ts";
import { demand } from "../access.ts";
import { choice, folderOf, required, requiredList, responses, type Call, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { itemIdElement, readChangeKey, readId } from "../ids.ts";
import { importItem } from "../transfer-stream.ts";
import { child, element, type Element } from "../xml.ts";

/** UploadItems: puts exported items into folders, as new ones or in place of those that are there. */
export const uploadItems: Operation = (call, request) =>
  responses("UploadItems", requiredList(request, "m:Items"), async (upload) => {
    const action = choice(upload, "CreateAction", ["CreateNew", "Update", "UpdateOrCreate"]);
    if (["true", "1"].includes(upload.attributes["IsAssociated"] ?? ""))
      throw new EwsError("ErrorInvalidOperation", "This server keeps no folder associated items.");
    const parent = { ...required(upload, "t:ParentFolderId"), name: "t:FolderId" };
    const { call: there, mailbox, folder } = folderOf(call, parent, "create");
    const target = action === "CreateNew" ? undefined : itemIn(there, mailbox, folder, upload);
    if (action === "Update" && !target) throw new EwsError("ErrorItemNotFound");
    const stream = Buffer.from(required(upload, "t:Data").text, "base64");
    const item = await importItem(call.organization, folder.id, stream);
    const stored = target ? { ...item, id: target.id, arrived: target.arrived } : item;
    if (there.visitor && !target) stored.creator = there.visitor.guid;
    if (target) replaceItem(call.organization, mailbox, stored);
    else addItem(call.organization, mailbox, stored);
    return [element("m:ItemId", itemIdElement(mailbox.owner, stored).attributes)];
  });

/** The item that an upload is to replace, where it still lies in that folder. */
function itemIn(call: Call, mailbox: Mailbox, folder: Folder, upload: Element): Item | undefined {
  const { Id = "", ChangeKey } = child(upload, "t:ItemId")?.attributes ?? {};
  const wire = readId("item", Id);
  if (ChangeKey !== undefined) readChangeKey(ChangeKey);
  const item = wire.owner === call.acting.guid ? mailbox.items.get(wire.id) : undefined;
  if (item?.folderId !== folder.id) return undefined;
  demand(call, mailbox, folder, "edit", item);
  return item;
}
