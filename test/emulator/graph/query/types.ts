import { badRequest } from "../error.ts";
import { type Comparison, type Filter, type Operand, parts } from "./filter.ts";

type Edm = "Edm.Boolean" | "Edm.DateTimeOffset" | "Edm.Int32" | "Edm.String";

/** How many operands each function has. */
const functions = new Map([
  ["contains", 2],
  ["startswith", 2],
  ["endswith", 2],
  ["tolower", 1],
  ["toupper", 1],
  ["length", 1],
  ["cast", 2],
]);
const kinds: Record<Comparison, string> = {
  eq: "Equal",
  ne: "NotEqual",
  gt: "GreaterThan",
  ge: "GreaterThanOrEqual",
  lt: "LessThan",
  le: "LessThanOrEqual",
};

/** The filter itself. @throws GraphError BadRequest when a function is unknown or has too few operands, or when what is compared has nothing in common */
export function typed(filter: Filter): Filter {
  for (const part of parts(filter)) {
    if (part.is === "true") checkCall(part.operand);
    if (!isComparison(part)) continue;
    checkCall(part.left);
    checkCall(part.right);
    const [left, right] = [typeOf(part.left), typeOf(part.right)];
    if (left !== undefined && right !== undefined && left !== right)
      throw badRequest(
        `A binary operator with incompatible types was detected. Found operand types '${left}' and '${right}' for operator kind '${kinds[part.is]}'.`,
      );
  }
  return filter;
}

function isComparison(filter: Filter): filter is Extract<Filter, { is: Comparison }> {
  return filter.is in kinds;
}

function checkCall(operand: Operand): void {
  if (operand.is !== "call") return;
  const wanted = functions.get(operand.name);
  if (wanted === undefined) throw badRequest(`An unknown function with name '${operand.name}' was found.`);
  if (operand.operands.length !== wanted)
    throw badRequest(
      `No function signature for the function with name '${operand.name}' matches the specified arguments.`,
    );
  for (const each of operand.operands) checkCall(each);
}

/** The type of an operand as far as its name or value tells; undefined for null and for what may be of any type. */
function typeOf(operand: Operand): Edm | undefined {
  if (operand.is === "literal") {
    const { value } = operand;
    if (value instanceof Date) return "Edm.DateTimeOffset";
    if (typeof value === "boolean") return "Edm.Boolean";
    if (typeof value === "number") return "Edm.Int32";
    return typeof value === "string" ? "Edm.String" : undefined;
  }
  if (operand.is === "call") return undefined;
  const name = operand.path.at(-1) ?? "";
  if (/^(?:is|has)[A-Z]/.test(name)) return "Edm.Boolean";
  if (name.endsWith("DateTime")) return "Edm.DateTimeOffset";
  return /^(?:subject|bodyPreview|internetMessageId|conversationId|parentFolderId|importance|address|displayName|userPrincipalName|mail)$/.test(
    name,
  )
    ? "Edm.String"
    : undefined;
}
