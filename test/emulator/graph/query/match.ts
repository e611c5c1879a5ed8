import { badRequest } from "../error.ts";
import type { Comparison, Filter, Operand } from "./filter.ts";

/** Reads what a path names: a property of the object itself, or (after its name) of a lambda's variable. */
export type Read = (path: readonly string[]) => unknown;

/** Whether an object passes a filter. Text is compared without letter case, as the store does. @throws GraphError BadRequest for an unknown function */
export function passes(filter: Filter, read: Read): boolean {
  switch (filter.is) {
    case "and":
      return passes(filter.left, read) && passes(filter.right, read);
    case "or":
      return passes(filter.left, read) || passes(filter.right, read);
    case "not":
      return !passes(filter.filter, read);
    case "true":
      return value(filter.operand, read) === true;
    case "in":
      return filter.values.some((each) => compare("eq", value(filter.left, read), value(each, read)));
    case "any":
    case "all": {
      const found = read(filter.path);
      const list: unknown[] = Array.isArray(found) ? found : [];
      const { variable, filter: inner } = filter;
      if (!inner) return list.length > 0;
      const one = (element: unknown) => passes(inner, scoped(variable, element, read));
      return filter.is === "any" ? list.some(one) : list.every(one);
    }
    default:
      return compare(filter.is, value(filter.left, read), value(filter.right, read));
  }
}

function scoped(variable: string, element: unknown, outer: Read): Read {
  return (path) => (path[0] === variable ? walk(element, path.slice(1)) : outer(path));
}

/** Follows a path into a JSON value; undefined where it ends early. */
export function walk(from: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (object, name) =>
      typeof object === "object" && object !== null ? (object as Record<string, unknown>)[name] : undefined,
    from,
  );
}

function value(operand: Operand, read: Read): unknown {
  if (operand.is === "literal") return operand.value;
  if (operand.is === "path") return read(operand.path);
  const [first, second] = operand.operands;
  const text = (of: Operand | undefined) => (of ? String(value(of, read) ?? "").toLowerCase() : "");
  switch (operand.name) {
    case "contains":
      return text(first).includes(text(second));
    case "startswith":
      return text(first).startsWith(text(second));
    case "endswith":
      return text(first).endsWith(text(second));
    case "tolower":
      return text(first);
    case "toupper":
      return text(first).toUpperCase();
    case "length":
      return text(first).length;
    case "cast":
      return first && value(first, read);
    default:
      throw badRequest(`An unknown function with name '${operand.name}' was found.`);
  }
}

function compare(operator: Comparison, left: unknown, right: unknown): boolean {
  const order = orderOf(left, right);
  if (order === undefined) return operator === "ne";
  const outcomes: Record<Comparison, boolean> = {
    eq: order === 0,
    ne: order !== 0,
    gt: order > 0,
    ge: order >= 0,
    lt: order < 0,
    le: order <= 0,
  };
  return outcomes[operator];
}

/** Negative, zero or positive; undefined when the two cannot be compared. Missing values are null. */
export function orderOf(left: unknown, right: unknown): number | undefined {
  const [one, other] = [left ?? null, right ?? null];
  if (one === null || other === null) return one === other ? 0 : undefined;
  if (one instanceof Date || other instanceof Date) return number(timeOf(one) - timeOf(other));
  if (typeof one === "number" || typeof other === "number") return number(Number(one) - Number(other));
  const [a, b] = [String(one).toLowerCase(), String(other).toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

function timeOf(value: unknown): number {
  return value instanceof Date ? value.getTime() : Date.parse(String(value));
}

function number(difference: number): number | undefined {
  return Number.isNaN(difference) ? undefined : difference;
}
