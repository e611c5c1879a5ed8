import { attachedItem } from "../ews/fields/attachments.ts";
import { attachmentId, readId } from "../ews/ids.ts";
import { bufferOf } from "../item/bytes.ts";
import { EwsError } from "../ews/error.ts";
import { viewOf } from "../ews/fields/field.ts";
import type { Attachment, Item } from "../store.ts";
import { fromUrl, toUrl, type Opened } from "./call.ts";
import { instant, messageBody } from "./message.ts";

type Reader = (attachment: Attachment) => unknown;

/** Of an attached message the content comes by `$value`. */
function ofFiles(read: Reader): Reader {
  return (attachment) => (attachment.isItem ? undefined : read(attachment));
}

const readers: Record<string, Reader> = {
  lastModifiedDateTime: ({ lastModified }) => instant(lastModified),
  name: ({ name }) => name,
  contentType: ({ isItem, contentType }) => (isItem ? null : contentType),
  size: ({ content }) => content.length,
  isInline: ({ isInline }) => isInline,
  "microsoft.graph.fileAttachment/contentId": ofFiles(({ contentId }) => contentId ?? null),
  "microsoft.graph.fileAttachment/contentLocation": ofFiles(({ contentLocation }) => contentLocation ?? null),
  "microsoft.graph.fileAttachment/contentBytes": ofFiles(({ content }) =>
    bufferOf(content).toString("base64"),
  ),
};

/** Names that `$select` may use: what only files have is named with their type. */
export const attachmentProperties = ["id", ...Object.keys(readers)];

/** An attachment as Graph answers it; `select` leaves properties out. */
export function attachmentBody(
  { owner }: Opened,
  item: Item,
  attachment: Attachment,
  select: readonly string[] = attachmentProperties,
): Record<string, unknown> {
  return {
    "@odata.type": `#microsoft.graph.${attachment.isItem ? "item" : "file"}Attachment`,
    "@odata.mediaContentType": attachment.contentType,
    id: toUrl(attachmentId(owner.guid, item.id, attachment.id)),
    ...Object.fromEntries(
      select.flatMap((name) =>
        readers[name] ? [[name.slice(name.lastIndexOf("/") + 1), readers[name](attachment)]] : [],
      ),
    ),
  };
}

/** The message within an item attachment, for `$expand=microsoft.graph.itemAttachment/item`. */
export async function attachedMessage(
  { store }: Opened,
  item: Item,
  attachment: Attachment,
): Promise<object> {
  const { id: _id, ...message } = messageBody(viewOf(store, await attachedItem(item, attachment)), undefined);
  return { "@odata.type": "#microsoft.graph.message", ...message };
}

/** The attachment in a path. @throws EwsError ErrorInvalidAttachmentId | ErrorInvalidIdMalformed */
export function attachmentOf(item: Item, id: string): Attachment {
  const wire = readId("item", fromUrl(id));
  const found = item.attachments.find((each) => each.id === wire.attachment);
  if (!found || wire.id !== item.id) throw new EwsError("ErrorInvalidAttachmentId");
  return found;
}
