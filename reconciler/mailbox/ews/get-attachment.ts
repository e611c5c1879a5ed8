import { bareContentId } from "../../content-id.ts";
import { Fault } from "../../fault.ts";
import { responsesOf, succeeded } from "./soap.ts";
import { at, element, textAt } from "./xml.ts";
import type { NewAttachment } from "../carried.ts";
import type { Operation } from "./operation.ts";

/** Reads attachments with their content, in order, attached messages as MIME. @throws Fault LOCKED for what is neither file nor message */
export const getAttachment: Operation<string[], NewAttachment[]> = {
  name: "GetAttachment",
  repeatable: true,
  request: (ids) =>
    element(
      "m:GetAttachment",
      {},
      element("m:AttachmentShape", {}, element("t:IncludeMimeContent", {}, "true")),
      element("m:AttachmentIds", {}, ...ids.map((id) => element("t:AttachmentId", { Id: id }))),
    ),
  parse: (answer, about) =>
    responsesOf(answer, about).map((response) => {
      const found = at(succeeded(response, about), "Attachments")?.children[0];
      const isItem = found?.name === "ItemAttachment";
      const content = isItem ? textAt(found, "Message", "MimeContent") : textAt(found, "Content");
      if (!found || (content === undefined && found.name !== "FileAttachment"))
        throw new Fault("LOCKED", `${about}: an attachment is neither a file nor a message.`);
      const contentId = bareContentId(textAt(found, "ContentId"));
      return {
        name: textAt(found, "Name") ?? "",
        contentType: textAt(found, "ContentType") ?? "",
        ...(contentId === undefined ? {} : { contentId }),
        isInline: textAt(found, "IsInline") === "true",
        content: Buffer.from(content ?? "", "base64"),
        ...(isItem ? { isItem } : {}),
      };
    }),
};
