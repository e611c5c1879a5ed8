import { expression } from "./expression.ts";
import type { Node } from "./grammar.ts";
import type { Invocation, Running, Scope } from "./running.ts";
import { needed, unknown } from "./tree.ts";
import { thing, type Value } from "./value.ts";

/** `return`, on its way to whoever called; with what was written so far. */
export class Leaving {
  readonly output: Value[];
  constructor(output: Value[]) {
    this.output = output;
  }
}

export async function command(session: Running, node: Node, scope: Scope): Promise<Value[]> {
  const parts = node.namedChildren.filter((each) => each !== null);
  const operator = parts.find(({ type }) => type === "command_invokation_operator")?.text;
  const elements = parts.find(({ type }) => type === "command_elements");
  const named: Invocation["named"] = new Map();
  const others: Value[] = [];
  const name = parts.find(({ type }) => type === "command_name")?.text ?? "";
  let pending: string | undefined;
  let merged = false;
  const flags = session.switches(name.toLowerCase());
  for (const each of elements?.namedChildren ?? []) {
    if (!each || each.type === "command_argument_sep") continue;
    if (each.type === "redirection") {
      if (each.text !== "3>&1") throw unknown(each);
      merged = true;
    } else if (each.type === "command_parameter") {
      pending = each.text.replace(/^-|:$/g, "");
      named.set(pending.toLowerCase(), { name: pending, value: true });
      if (flags.includes(pending.toLowerCase())) pending = undefined;
    } else {
      const value = await expression(session, each, scope);
      if (each.text.startsWith("@") && value !== null && typeof value === "object" && "pairs" in value)
        for (const [key, [given, of]] of value.pairs) named.set(key, { name: given, value: of });
      else if (pending === undefined) others.push(value);
      else named.set(pending.toLowerCase(), { name: pending, value });
      pending = undefined;
    }
  }
  const output: Value[] = [];
  const inner: Scope = {
    variables: new Map(),
    parent: scope,
    warn: merged
      ? (text) =>
          void output.push(thing("System.Management.Automation.WarningRecord", { message: text }, text))
      : scope.warn,
  };
  if (operator !== undefined) {
    const target = parts.find(
      ({ type }) => type !== "command_invokation_operator" && type !== "command_elements",
    );
    const block = await expression(session, needed(target), scope);
    if (block === null || typeof block !== "object" || !("script" in block)) throw unknown(node);
    output.push(...(await called(session, block.script, operator === "." ? scope : inner)));
    return output;
  }
  const own = session.declared.get(name.toLowerCase());
  if (!own) return session.commands({ name, named, others }, inner.warn);
  own.parameters.forEach((parameter, index) =>
    inner.variables.set(parameter, named.get(parameter)?.value ?? others[index] ?? null),
  );
  return called(session, own.body, inner);
}

export async function called(session: Running, body: Node | undefined, scope: Scope): Promise<Value[]> {
  try {
    return await session.statements(session, body, scope);
  } catch (error) {
    if (error instanceof Leaving) return error.output;
    throw error;
  }
}
