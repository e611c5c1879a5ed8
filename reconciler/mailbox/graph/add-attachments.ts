import { bareContentId } from "../../content-id.ts";
import { Fault } from "../../fault.ts";
import { groupsOf } from "../groups.ts";
import { batch } from "./batch.ts";
import { reading } from "./get-message.ts";
import {
  type Attachment,
  attachmentFields,
  itemOf,
  type Message,
  type Page,
  query,
  within,
} from "./message.ts";
import type { NewAttachment } from "../carried.ts";
import type { ItemRef, SentItem } from "../port.ts";
import type { Attached } from "../protocol.ts";
import type { Ask, Call } from "./client.ts";

/** Bytes of a file from which on it has to be sent in pieces: https://learn.microsoft.com/graph/outlook-large-attachments */
const large = 3 * 2 ** 20;
/** Bytes of a piece, a multiple of 320 KiB below 4 MB; and of the files in one batch, whose request has to stay below 4 MB. */
const piece = 10 * 320 * 1024;
const perBatch = 2.5 * 2 ** 20;

/** Adds files to a message, many small ones in one round trip (which reads the message again, too), large ones in pieces. */
export async function addAttachments(
  call: Call,
  mailbox: string,
  { id }: ItemRef,
  files: NewAttachment[],
): Promise<Attached> {
  const about = `Adding files to a message in mailbox '${mailbox}'`;
  const folder = within(mailbox, "messages", id, "attachments");
  const added: string[] = [];
  let now: SentItem | undefined;

  async function addSmall(group: NewAttachment[], isLast: boolean): Promise<void> {
    const asks = group.map((file): Ask => ({ method: "POST", path: folder, body: attachment(file) }));
    if (isLast) asks.push(reading(mailbox, id));
    for (const [index, part] of (await batch(call, asks, about, mailbox)).entries()) {
      if ("failure" in part) throw part.failure;
      if (index < group.length) added.push((part.body as { id: string }).id);
      else now = itemOf(part.body as Message, about);
    }
  }

  async function addLarge(file: NewAttachment): Promise<void> {
    const { content } = file;
    const { name, contentType, contentId, isInline } = attachment(file);
    const AttachmentItem = {
      attachmentType: "file",
      size: content.length,
      name,
      contentType,
      contentId,
      isInline,
    };
    const session = await call<{ uploadUrl: string }>(
      { method: "POST", path: `${folder}/createUploadSession`, body: { AttachmentItem } },
      about,
      mailbox,
    );
    for (let start = 0; start < content.length; start += piece) {
      const length = Math.min(piece, content.length - start);
      // Of any other array the library would send what lies behind the piece, too.
      const body = Buffer.from(content.buffer, content.byteOffset + start, length);
      const range = `bytes ${start}-${start + body.length - 1}/${content.length}`;
      await call(
        {
          method: "PUT",
          path: session.uploadUrl,
          body,
          headers: { "content-type": "application/octet-stream", "content-range": range },
        },
        about,
        mailbox,
      );
    }
    // The last answer names the attachment in a header only, and a large picture is known to lose its Content-ID.
    const list = { method: "GET", path: folder + query({ $select: attachmentFields }) } as const;
    const { value } = await call<Page<Attachment>>(list, about, mailbox);
    const stored = value.filter((one) => one.name === file.name && !added.includes(one.id));
    const whole = stored.find((one) => bareContentId(one.contentId) === file.contentId);
    const found = whole ?? stored.find((one) => bareContentId(one.contentId) === undefined);
    if (found) added.push(found.id);
    if (!whole)
      throw new Fault("REFUSED", `${about}: Exchange Online did not keep the Content-ID of a large picture.`);
  }

  try {
    const groups = groupsOf(files, ({ content }) => content.length, perBatch);
    for (const group of groups) {
      const [first] = group;
      if (first && first.content.length >= large) await addLarge(first);
      else await addSmall(group, group === groups.at(-1));
    }
    return { added, ...(now && { now }) };
  } catch (failure) {
    return { added, failure };
  }
}

function attachment({ name, contentType, contentId, isInline, content }: NewAttachment) {
  return {
    "@odata.type": "#microsoft.graph.fileAttachment",
    name,
    contentType,
    contentId,
    isInline,
    contentBytes: content.length < large ? Buffer.from(content).toString("base64") : undefined,
  };
}
