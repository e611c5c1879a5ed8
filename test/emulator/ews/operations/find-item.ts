import { choice, folderOf, required, requiredList, responses, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import { foundItems } from "../found-items.ts";
import { pageOf } from "../paging.ts";
import { itemElement, readShape } from "../shape.ts";
import { child, element } from "../xml.ts";

const paging = ["m:IndexedPageItemView", "m:FractionalPageItemView", "m:SeekToConditionPageItemView"];
const unsupported = [
  "m:QueryString",
  "m:GroupBy",
  "m:DistinguishedGroupBy",
  "m:CalendarView",
  "m:ContactsView",
];

/** FindItem: the items of each folder that satisfy a restriction, sorted, one page of them. Newest first unless told. */
export const findItem: Operation = (call, request) => {
  const traversal = choice(request, "Traversal", ["Shallow", "SoftDeleted", "Associated"]);
  const shape = readShape(required(request, "m:ItemShape"), call.version, true);
  const [expression] = child(request, "m:Restriction")?.children ?? [];
  const order = child(request, "m:SortOrder");
  const beyond = request.children.find(({ name }) => unsupported.includes(name));
  if (beyond) throw new EwsError("ErrorInvalidOperation", `This server does not do ${beyond.name.slice(2)}.`);
  return responses("FindItem", requiredList(request, "m:ParentFolderIds"), (id) => {
    const { mailbox, folder } = folderOf(call, id);
    const found = traversal === "Shallow" ? foundItems(call, mailbox, folder, expression, order) : [];
    const view = request.children.find(({ name }) => paging.includes(name));
    const page = pageOf(found, view, call.version, (each) => each);
    const items = page.entries.map(({ item }) => itemElement(call, item, shape));
    return [element("m:RootFolder", page.attributes, element("t:Items", {}, ...items))];
  });
};
