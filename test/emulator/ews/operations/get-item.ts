import { itemOf, required, requiredList, responses, type Operation } from "../call.ts";
import { itemElement, readShape } from "../shape.ts";
import { element } from "../xml.ts";

/** GetItem: the properties of a shape, of each item. */
export const getItem: Operation = (call, request) => {
  const shape = readShape(required(request, "m:ItemShape"), call.version);
  return responses("GetItem", requiredList(request, "m:ItemIds"), (id) => {
    const { call: there, item } = itemOf(call, id);
    return [element("m:Items", {}, itemElement(there, item, shape))];
  });
};
