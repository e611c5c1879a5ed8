import { typeNamed } from "./dotnet.ts";
import type { Node } from "./grammar.ts";

/** A node without the operators' levels that hold nothing but it. */
export function stripped(node: Node): Node {
  const [only, more] = node.namedChildren;
  const level =
    /^(left_assignment|logical|bitwise|comparison|additive|multiplicative|format|range|array_literal|unary)(_argument)?_expression$/;
  const wraps = level.test(node.type) || ["argument_expression", "cast_expression"].includes(node.type);
  return only && !more && wraps && only.text.length === node.text.length ? stripped(only) : node;
}

/** Verbatim strings only: nothing in what the product writes is to be expanded. */
export function literal(node: Node): string {
  const inner = node.text.slice(1, -1);
  if (node.type === "verbatim_string_characters") return inner.replaceAll("''", "'");
  if (node.type === "expandable_string_literal" && !/[$`]/.test(inner)) return inner;
  throw unknown(node);
}

export function typeOf(node: Node): string {
  return typeNamed(node.text.replace(/^\[|\]$/g, ""));
}

export function nameOf(variable: string): string {
  return variable.replace(/^[$@]\{?(global:)?|\}$/gi, "").toLowerCase();
}

export function part(node: Node | null | undefined, type: string): Node | undefined {
  return node?.namedChildren.find((each) => each?.type === type) ?? undefined;
}

export function needed<Given>(node: Given | null | undefined): Given {
  if (node === null || node === undefined) throw new Error("The tree of the source lacks a part.");
  return node;
}

export function unknown(node: Node): Error {
  return new Error(`The stand-in does not do this of PowerShell (${node.type}).`);
}
