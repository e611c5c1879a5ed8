import { itemOf, requiredList, responses, type Operation } from "../call.ts";
import { itemIdElement } from "../ids.ts";
import { exportItem } from "../transfer-stream.ts";
import { element } from "../xml.ts";

/** ExportItems: each item whole, as an opaque stream for UploadItems. */
export const exportItems: Operation = (call, request) =>
  responses("ExportItems", requiredList(request, "m:ItemIds"), (id) => {
    const { mailbox, item } = itemOf(call, id);
    const { attributes } = itemIdElement(mailbox.owner, item);
    return [element("m:ItemId", attributes), element("m:Data", {}, exportItem(item).toString("base64"))];
  });
