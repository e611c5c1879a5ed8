import { choice, folderOf, required, requiredList, responses, type Call, type Operation } from "../call.ts";
import { EwsError } from "../error.ts";
import type { View } from "../fields/field.ts";
import { foundItems } from "../found-items.ts";
import { groupedPage, readGrouping } from "../grouped.ts";
import { readItemView } from "../item-views.ts";
import { pageOf } from "../paging.ts";
import { matcherOf } from "../query/query-match.ts";
import { parseQueryString, QueryStringError } from "../query/query-string.ts";
import { itemElement, readShape } from "../shape.ts";
import { child, element, type Element } from "../xml.ts";

const paging = ["m:IndexedPageItemView", "m:FractionalPageItemView", "m:SeekToConditionPageItemView"];

/** FindItem: the items of each folder that satisfy a restriction or a query, sorted or grouped, one page of them. Newest first unless told. */
export const findItem: Operation = (call, request) => {
  const traversal = choice(request, "Traversal", ["Shallow", "SoftDeleted", "Associated"]);
  const shape = readShape(required(request, "m:ItemShape"), call.version, true);
  const show = (view: View): Element => itemElement(view.call, view.item, shape);
  return responses("FindItem", requiredList(request, "m:ParentFolderIds"), (id) => {
    const { view, itemView, grouping, ...wanted } = readWanted(call, request);
    const { call: there, mailbox, folder } = folderOf(call, id, "read");
    itemView?.check(folder);
    const found = traversal === "Shallow" ? foundItems(there, mailbox, folder, wanted) : [];
    if (grouping) {
      const { groups, attributes } = groupedPage(found, grouping, view, call.version, show);
      return [element("m:RootFolder", attributes, groups)];
    }
    const { entries, attributes } = pageOf(found, view, call.version, (each) => each);
    // A calendar is no list to be paged through.
    if (itemView) delete attributes["IndexedPagingOffset"];
    return [element("m:RootFolder", attributes, element("t:Items", {}, ...entries.map(show)))];
  });
};

/** @throws EwsError when something cannot be evaluated, or parts exclude each other */
function readWanted(call: Call, request: Element) {
  const [restriction] = child(request, "m:Restriction")?.children ?? [];
  const order = child(request, "m:SortOrder");
  const query = readQuery(call, child(request, "m:QueryString"));
  if (query && restriction)
    throw new EwsError("ErrorInvalidArgument", "A restriction and a query string exclude each other.");
  const group = child(request, "m:GroupBy") ?? child(request, "m:DistinguishedGroupBy");
  const grouping = group && readGrouping(group, call.version);
  const special = child(request, "m:CalendarView") ?? child(request, "m:ContactsView");
  if (special?.name === "m:CalendarView" && (restriction ?? query ?? order ?? group))
    throw new EwsError(
      "ErrorInvalidOperation",
      "Restrictions and sort order may not be specified for a CalendarView.",
    );
  const itemView = special && readItemView(special);
  const view = itemView?.page ?? request.children.find(({ name }) => paging.includes(name));
  const also = [itemView?.shows, query].filter((each) => each !== undefined);
  return { restriction, also, order, usual: itemView?.compare, grouping, itemView, view };
}

function readQuery(call: Call, given: Element | undefined): ((view: View) => boolean) | undefined {
  if (!given || given.text.trim() === "") return undefined;
  try {
    return matcherOf(parseQueryString(given.text, call.organization.now()));
  } catch (cause) {
    if (!(cause instanceof QueryStringError)) throw cause;
    throw Object.assign(new EwsError("ErrorInvalidArgument", cause.message), { cause });
  }
}
