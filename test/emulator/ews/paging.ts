import { choice } from "./call.ts";
import { EwsError, type ResponseCode } from "./error.ts";
import type { View } from "./fields/field.ts";
import { readRestriction } from "./restriction.ts";
import type { Version } from "./version.ts";
import { child, type Element } from "./xml.ts";

/** One page of a list, and the attributes that tell a client how to go on. */
export interface Page<Each> {
  entries: Each[];
  attributes: Record<string, string | number | boolean>;
}

/** What pages are cut from: an array, or a list that looks up only what is asked for. */
export interface Pageable<Each> {
  length: number;
  slice: (start: number, end: number) => Each[];
  findIndex: (matches: (each: Each) => boolean) => number;
}

/** Exchange never answers more entries at once. */
const most = 1000;

/** Cuts the page that a view element asks for; without one, the first thousand. @throws EwsError ErrorInvalid...PagingParameters */
export function pageOf<Each>(
  all: Pageable<Each>,
  view: Element | undefined,
  version: Version,
  toView: (each: Each) => View | undefined,
): Page<Each> {
  const size = sizeOf(view);
  if (view?.name.startsWith("m:FractionalPage")) return fractional(all, view, size);
  if (view?.name === "m:SeekToConditionPageItemView") return seek(all, view, size, version, toView);
  const offset = view ? wholeNumber(view, "Offset", "ErrorInvalidIndexedPagingParameters") : 0;
  return isFromEnd(view) ? backward(all, all.length - offset, size) : forward(all, offset, size);
}

function isFromEnd(view: Element | undefined): boolean {
  return view !== undefined && choice(view, "BasePoint", ["Beginning", "End"]) === "End";
}

function forward<Each>(all: Pageable<Each>, start: number, size: number): Page<Each> {
  const end = Math.min(all.length, start + size);
  return page(all, start, end, {
    IndexedPagingOffset: Math.max(start, end),
    IncludesLastItemInRange: end >= all.length,
  });
}

/** The page before a place; its offsets count from the end. */
function backward<Each>(all: Pageable<Each>, before: number, size: number): Page<Each> {
  const end = Math.max(0, before);
  const start = Math.max(0, end - size);
  return page(all, start, end, {
    IndexedPagingOffset: all.length - start,
    IncludesLastItemInRange: start === 0,
  });
}

function fractional<Each>(all: Pageable<Each>, view: Element, size: number): Page<Each> {
  const wrong = "ErrorInvalidFractionalPagingParameters";
  const [numerator, denominator] = [
    wholeNumber(view, "Numerator", wrong),
    wholeNumber(view, "Denominator", wrong),
  ];
  if (denominator === 0 || numerator > denominator) throw new EwsError(wrong);
  const start = Math.floor((all.length * numerator) / denominator);
  const end = Math.min(all.length, start + size);
  return page(all, start, end, {
    NumeratorOffset: end,
    AbsoluteDenominator: all.length,
    IncludesLastItemInRange: end >= all.length,
  });
}

/** The page that begins with the first that satisfies a condition; from the end it is sought backward, and the page ends with it. */
function seek<Each>(
  all: Pageable<Each>,
  view: Element,
  size: number,
  version: Version,
  toView: (each: Each) => View | undefined,
): Page<Each> {
  const [expression] = child(view, "t:Condition")?.children ?? [];
  if (!expression) throw new EwsError("ErrorInvalidIndexedPagingParameters");
  const matches = readRestriction(expression, version);
  const isSought = (each: Each): boolean => {
    const seen = toView(each);
    return seen !== undefined && matches(seen);
  };
  if (isFromEnd(view)) return backward(all, all.slice(0, all.length).findLastIndex(isSought) + 1, size);
  const found = all.findIndex(isSought);
  return forward(all, found < 0 ? all.length : found, size);
}

function page<Each>(
  all: Pageable<Each>,
  start: number,
  end: number,
  attributes: Page<Each>["attributes"],
): Page<Each> {
  return { entries: all.slice(start, end), attributes: { ...attributes, TotalItemsInView: all.length } };
}

function sizeOf(view: Element | undefined): number {
  const given = view?.attributes["MaxEntriesReturned"];
  if (given === undefined) return most;
  if (!/^\d+$/.test(given) || Number(given) === 0) throw new EwsError("ErrorInvalidPagingMaxRows");
  return Math.min(most, Number(given));
}

function wholeNumber(view: Element, name: string, wrong: ResponseCode): number {
  const given = view.attributes[name] ?? "";
  if (!/^\d+$/.test(given)) throw new EwsError(wrong);
  return Number(given);
}
