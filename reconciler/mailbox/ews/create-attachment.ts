import { at, element } from "./xml.ts";
import { itemId } from "./item.ts";
import { responsesOf, succeeded } from "./soap.ts";
import { Fault } from "../../fault.ts";
import type { Operation } from "./operation.ts";
import type { InlinePicture, ItemRef } from "../port.ts";
import type { Element } from "./xml.ts";

/** Pictures to add to an item. */
export interface CreateAttachmentInput {
  item: ItemRef;
  pictures: InlinePicture[];
}

/** What became of the pictures: those that were added, and why another was not. */
export interface CreateAttachmentOutput {
  /** Attachment ids. */
  added: string[];
  failure?: unknown;
}

/** Adds inline pictures to an item in one round trip. Exchange takes them one by one: some may be refused. */
export const createAttachment: Operation<CreateAttachmentInput, CreateAttachmentOutput> = {
  name: "CreateAttachment",
  repeatable: false,
  request: ({ item, pictures }) =>
    element(
      "m:CreateAttachment",
      {},
      itemId("m:ParentItemId", item),
      element(
        "m:Attachments",
        {},
        ...pictures.map((picture) =>
          element(
            "t:FileAttachment",
            {},
            element("t:Name", {}, picture.name),
            element("t:ContentType", {}, picture.contentType),
            element("t:ContentId", {}, picture.contentId),
            element("t:IsInline", {}, "true"),
            element("t:Content", {}, Buffer.from(picture.content).toString("base64")),
          ),
        ),
      ),
    ),
  parse: (answer, about) => {
    const output: CreateAttachmentOutput = { added: [] };
    for (const response of responsesOf(answer, about)) {
      try {
        output.added.push(attachmentId(succeeded(response, about), about));
      } catch (failure) {
        output.failure ??= failure;
      }
    }
    return output;
  },
};

function attachmentId(response: Element, about: string): string {
  const id = at(at(response, "Attachments")?.children[0], "AttachmentId")?.attributes["Id"];
  if (id === undefined)
    throw new Fault("UNEXPECTED", `${about}: Exchange answered an attachment without id.`);
  return id;
}
