import { cast, isOf, staticMember } from "./dotnet.ts";
import { parse, type Node } from "./grammar.ts";
import type { Running, Scope } from "./running.ts";
import { literal, nameOf, needed, part, stripped, typeOf, unknown } from "./tree.ts";
import { hash, isTrue, thing, toText, type Method, type Thing, type Value } from "./value.ts";

export async function expression(session: Running, given: Node, scope: Scope): Promise<Value> {
  const node = stripped(given);
  const [first, second] = node.namedChildren;
  switch (node.type) {
    case "string_literal":
      return literal(needed(first));
    case "generic_token":
      return node.text;
    case "integer_literal":
      return Number(node.text);
    case "real_literal":
      return Number(node.text);
    case "variable":
      return variable(session, node.text, scope);
    case "parenthesized_expression":
      return session.valueOf(session, needed(first), scope);
    case "array_expression":
      return session.statements(session, first ?? undefined, scope);
    case "path_command_name":
    case "command_name_expr":
      return expression(session, needed(first), scope);
    case "script_block_expression":
      return { script: needed(part(part(node, "script_block"), "script_block_body")) };
    case "hash_literal_expression": {
      const entries: [string, Value][] = [];
      for (const entry of first?.namedChildren ?? []) {
        const [key, value] = entry?.namedChildren ?? [];
        entries.push([needed(key).text, await session.valueOf(session, needed(value), scope)]);
      }
      return hash(entries);
    }
    case "array_literal_expression": {
      const values: Value[] = [];
      for (const each of node.namedChildren) values.push(await expression(session, needed(each), scope));
      return values;
    }
    case "expression_with_unary_operator": {
      const operand = needed(node.namedChildren.at(-1));
      if (node.text.startsWith(",")) return [await expression(session, operand, scope)];
      if (first?.type === "cast_expression") {
        const type = typeOf(needed(part(first, "type_literal")));
        return cast(type, await expression(session, needed(first.namedChildren.at(-1)), scope));
      }
      if (node.text.startsWith("-")) return -Number(await expression(session, operand, scope));
      throw unknown(node);
    }
    case "additive_expression":
    case "additive_argument_expression": {
      const [left, right] = [
        await expression(session, needed(first), scope),
        await expression(session, needed(node.namedChildren.at(-1)), scope),
      ];
      if (typeof left !== "string" || !node.text.includes("+")) throw unknown(node);
      return left + toText(right);
    }
    case "comparison_expression":
      return compared(session, node, scope);
    case "logical_expression": {
      const operator = node.text.toLowerCase();
      if (!/ -or /.test(operator)) throw unknown(node);
      return (
        isTrue(await expression(session, needed(first), scope)) ||
        isTrue(
          await expression(
            session,
            needed(second?.type === "logical_operator" ? node.namedChildren[2] : second),
            scope,
          ),
        )
      );
    }
    case "member_access":
    case "invokation_expression":
      return member(session, node, scope);
    default:
      throw unknown(node);
  }
}

export async function compared(session: Running, node: Node, scope: Scope): Promise<Value> {
  const [left, operator, right] = node.namedChildren;
  const value = await expression(session, needed(left), scope);
  if (/^-is$/i.test(operator?.text ?? "")) return isOf(value, typeOf(stripped(needed(right))));
  if (/^-eq$/i.test(operator?.text ?? "")) return value === (await expression(session, needed(right), scope));
  throw unknown(node);
}

export async function member(session: Running, node: Node, scope: Scope): Promise<Value> {
  const [object, name] = node.namedChildren;
  const wanted = needed(name).text.toLowerCase();
  const on = stripped(needed(object));
  const found =
    on.type === "type_literal"
      ? script(typeOf(on), wanted)
      : memberOf(await expression(session, on, scope), wanted);
  if (node.type === "member_access") {
    if (typeof found === "function") throw unknown(node);
    return found;
  }
  if (typeof found !== "function") throw unknown(node);
  const given: Value[] = [];
  const list = part(part(node, "argument_list"), "argument_expression_list");
  for (const each of list?.namedChildren ?? []) given.push(await expression(session, needed(each), scope));
  return found(...given);
}

function script(type: string, wanted: string): Value | Method {
  if (type !== "management.automation.scriptblock" || wanted !== "create") return staticMember(type, wanted);
  return (source = "") => ({ script: parse(toText(source)) });
}

export function variable(session: Running, text: string, scope: Scope): Value {
  const name = nameOf(text);
  if (name === "true" || name === "false") return name === "true";
  if (name === "null") return null;
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    const found = at.variables.get(name);
    if (found !== undefined) return found;
  }
  return session.global.variables.get(name) ?? null;
}

function memberOf(value: Value, name: string): Value | Method {
  if (value !== null && typeof value === "object") {
    if ("items" in value && name === "add")
      return (item = null) => {
        value.items.push(item);
        return null;
      };
    if ("pairs" in value) return value.pairs.get(name)?.[1] ?? null;
    if ("members" in value) {
      if (name === "psobject")
        return thing("System.Management.Automation.PSObject", { properties: properties(value) });
      return value.members.get(name) ?? null;
    }
  }
  throw new Error(`The stand-in finds no member '${name}'.`);
}

/** An object's properties as a script sees them. */
function properties(of: Thing): Value[] {
  return [...of.members].flatMap(([name, value]) =>
    typeof value === "function"
      ? []
      : [thing("System.Management.Automation.PSNoteProperty", { name: of.names?.get(name) ?? name, value })],
  );
}
