import type { Answer } from "../../http.ts";
import { option, type Call, type Operation } from "../call.ts";
import { badRequest } from "../error.ts";
import { parseFilter, propertiesOf, type Filter } from "./filter.ts";
import { typed } from "./types.ts";
import { orderOf, passes, type Read } from "./match.ts";
import { readOrder, readPage, type Order } from "./options.ts";

/** Things in an order, of which only what is asked for is looked up. */
export interface KeptOrder<Thing> {
  length: number;
  slice: (start: number, end: number) => Thing[];
  each: () => IteratorObject<Thing>;
}

/** How a list of things is answered. */
export interface Listing<Thing> {
  /** `users('id')/messages` */
  context: string;
  things: readonly Thing[];
  /** The things that may pass a filter, one after the other in an order that is kept anyway; undefined where none is. */
  inOrder?: (order: Order, filter: Filter | undefined) => KeptOrder<Thing> | undefined;
  /** What `$filter` and `$orderby` see of a thing; `filter` is the whole filter. */
  reader: (thing: Thing, filter: Filter | undefined) => Read;
  write: (thing: Thing) => object | Promise<object>;
  usualSize: number;
  largestSize: number;
  /** The next page is named by `$skiptoken` (the directory) instead of `$skip` (mailboxes). */
  byToken?: boolean;
  /** The order without `$orderby`. */
  order?: Order[];
  /** Mailboxes refuse an order that their filter does not begin with. */
  strict?: boolean;
}

/** A page of a list: filtered, ordered, counted when asked, with a link to the next one. @throws GraphError BadRequest | InefficientFilter */
export async function collection<Thing>(call: Call, listing: Listing<Thing>): Promise<Answer> {
  const { url } = call;
  const text = option(call, "filter");
  const filter = text === undefined ? undefined : typed(parseFilter(text));
  const wanted = readOrder(call);
  if (listing.strict && filter) checkOrder(filter, wanted);
  const order = wanted.length > 0 ? wanted : (listing.order ?? []);
  const { top, skip } = readPage(call, listing.usualSize, listing.largestSize);
  const from = listing.byToken ? placeOf(option(call, "skiptoken")) : skip;
  const counted = option(call, "count")?.toLowerCase() === "true";
  const [first] = order;
  const kept = order.length === 1 && first ? listing.inOrder?.(first, filter) : undefined;
  const found = kept
    ? pageInOrder(kept, listing, filter, { from, top, counted })
    : pageOf(listing.things, listing, filter, order, { from, top });
  const { page, total } = found;
  const more = from + page.length < total && page.length > 0;
  return {
    status: 200,
    body: {
      "@odata.context": `${call.root}/$metadata#${listing.context}`,
      ...(counted ? { "@odata.count": total } : {}),
      value: await Promise.all(page.map((thing) => listing.write(thing))),
      ...(more
        ? {
            "@odata.nextLink": listing.byToken
              ? linkWith(url, "$skiptoken", Buffer.from(String(from + top)).toString("base64url"))
              : linkWith(url, "$skip", String(from + top)),
          }
        : {}),
    },
  };
}

interface Found<Thing> {
  page: Thing[];
  /** How many there are, or (where nobody counts) one more than the page needs. */
  total: number;
}

/** Reads as far as the page goes, and on to the end only where all are to be counted. */
function pageInOrder<Thing>(
  kept: KeptOrder<Thing>,
  { reader }: Listing<Thing>,
  filter: Filter | undefined,
  { from, top, counted }: { from: number; top: number; counted: boolean },
): Found<Thing> {
  if (!filter) return { page: kept.slice(from, from + top), total: kept.length };
  const passing = kept.each().filter((thing) => passes(filter, reader(thing, filter)));
  const found = (counted ? passing : passing.take(from + top + 1)).toArray();
  return { page: found.slice(from, from + top), total: found.length };
}

function pageOf<Thing>(
  things: readonly Thing[],
  { reader }: Listing<Thing>,
  filter: Filter | undefined,
  order: Order[],
  { from, top }: { from: number; top: number },
): Found<Thing> {
  const rows = things
    .map((thing) => ({ thing, read: reader(thing, filter) }))
    .filter(({ read }) => filter === undefined || passes(filter, read));
  const page = sorted(rows, order).slice(from, from + top);
  return { page: page.map(({ thing }) => thing), total: rows.length };
}

/** How many things a list has, as the bare number: the list's `$count`. */
export function numberOf(list: Operation): Operation {
  return async (call) => {
    const url = new URL(call.url);
    url.searchParams.set("$count", "true");
    url.searchParams.set("$top", "1");
    const answer = await list({ ...call, url });
    const body: object = "body" in answer && typeof answer.body === "object" ? answer.body : {};
    const number = (body as Record<string, unknown>)["@odata.count"];
    return { status: 200, headers: { "Content-Type": "text/plain" }, body: String(number) };
  };
}

/** The URL with one option set, spelled as clients compare it: with a bare `$`. */
export function linkWith(url: URL, name: string, value: string): string {
  const options = [...url.searchParams].filter(([each]) => each !== name && `$${each}` !== name);
  const query = [...options, [name, value] as const].map(
    ([key, each]) => `${encodeURIComponent(key).replaceAll("%24", "$")}=${encodeURIComponent(each)}`,
  );
  return `${url.origin}${url.pathname}?${query.join("&")}`;
}

function placeOf(token: string | undefined): number {
  const number = token === undefined ? 0 : Number(Buffer.from(token, "base64url").toString("utf8"));
  if (!Number.isInteger(number) || number < 0)
    throw badRequest("The skip token is invalid.", "Directory_ExpiredPageToken");
  return number;
}

/** What is ordered by has to be filtered by, in the same order and before anything else. */
function checkOrder(filter: Filter, order: Order[]): void {
  const named = [...new Set(propertiesOf(filter))];
  if (order.some(({ property }, index) => property.toLowerCase() !== named[index]?.toLowerCase()))
    throw badRequest("The restriction or sort order is too complex for this operation.", "InefficientFilter");
}

function sorted<Row extends { read: Read }>(rows: Row[], order: Order[]): Row[] {
  if (order.length === 0) return rows;
  const keyed = rows.map((row, place) => ({
    row,
    place,
    keys: order.map(({ property }) => row.read(property.split("/"))),
  }));
  keyed.sort((one, other) => {
    for (const [index, { descending }] of order.entries()) {
      const difference = compareKeys(one.keys[index], other.keys[index]);
      if (difference !== 0) return descending ? -difference : difference;
    }
    // What is newest first is so within a second, too.
    return order[0]?.descending ? other.place - one.place : one.place - other.place;
  });
  return keyed.map(({ row }) => row);
}

/** Nothing comes before something. */
function compareKeys(one: unknown, other: unknown): number {
  return orderOf(one, other) ?? Number(one != null) - Number(other != null);
}
