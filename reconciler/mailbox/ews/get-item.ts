import { at, element, textAt } from "./xml.ts";
import { codeOf, responsesOf, succeeded } from "./soap.ts";
import { field, itemId, summaryFields, summaryOf } from "./item.ts";
import { recipientNames, recipientsOf } from "./recipients.ts";
import { bareContentId } from "../../content-id.ts";
import { Fault } from "../../fault.ts";
import type { Operation } from "./operation.ts";
import type { Body, SentAttachment, SentItem } from "../port.ts";
import type { Element } from "./xml.ts";

/** Reads whole items by id, in order; undefined for one that is gone. The body comes in the form it is stored in. */
export const getItem: Operation<string[], (SentItem | undefined)[]> = {
  name: "GetItem",
  repeatable: true,
  request: (ids) =>
    element(
      "m:GetItem",
      {},
      element(
        "m:ItemShape",
        {},
        element("t:BaseShape", {}, "IdOnly"),
        // Best answers text for a body stored as text, and HTML otherwise.
        element("t:BodyType", {}, "Best"),
        element(
          "t:AdditionalProperties",
          {},
          ...summaryFields,
          field("item:Subject"),
          field("item:Body"),
          field("item:Attachments"),
          ...recipientNames.map((name) => field(`message:${name}`)),
        ),
      ),
      element("m:ItemIds", {}, ...ids.map((id) => itemId("t:ItemId", { id }))),
    ),
  parse: (answer, about) =>
    responsesOf(answer, about).map((response) => {
      if (codeOf(response) === "ErrorItemNotFound") return undefined;
      const item = at(succeeded(response, about), "Items")?.children[0];
      if (item === undefined)
        throw new Fault("UNEXPECTED", `${about}: Exchange answered no item and no error.`);
      return {
        ...summaryOf(item, about),
        subject: textAt(item, "Subject") ?? "",
        body: bodyOf(item),
        recipients: recipientsOf(item),
        attachments: (at(item, "Attachments")?.children ?? []).map(attachmentOf),
      };
    }),
};

function bodyOf(item: Element): Body {
  const body = at(item, "Body");
  return { type: body?.attributes["BodyType"] === "Text" ? "text" : "html", content: body?.text ?? "" };
}

function attachmentOf(attachment: Element): SentAttachment {
  const contentId = bareContentId(textAt(attachment, "ContentId"));
  return {
    id: at(attachment, "AttachmentId")?.attributes["Id"] ?? "",
    name: textAt(attachment, "Name") ?? "",
    contentType: textAt(attachment, "ContentType") ?? "",
    ...(contentId === undefined ? {} : { contentId }),
    isInline: textAt(attachment, "IsInline") === "true",
    size: Number(textAt(attachment, "Size") ?? 0),
    isItem: attachment.name !== "FileAttachment",
  };
}
