import { option, preference, type Call } from "../call.ts";
import { badRequest } from "../error.ts";

/** One entry of `$expand`: a navigation property with the options in its parentheses. */
export interface Expand {
  property: string;
  /** `$filter` of the entry, unread. */
  filter?: string;
  select?: string[];
}

export interface Order {
  /** `from/emailAddress/address` */
  property: string;
  descending: boolean;
}

/** Names in `$select`, or undefined for the usual properties. @throws GraphError BadRequest when the type has no such property */
export function readSelect(
  call: Pick<Call, "url">,
  type: string,
  known: readonly string[],
): string[] | undefined {
  const text = option(call, "select");
  return text === undefined || text.trim() === "" ? undefined : selected(text.split(","), type, known);
}

/** Names as the type spells them. @throws GraphError RequestBroker--ParseUri for one that it does not have */
export function selected(names: readonly string[], type: string, known: readonly string[]): string[] {
  return names.map((each) => {
    const name = known.find((one) => one.toLowerCase() === each.trim().toLowerCase());
    if (name !== undefined) return name;
    throw badRequest(
      `Parsing OData Select and Expand failed: Could not find a property named '${each.trim()}' on type '${type}'.`,
      "RequestBroker--ParseUri",
    );
  });
}

/** Entries of `$expand`. @throws GraphError BadRequest when parentheses or quotes do not close */
export function readExpand(call: Pick<Call, "url">): Expand[] {
  const text = option(call, "expand");
  if (text === undefined) return [];
  return split(text, ",").map((entry) => {
    const [, property = "", inner = ""] = /^\s*([\w./]+)\s*(?:\(([^]*)\))?\s*$/.exec(entry) ?? [];
    if (property === "")
      throw badRequest(`Parsing OData Select and Expand failed: '${entry}' cannot be read.`);
    const options = Object.fromEntries(
      split(inner, ";").map((each) => {
        const [name = "", ...value] = each.split("=");
        return [name.trim().replace(/^\$/, "").toLowerCase(), value.join("=").trim()];
      }),
    );
    const { filter, select } = options;
    return {
      property,
      ...(filter === undefined ? {} : { filter }),
      ...(select === undefined ? {} : { select: select.split(",").map((name) => name.trim()) }),
    };
  });
}

/** Splits at a mark that is neither quoted nor in parentheses. */
function split(text: string, mark: string): string[] {
  const found = [""];
  let depth = 0;
  let quoted = false;
  for (const character of text) {
    if (character === "'") quoted = !quoted;
    else if (!quoted) depth += character === "(" ? 1 : character === ")" ? -1 : 0;
    if (character === mark && depth === 0 && !quoted) found.push("");
    else found[found.length - 1] += character;
  }
  if (depth !== 0 || quoted)
    throw badRequest(`Parsing OData Select and Expand failed: '${text}' does not end.`);
  return found.filter((each) => each.trim() !== "");
}

/** @throws GraphError BadRequest */
export function readOrder(call: Pick<Call, "url">): Order[] {
  const text = option(call, "orderby");
  if (text === undefined) return [];
  return text.split(",").map((each) => {
    const [, property = "", direction = "asc"] = /^\s*([\w/]+)(?:\s+(asc|desc))?\s*$/i.exec(each) ?? [];
    if (property === "") throw badRequest(`Invalid $orderby: '${each}' cannot be read.`);
    return { property, descending: direction.toLowerCase() === "desc" };
  });
}

/** `$top` (or the page size that Prefer asks for) and `$skip`. @throws GraphError BadRequest when one is no whole number or too large */
export function readPage(call: Call, usual: number, most: number): { top: number; skip: number } {
  const preferred = preference(call, "odata.maxpagesize");
  const top =
    wholeNumber(call, "top") ?? (preferred === undefined ? usual : Math.min(Number(preferred), most));
  if (top > most || wholeNumber(call, "top") === 0)
    throw badRequest(`Invalid page size specified: '${top}'. Must be between 1 and ${most} inclusive.`);
  return { top: Number.isInteger(top) && top > 0 ? top : usual, skip: wholeNumber(call, "skip") ?? 0 };
}

function wholeNumber(call: Call, name: string): number | undefined {
  const text = option(call, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text))
    throw badRequest(
      `Invalid value '${text}' for $${name} query option found. The $${name} query option requires a non-negative integer value.`,
    );
  return Number(text);
}
