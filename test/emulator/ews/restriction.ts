import { choice } from "./call.ts";
import { EwsError, schemaError } from "./error.ts";
import type { Kind, Value, View } from "./fields/field.ts";
import { kindOf, readConstant, readFieldPath, valueAt } from "./path.ts";
import type { Version } from "./version.ts";
import { child, type Element } from "./xml.ts";

/** A property to compare: how (undefined when it is not for restrictions), and its value of an item or a folder. */
export interface Operand<Of> {
  kind?: Kind;
  value: (of: Of) => Value;
}
/** Reads a property path. @throws EwsError when there is no such property */
type Read<Of> = (uri: Element) => Operand<Of>;

/** Outcomes of a comparison (`left - right`) that satisfy an operator. */
const comparisons: Record<string, (order: number) => boolean> = {
  "t:IsEqualTo": (order) => order === 0,
  "t:IsNotEqualTo": (order) => order !== 0,
  "t:IsGreaterThan": (order) => order > 0,
  "t:IsGreaterThanOrEqualTo": (order) => order >= 0,
  "t:IsLessThan": (order) => order < 0,
  "t:IsLessThanOrEqualTo": (order) => order <= 0,
};

/** Compiles a search expression about items (the child of `m:Restriction`). @throws EwsError when it cannot be evaluated */
export function readRestriction(expression: Element, version: Version): (view: View) => boolean {
  return readExpression(expression, (uri) => {
    const path = readFieldPath(uri, version);
    const kind = kindOf(path);
    return { ...(kind ? { kind } : {}), value: (view) => valueAt(path, view) };
  });
}

/** Compiles a search expression about whatever the paths are of. @throws EwsError when it cannot be evaluated */
export function readExpression<Of>(expression: Element, read: Read<Of>): (of: Of) => boolean {
  const parts = () => expression.children.map((part) => readExpression(part, read));
  if (comparisons[expression.name]) return comparison(expression, read);
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
      const { value } = operand(expression, read);
      return (of) => value(of) !== undefined;
    }
    case "t:Excludes":
      return excludes(expression, read);
    case "t:Contains":
      return contains(expression, read);
    default:
      throw schemaError(`The element '${expression.name}' is no search expression.`);
  }
}

/** The property that an expression is about. @throws EwsError ErrorUnsupportedPathForQuery */
function operand<Of>(expression: Element, read: Read<Of>): Required<Operand<Of>> {
  const [uri] = expression.children;
  if (!uri) throw schemaError(`The element '${expression.name}' has incomplete content.`);
  const { kind, value } = read(uri);
  if (!kind) throw new EwsError("ErrorUnsupportedPathForQuery");
  return { kind, value };
}

function comparison<Of>(expression: Element, read: Read<Of>): (of: Of) => boolean {
  const { kind, value } = operand(expression, read);
  const right = rightSide(expression, kind, read);
  const satisfied = comparisons[expression.name] ?? (() => false);
  return (of) => {
    const left = value(of);
    const wanted = right(of);
    // An item that has no such property is unequal to everything.
    if (left === undefined || wanted === undefined) return expression.name === "t:IsNotEqualTo";
    if (!Array.isArray(left)) return satisfied(compare(left, wanted));
    return left.some((each) => satisfied(compare(each, wanted)));
  };
}

function rightSide<Of>(expression: Element, kind: Kind, read: Read<Of>): (of: Of) => Value {
  const [value] = child(expression, "t:FieldURIOrConstant")?.children ?? [];
  if (!value) throw schemaError(`The element '${expression.name}' lacks 'FieldURIOrConstant'.`);
  if (value.name !== "t:Constant") return read(value).value;
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

function excludes<Of>(expression: Element, read: Read<Of>): (of: Of) => boolean {
  const { value } = operand(expression, read);
  const mask = Number(child(expression, "t:Bitmask")?.attributes["Value"]);
  if (!Number.isInteger(mask)) throw new EwsError("ErrorInvalidExcludesRestriction");
  return (of) => {
    const found = value(of);
    return typeof found === "number" && (found & mask) === 0;
  };
}

/** [MS-OXWSSRCH] ContainmentComparisonType. Loose is what Exchange deems alike: letter case and accents aside. */
const comparisonsOfText = [
  "Exact",
  "IgnoreCase",
  "IgnoreNonSpacingCharacters",
  "Loose",
  "IgnoreCaseAndNonSpacingCharacters",
  "LooseAndIgnoreCase",
  "LooseAndIgnoreNonSpace",
  "LooseAndIgnoreCaseAndIgnoreNonSpace",
] as const;

/** A text without the accents on its letters. */
export function withoutMarks(text: string): string {
  return text.normalize("NFD").replace(/\p{Mn}/gu, "");
}

function contains<Of>(expression: Element, read: Read<Of>): (of: Of) => boolean {
  const { kind, value } = operand(expression, read);
  if (kind !== "string" && kind !== "strings") throw new EwsError("ErrorUnsupportedPathForQuery");
  const modes = ["FullString", "Prefixed", "Substring", "PrefixOnWords", "ExactPhrase"] as const;
  const mode =
    expression.attributes["ContainmentMode"] === undefined
      ? "FullString"
      : choice(expression, "ContainmentMode", modes);
  const compared =
    expression.attributes["ContainmentComparison"] === undefined
      ? "Exact"
      : choice(expression, "ContainmentComparison", comparisonsOfText);
  const loose = compared.startsWith("Loose");
  const [anyCase, anyMarks] = [loose || /Case/.test(compared), loose || /NonSpac/.test(compared)];
  const folded = (text: string): string => {
    const plain = anyMarks ? withoutMarks(text) : text;
    return anyCase ? plain.toLowerCase() : plain;
  };
  const wanted = folded(child(expression, "t:Constant")?.attributes["Value"] ?? "");
  const matches = (text: string) => {
    if (mode === "FullString") return text === wanted;
    if (mode === "Prefixed") return text.startsWith(wanted);
    if (mode === "PrefixOnWords") return ` ${text}`.replace(/[^\p{L}\p{N}]+/gu, " ").includes(` ${wanted}`);
    return text.includes(wanted);
  };
  return (of) => {
    const found = value(of);
    return found !== undefined && [found].flat().some((each) => matches(folded(String(each))));
  };
}
