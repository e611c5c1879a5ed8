import { addItem } from "../../mailbox.ts";
import { choice, requiredList, responses, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { itemIdElement } from "../ids.ts";
import { make } from "../new-message.ts";
import { replies, suppressReceipt } from "../response-object.ts";
import { savedItemFolder, send } from "../sending.ts";
import { elementName } from "../shape.ts";
import { element } from "../xml.ts";

const ofMessages = [
  "t:Message",
  "t:MeetingRequest",
  "t:MeetingResponse",
  "t:MeetingCancellation",
  ...replies,
];

/** CreateItem: makes messages from MIME or from properties, and saves them, sends them, or both. */
export const createItem: Operation = (call, request) => {
  const given = request.attributes["MessageDisposition"];
  const disposition =
    given === undefined
      ? undefined
      : choice(request, "MessageDisposition", ["SaveOnly", "SendOnly", "SendAndSaveCopy"]);
  return responses("CreateItem", requiredList(request, "m:Items"), async (message) => {
    if (message.name === "t:SuppressReadReceipt") {
      await suppressReceipt(call, message);
      return [element("m:Items")];
    }
    if (!ofMessages.includes(message.name) && message.name !== "t:Item") {
      throw new EwsError(
        "ErrorInvalidOperation",
        `This server creates messages, not ${message.name.slice(2)}.`,
      );
    }
    if (ofMessages.includes(message.name) && disposition === undefined)
      throw new EwsError("ErrorMessageDispositionRequired");
    const sends = disposition === "SendOnly" || disposition === "SendAndSaveCopy";
    const { call: there, mailbox, folder } = savedItemFolder(call, request, sends ? "sentitems" : "drafts");
    const item = await make(call, folder, message, sends);
    if (there.visitor) item.creator = there.visitor.guid;
    if (sends) await send(call, item);
    if (disposition === "SendOnly") return [element("m:Items")];
    addItem(call.organization, mailbox, item);
    // The copy of a sent message is stored by transport's own hand: its id is not told.
    if (sends) return [element("m:Items")];
    return [
      element("m:Items", {}, element(elementName(item.itemClass), {}, itemIdElement(mailbox.owner, item))),
    ];
  });
};
