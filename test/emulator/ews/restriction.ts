import { choice } from "./call.ts";
import { EwsError, schemaError } from "./error.ts";
import type { Kind, Value, View } from "./fields/field.ts";
import { kindOf, readConstant, readFieldPath, valueAt, type Path } from "./path.ts";
import type { Version } from "./version.ts";
import { child, type Element } from "./xml.ts";

export type Predicate = (view: View) => boolean;

/** Outcomes of a comparison (`left - right`) that satisfy an operator. */
const comparisons: Record<string, (order: number) => boolean> = {
  "t:IsEqualTo": (order) => order === 0,
  "t:IsNotEqualTo": (order) => order !== 0,
  "t:IsGreaterThan": (order) => order > 0,
  "t:IsGreaterThanOrEqualTo": (order) => order >= 0,
  "t:IsLessThan": (order) => order < 0,
  "t:IsLessThanOrEqualTo": (order) => order <= 0,
};

/** Compiles a search expression (the child of `m:Restriction`). @throws EwsError when it cannot be evaluated */
export function readRestriction(expression: Element, version: Version): Predicate {
  const parts = () => expression.children.map((part) => readRestriction(part, version));
  if (comparisons[expression.name]) return comparison(expression, version);
  switch (expression.name) {
    case "t:And": {
      const all = parts();
      return (view) => all.every((part) => part(view));
    }
    case "t:Or": {
      const any = parts();
      return (view) => any.some((part) => part(view));
    }
    case "t:Not": {
      const [part = () => true] = parts();
      return (view) => !part(view);
    }
    case "t:Exists": {
      const { path } = operand(expression, version);
      return (view) => valueAt(path, view) !== undefined;
    }
    case "t:Excludes":
      return excludes(expression, version);
    case "t:Contains":
      return contains(expression, version);
    default:
      throw schemaError(`The element '${expression.name}' is no search expression.`);
  }
}

/** The property that an expression is about. @throws EwsError ErrorUnsupportedPathForQuery */
function operand(expression: Element, version: Version): { path: Path; kind: Kind } {
  const [uri] = expression.children;
  if (!uri) throw schemaError(`The element '${expression.name}' has incomplete content.`);
  const path = readFieldPath(uri, version);
  const kind = kindOf(path);
  if (!kind) throw new EwsError("ErrorUnsupportedPathForQuery");
  return { path, kind };
}

function comparison(expression: Element, version: Version): Predicate {
  const { path, kind } = operand(expression, version);
  const right = rightSide(expression, kind, version);
  const satisfied = comparisons[expression.name] ?? (() => false);
  return (view) => {
    const left = valueAt(path, view);
    const wanted = right(view);
    // An item that has no such property is unequal to everything.
    if (left === undefined || wanted === undefined) return expression.name === "t:IsNotEqualTo";
    if (!Array.isArray(left)) return satisfied(compare(left, wanted));
    return left.some((each) => satisfied(compare(each, wanted)));
  };
}

function rightSide(expression: Element, kind: Kind, version: Version): (view: View) => Value {
  const [value] = child(expression, "t:FieldURIOrConstant")?.children ?? [];
  if (!value) throw schemaError(`The element '${expression.name}' lacks 'FieldURIOrConstant'.`);
  if (value.name !== "t:Constant") {
    const path = readFieldPath(value, version);
    return (view) => valueAt(path, view);
  }
  const constant = readConstant(kind, value.attributes["Value"] ?? "");
  return () => constant;
}

/** Text is compared as the store does it, without regard to letter case. */
export function compare(left: Exclude<Value, undefined>, right: Exclude<Value, undefined>): number {
  if (typeof left === "string" || Array.isArray(left)) {
    const [a, b] = [String(left).toLowerCase(), String(right).toLowerCase()];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return Number(left) - Number(right);
}

function excludes(expression: Element, version: Version): Predicate {
  const { path } = operand(expression, version);
  const mask = Number(child(expression, "t:Bitmask")?.attributes["Value"]);
  if (!Number.isInteger(mask)) throw new EwsError("ErrorInvalidExcludesRestriction");
  return (view) => {
    const value = valueAt(path, view);
    return typeof value === "number" && (value & mask) === 0;
  };
}

function contains(expression: Element, version: Version): Predicate {
  const { path, kind } = operand(expression, version);
  if (kind !== "string" && kind !== "strings") throw new EwsError("ErrorUnsupportedPathForQuery");
  const modes = ["FullString", "Prefixed", "Substring", "PrefixOnWords", "ExactPhrase"] as const;
  const mode =
    expression.attributes["ContainmentMode"] === undefined
      ? "FullString"
      : choice(expression, "ContainmentMode", modes);
  const exact = (expression.attributes["ContainmentComparison"] ?? "Exact") === "Exact";
  const folded = (text: string) =>
    exact
      ? text
      : text
          .normalize("NFD")
          .replace(/\p{Mn}/gu, "")
          .toLowerCase();
  const wanted = folded(child(expression, "t:Constant")?.attributes["Value"] ?? "");
  const matches = (text: string) => {
    if (mode === "FullString") return text === wanted;
    if (mode === "Prefixed") return text.startsWith(wanted);
    if (mode === "PrefixOnWords") return ` ${text}`.replace(/[^\p{L}\p{N}]+/gu, " ").includes(` ${wanted}`);
    return text.includes(wanted);
  };
  return (view) => {
    const value = valueAt(path, view);
    return value !== undefined && [value].flat().some((each) => matches(folded(String(each))));
  };
}
