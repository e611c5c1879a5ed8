import { command, Leaving } from "./command.ts";
import { expression } from "./expression.ts";
import type { Node } from "./grammar.ts";
import type { Running, Scope } from "./running.ts";
import { nameOf, needed, part, stripped, unknown } from "./tree.ts";
import { collected, enumerate, isTrue, Thrown, toText, type Value } from "./value.ts";

export async function statements(session: Running, node: Node | undefined, scope: Scope): Promise<Value[]> {
  const output: Value[] = [];
  try {
    for (const each of node?.namedChildren ?? []) {
      if (!each || ["comment", "empty_statement"].includes(each.type)) continue;
      const run = each.type === "statement_list" ? statements : statement;
      output.push(...(await run(session, each, scope)));
    }
  } catch (error) {
    throw error instanceof Leaving ? new Leaving([...output, ...error.output]) : error;
  }
  return output;
}

export async function statement(session: Running, node: Node, scope: Scope): Promise<Value[]> {
  switch (node.type) {
    case "pipeline":
      return pipeline(session, node, scope);
    case "function_statement":
      return declare(session, node);
    case "flow_control_statement": {
      if (!node.text.toLowerCase().startsWith("return")) throw unknown(node);
      const value = part(node, "pipeline");
      throw new Leaving(value ? await pipeline(session, value, scope) : []);
    }
    case "if_statement": {
      const [condition, then, otherwise] = node.namedChildren;
      if (isTrue(await valueOf(session, needed(condition), scope)))
        return statements(session, then ?? undefined, scope);
      if (otherwise && otherwise.type !== "else_clause") throw unknown(otherwise);
      return otherwise ? statements(session, part(otherwise, "statement_block"), scope) : [];
    }
    case "foreach_statement": {
      const [variable, over, body] = node.namedChildren;
      const output: Value[] = [];
      for (const each of (await pipeline(session, needed(over), scope)).flatMap(enumerate)) {
        assign(session, needed(variable).text, each, scope);
        output.push(...(await statements(session, body ?? undefined, scope)));
      }
      return output;
    }
    case "try_statement": {
      const [body, clauses] = node.namedChildren;
      try {
        return await statements(session, body ?? undefined, scope);
      } catch (error) {
        if (error instanceof Leaving) throw error;
        const record =
          error instanceof Thrown
            ? error.record
            : new Thrown("System.Exception", "Exception", String(error)).record;
        scope.variables.set("_", record);
        return statements(session, part(needed(clauses?.namedChildren[0]), "statement_block"), scope);
      }
    }
    default:
      throw unknown(node);
  }
}

export function declare(session: Running, node: Node): Value[] {
  const list = part(part(node, "function_parameter_declaration"), "parameter_list");
  const parameters = (list?.namedChildren ?? []).map((each) =>
    nameOf(needed(part(needed(each), "variable")).text),
  );
  const body = part(part(node, "script_block"), "script_block_body");
  const name = needed(part(node, "function_name")).text.toLowerCase();
  session.declared.set(name.replace(/^global:/, ""), { parameters, body });
  return [];
}

export async function pipeline(session: Running, node: Node, scope: Scope): Promise<Value[]> {
  const [first, second] = node.namedChildren;
  if (second) throw unknown(node);
  const only = needed(first);
  if (only.type === "assignment_expression") {
    const [left, operator, right] = only.namedChildren;
    if (operator?.text !== "=") throw unknown(only);
    await put(session, stripped(needed(left)), await valueOf(session, needed(right), scope), scope);
    return [];
  }
  if (only.namedChildren.length > 1) throw unknown(only);
  const inner = needed(only.namedChildren[0]);
  if (inner.type === "command") return command(session, inner, scope);
  const value = await expression(session, inner, scope);
  return value === null && nothing(inner) ? [] : enumerate(value);
}

/** A pipeline's value: an expression's is not taken apart. */
export async function valueOf(session: Running, node: Node, scope: Scope): Promise<Value> {
  const [only] = node.namedChildren;
  const [inner, more] = only?.namedChildren ?? [];
  return only?.type === "pipeline_chain" && inner && !more && inner.type !== "command"
    ? expression(session, inner, scope)
    : collected(await pipeline(session, node, scope));
}

/** Calls that answer nothing write nothing. */
function nothing(node: Node): boolean {
  return stripped(node).type === "invokation_expression";
}

export async function put(session: Running, target: Node, value: Value, scope: Scope): Promise<void> {
  if (target.type === "variable") return assign(session, target.text, value, scope);
  const [object, key] = target.namedChildren;
  const holder = await expression(session, needed(object), scope);
  const name =
    target.type === "element_access"
      ? toText(await expression(session, needed(key), scope))
      : needed(key).text;
  if (holder !== null && typeof holder === "object") {
    if ("pairs" in holder) return void holder.pairs.set(name.toLowerCase(), [name, value]);
    if ("members" in holder && holder.members.has(name.toLowerCase()))
      return void holder.members.set(name.toLowerCase(), value);
  }
  throw unknown(target);
}

export function assign(session: Running, variable: string, value: Value, scope: Scope): void {
  const name = nameOf(variable);
  (/^\$global:/i.test(variable) ? session.global : scope).variables.set(name, value);
}
