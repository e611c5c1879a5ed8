import { carriedProperties, messageFlags } from "../carried.ts";
import { bodyTypes } from "./update-item.ts";
import { carriedElements, extendedField, nameOf } from "./get-carried.ts";
import { extended, markField, refOf } from "./item.ts";
import { onlyResponse } from "./soap.ts";
import { at, element } from "./xml.ts";
import type { Body, ItemRef } from "../port.ts";
import type { Carried } from "../protocol.ts";
import type { Operation } from "./operation.ts";
import type { Element, Xml } from "./xml.ts";

/** What an item is made of: what `getCarried` read of another one, and what is its own. */
export interface CreateMessageInput {
  carried: Carried;
  mark: string;
  body: Body;
  folder?: string | undefined;
}

/** Makes an item in a folder, Sent Items unless told, that is no draft. */
export const createMessage: Operation<CreateMessageInput, ItemRef> = {
  name: "CreateItem",
  repeatable: false,
  request: ({ carried, mark, body, folder }) => {
    const read = (name: string) => carried[name] as Element | undefined;
    const again = (name: string): Xml | undefined => {
      const found = read(name);
      return found && written(found);
    };
    const flags = read("IsRead")?.text === "false" ? "0" : "1";
    const [subject, sensitivity, ...rest] = carriedElements.item.map(again);
    return element(
      "m:CreateItem",
      { MessageDisposition: "SaveOnly" },
      element(
        "m:SavedItemFolderId",
        {},
        folder === undefined
          ? element("t:DistinguishedFolderId", { Id: "sentitems" })
          : element("t:FolderId", { Id: folder }),
      ),
      element(
        "m:Items",
        {},
        element(
          "t:Message",
          {},
          subject,
          sensitivity,
          element("t:Body", { BodyType: bodyTypes[body.type] }, body.content),
          ...rest,
          extended(markField, mark),
          extended(extendedField(messageFlags), flags),
          ...carriedProperties.map((property) => {
            const value = carried[nameOf(property)];
            return value === undefined ? undefined : extended(extendedField(property), String(value));
          }),
          ...carriedElements.message.map(again),
        ),
      ),
    );
  },
  parse: (answer, about) => refOf(at(onlyResponse(answer, about), "Items")?.children[0], about),
};

/** An element of an answer, to be sent again. */
function written({ name, attributes, children, text }: Element): Xml {
  return element(`t:${name}`, attributes, ...(children.length > 0 ? children.map(written) : [text]));
}
