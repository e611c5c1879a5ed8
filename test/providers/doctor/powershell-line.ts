import type { Parameter, Parameters } from "../../../providers/exchange/port.ts";
import { parse, type Node } from "../../pwsh/grammar.ts";
import { literal, needed, part, stripped } from "../../pwsh/tree.ts";

/** One cmdlet with its parameters, as PowerShell's grammar reads a line that an administrator is told to run. @throws Error for what is no such line */
export function readLine(line: string): { cmdlet: string; parameters: Parameters } {
  const command = needed(find(parse(line), "command"));
  const parameters: Record<string, Parameter> = {};
  let pending: string | undefined;
  for (const each of part(command, "command_elements")?.namedChildren ?? []) {
    if (!each || each.type === "command_argument_sep") continue;
    if (each.type === "command_parameter") pending = each.text.replace(/^-|:$/g, "");
    else if (pending === undefined) throw new Error(`A value without its parameter: ${each.text}`);
    else parameters[pending] = value(each);
  }
  return { cmdlet: part(command, "command_name")?.text ?? "", parameters };
}

function value(given: Node): Parameter {
  const node = stripped(given);
  if (/^\$(true|false)$/.test(node.text)) return node.text === "$true";
  if (node.type === "array_expression") return strings(node);
  if (node.type === "generic_token") return node.text;
  return literal(needed(find(node, "verbatim_string_characters") ?? find(node, "expandable_string_literal")));
}

function strings(node: Node): string[] {
  if (node.type === "verbatim_string_characters") return [literal(node)];
  return node.namedChildren.flatMap((each) => (each ? strings(each) : []));
}

function find(node: Node, type: string): Node | undefined {
  if (node.type === type) return node;
  for (const each of node.namedChildren) {
    const found = each && find(each, type);
    if (found) return found;
  }
  return undefined;
}
