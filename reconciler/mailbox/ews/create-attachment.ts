import { at, element } from "./xml.ts";
import { itemId } from "./item.ts";
import { responsesOf, succeeded } from "./soap.ts";
import { Fault } from "../../fault.ts";
import type { Operation } from "./operation.ts";
import type { NewAttachment } from "../carried.ts";
import type { ItemRef } from "../port.ts";
import type { Xml } from "./xml.ts";
import type { Element } from "./xml.ts";

/** Attachments to add to an item, at least one. */
export interface CreateAttachmentInput {
  item: ItemRef;
  attachments: NewAttachment[];
}

/** What became of the attachments: those that were added, and why another was not. */
export interface CreateAttachmentOutput {
  /** Attachment ids. */
  added: string[];
  failure?: unknown;
  /** The item's version after them. */
  version?: string;
}

/** Adds attachments to an item in one round trip. Exchange takes them one by one: some may be refused. */
export const createAttachment: Operation<CreateAttachmentInput, CreateAttachmentOutput> = {
  name: "CreateAttachment",
  repeatable: false,
  request: ({ item, attachments }) =>
    element(
      "m:CreateAttachment",
      {},
      itemId("m:ParentItemId", item),
      element("m:Attachments", {}, ...attachments.map(attachment)),
    ),
  parse: (answer, about) => {
    const output: CreateAttachmentOutput = { added: [] };
    for (const response of responsesOf(answer, about)) {
      try {
        const { id, version } = attachmentId(succeeded(response, about), about);
        output.added.push(id);
        if (version !== undefined) output.version = version;
      } catch (failure) {
        output.failure ??= failure;
      }
    }
    return output;
  },
};

function attachmentId(response: Element, about: string): { id: string; version: string | undefined } {
  const { Id: id, RootItemChangeKey: version } =
    at(at(response, "Attachments")?.children[0], "AttachmentId")?.attributes ?? {};
  if (id === undefined)
    throw new Fault("UNEXPECTED", `${about}: Exchange answered an attachment without id.`);
  return { id, version };
}

function attachment({ name, contentType, contentId, isInline, content, isItem }: NewAttachment): Xml {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("base64");
  return element(
    isItem ? "t:ItemAttachment" : "t:FileAttachment",
    {},
    element("t:Name", {}, name),
    isItem ? undefined : element("t:ContentType", {}, contentType),
    contentId === undefined ? undefined : element("t:ContentId", {}, contentId),
    element("t:IsInline", {}, String(isInline)),
    isItem
      ? element("t:Message", {}, element("t:MimeContent", { CharacterSet: "UTF-8" }, bytes))
      : element("t:Content", {}, bytes),
  );
}
