import { itemOf, requiredList, responses, yes, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { readChangeKey } from "../ids.ts";
import { savedItemFolder, sendDraft } from "../sending.ts";
import { child } from "../xml.ts";

/** SendItem: sends saved drafts, and keeps each in a folder or not at all. The client has to know their present state. */
export const sendItem: Operation = (call, request) => {
  const saves = yes(request, "SaveItemToFolder");
  if (!saves && child(request, "m:SavedItemFolderId")) throw new EwsError("ErrorInvalidSendItemSaveSettings");
  return responses("SendItem", requiredList(request, "m:ItemIds"), async (id) => {
    const { call: there, mailbox, item } = itemOf(call, id);
    if (there.visitor) throw new EwsError("ErrorAccessDenied");
    const key = id.attributes["ChangeKey"];
    if (key === undefined) throw new EwsError("ErrorChangeKeyRequiredForWriteOperations");
    if (readChangeKey(key) !== item.change) throw new EwsError("ErrorIrresolvableConflict");
    const copyTo = saves && savedItemFolder(call, request, "sentitems").folder.id;
    await sendDraft(call, mailbox, item, copyTo);
    return [];
  });
};
