import { choice, chosen, required } from "./call.ts";
import type { Value, View } from "./fields/field.ts";
import { pageOf, type Page, type Pageable } from "./paging.ts";
import { valueAt, type Path } from "./path.ts";
import { order, readSortPath } from "./sort.ts";
import type { Version } from "./version.ts";
import { element, type Element } from "./xml.ts";

/** How items are grouped: by a property, the groups in the order of what is largest (or smallest) in them. */
interface Grouping {
  by: Path;
  on: Path;
  aggregate: "Minimum" | "Maximum";
  descending: boolean;
}

/** A row of a grouped view, as MAPI counts them: the head of a group, or an item in it. */
type Row = { group: number; view?: View };

/** Reads `m:GroupBy` or `m:DistinguishedGroupBy`. @throws EwsError ErrorUnsupportedPathForSortGroup */
export function readGrouping(given: Element, version: Version): Grouping {
  const descending = choice(given, "Order", ["Ascending", "Descending"]) === "Descending";
  const path = (uri: string): Path =>
    readSortPath(element("m:GroupBy", {}, element("t:FieldURI", { FieldURI: uri })), version);
  if (given.name === "m:DistinguishedGroupBy") {
    chosen(required(given, "t:StandardGroupBy"), ["ConversationTopic"]);
    const [by, on] = [path("message:ConversationTopic"), path("item:DateTimeReceived")];
    return { by, on, aggregate: "Maximum", descending };
  }
  const on = required(given, "t:AggregateOn");
  const aggregate = choice(on, "Aggregate", ["Minimum", "Maximum"]);
  return { by: readSortPath(given, version), on: readSortPath(on, version), aggregate, descending };
}

/**
 * One page of items in groups: offsets count the heads of groups beside the items, the total counts items alone, and a group that a page
 * does not begin with goes on under its number. `show` makes an item's element.
 */
export function groupedPage(
  found: Pageable<View>,
  grouping: Grouping,
  view: Element | undefined,
  version: Version,
  show: (view: View) => Element,
): { groups: Element; attributes: Page<Row>["attributes"] } {
  const rows = groupsOf(found, grouping).flatMap((items, group): Row[] => [
    { group },
    ...items.map((item) => ({ group, view: item })),
  ]);
  const page = pageOf(rows, view, version, (row) => row.view);
  const shown = [...Map.groupBy(page.entries, ({ group }) => group)].map(([group, entries]) =>
    element(
      "t:GroupedItems",
      {},
      element("t:GroupIndex", {}, String(group)),
      element("t:Items", {}, ...entries.flatMap((row) => (row.view ? show(row.view) : []))),
    ),
  );
  const attributes = { ...page.attributes, TotalItemsInView: found.length };
  return { groups: element("t:Groups", {}, ...shown), attributes };
}

/** Groups in their order; what lacks the property is a group too. Within each the order of the items stays. */
function groupsOf(found: Pageable<View>, { by, on, aggregate, descending }: Grouping): View[][] {
  const key = (value: Value): string => (value === undefined ? "" : `=${String(value).toLowerCase()}`);
  const groups = [...Map.groupBy(found.slice(0, found.length), (view) => key(valueAt(by, view))).values()];
  const largest = aggregate === "Maximum" ? 1 : -1;
  const ranked = groups.map((items) => ({
    items,
    rank: items
      .map((view) => valueAt(on, view))
      .reduce((best, value) => (largest * order(value, best) > 0 ? value : best)),
  }));
  return ranked
    .toSorted((one, other) => (descending ? -1 : 1) * order(one.rank, other.rank))
    .map(({ items }) => items);
}
