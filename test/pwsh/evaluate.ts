import { cast, isOf, staticMember, typeNamed } from "./dotnet.ts";
import { parse, type Node } from "./grammar.ts";
import {
  collected,
  enumerate,
  hash,
  isTrue,
  Thrown,
  thing,
  toText,
  type Method,
  type Thing,
  type Value,
} from "./value.ts";

/** One command as it was called: what was named, and the rest. `true` where a name stands without a value. */
export interface Invocation {
  name: string;
  named: Map<string, { name: string; value: Value }>;
  others: Value[];
}

/** Runs what is no function of the script. Answers the objects that it wrote; `warn` takes its warnings. @throws Thrown */
export type Commands = (invocation: Invocation, warn: (text: string) => void) => Promise<Value[]>;

/** Names of parameters that take no value, by command; others take the next argument. Lower case. */
export type Switches = (command: string) => readonly string[];

interface Scope {
  variables: Map<string, Value>;
  parent?: Scope;
  warn: (text: string) => void;
}

class Leaving {
  readonly output: Value[];
  constructor(output: Value[]) {
    this.output = output;
  }
}

interface Declared {
  parameters: string[];
  body: Node | undefined;
}

/**
 * A session of PowerShell: as much of the language as the product writes, and an error for everything beyond. Evaluates a tree of the
 * grammar; values behave as in PowerShell (what a pipeline writes is taken apart, names have no letter case).
 */
export function createSession(commands: Commands, switches: Switches, warn: (text: string) => void) {
  const global: Scope = { variables: new Map(), warn };
  const declared = new Map<string, Declared>();

  async function statements(node: Node | undefined, scope: Scope): Promise<Value[]> {
    const output: Value[] = [];
    for (const each of node?.namedChildren ?? []) {
      if (!each || ["comment", "empty_statement"].includes(each.type)) continue;
      output.push(
        ...(each.type === "statement_list" ? await statements(each, scope) : await statement(each, scope)),
      );
    }
    return output;
  }

  async function statement(node: Node, scope: Scope): Promise<Value[]> {
    switch (node.type) {
      case "pipeline":
        return pipeline(node, scope);
      case "function_statement":
        return declare(node);
      case "flow_control_statement": {
        if (!node.text.toLowerCase().startsWith("return")) throw unknown(node);
        const value = part(node, "pipeline");
        throw new Leaving(value ? await pipeline(value, scope) : []);
      }
      case "if_statement": {
        const [condition, then, otherwise] = node.namedChildren;
        if (isTrue(await valueOf(needed(condition), scope))) return statements(then ?? undefined, scope);
        if (otherwise && otherwise.type !== "else_clause") throw unknown(otherwise);
        return otherwise ? statements(part(otherwise, "statement_block"), scope) : [];
      }
      case "foreach_statement": {
        const [variable, over, body] = node.namedChildren;
        const output: Value[] = [];
        for (const each of (await pipeline(needed(over), scope)).flatMap(enumerate)) {
          assign(needed(variable).text, each, scope);
          output.push(...(await statements(body ?? undefined, scope)));
        }
        return output;
      }
      case "try_statement": {
        const [body, clauses] = node.namedChildren;
        try {
          return await statements(body ?? undefined, scope);
        } catch (error) {
          if (error instanceof Leaving) throw error;
          const record =
            error instanceof Thrown
              ? error.record
              : new Thrown("System.Exception", "Exception", String(error)).record;
          scope.variables.set("_", record);
          return statements(part(needed(clauses?.namedChildren[0]), "statement_block"), scope);
        }
      }
      default:
        throw unknown(node);
    }
  }

  function declare(node: Node): Value[] {
    const list = part(part(node, "function_parameter_declaration"), "parameter_list");
    const parameters = (list?.namedChildren ?? []).map((each) =>
      nameOf(needed(part(needed(each), "variable")).text),
    );
    const body = part(part(node, "script_block"), "script_block_body");
    declared.set(needed(part(node, "function_name")).text.toLowerCase(), { parameters, body });
    return [];
  }

  async function pipeline(node: Node, scope: Scope): Promise<Value[]> {
    const [first, second] = node.namedChildren;
    if (second) throw unknown(node);
    const only = needed(first);
    if (only.type === "assignment_expression") {
      const [left, operator, right] = only.namedChildren;
      if (operator?.text !== "=") throw unknown(only);
      await put(stripped(needed(left)), await valueOf(needed(right), scope), scope);
      return [];
    }
    if (only.namedChildren.length > 1) throw unknown(only);
    const inner = needed(only.namedChildren[0]);
    if (inner.type === "command") return command(inner, scope);
    const value = await expression(inner, scope);
    return value === null && nothing(inner) ? [] : enumerate(value);
  }

  /** A pipeline's value: an expression's is not taken apart. */
  async function valueOf(node: Node, scope: Scope): Promise<Value> {
    const [only] = node.namedChildren;
    const [inner, more] = only?.namedChildren ?? [];
    return only?.type === "pipeline_chain" && inner && !more && inner.type !== "command"
      ? expression(inner, scope)
      : collected(await pipeline(node, scope));
  }

  /** Calls that answer nothing write nothing. */
  function nothing(node: Node): boolean {
    return stripped(node).type === "invokation_expression";
  }

  async function put(target: Node, value: Value, scope: Scope): Promise<void> {
    if (target.type === "variable") return assign(target.text, value, scope);
    const [object, key] = target.namedChildren;
    const holder = await expression(needed(object), scope);
    const name =
      target.type === "element_access" ? toText(await expression(needed(key), scope)) : needed(key).text;
    if (holder !== null && typeof holder === "object") {
      if ("pairs" in holder) return void holder.pairs.set(name.toLowerCase(), [name, value]);
      if ("members" in holder && holder.members.has(name.toLowerCase()))
        return void holder.members.set(name.toLowerCase(), value);
    }
    throw unknown(target);
  }

  function assign(variable: string, value: Value, scope: Scope): void {
    const name = nameOf(variable);
    (/^\$global:/i.test(variable) ? global : scope).variables.set(name, value);
  }

  async function command(node: Node, scope: Scope): Promise<Value[]> {
    const parts = node.namedChildren.filter((each) => each !== null);
    const operator = parts.find(({ type }) => type === "command_invokation_operator")?.text;
    const elements = parts.find(({ type }) => type === "command_elements");
    const named: Invocation["named"] = new Map();
    const others: Value[] = [];
    const name = parts.find(({ type }) => type === "command_name")?.text ?? "";
    let pending: string | undefined;
    let joined = false;
    let merged = false;
    const flags = switches(name.toLowerCase());
    for (const each of elements?.namedChildren ?? []) {
      if (!each) continue;
      if (each.type === "command_argument_sep") joined = each.text === ":";
      else if (each.type === "redirection") {
        if (each.text !== "3>&1") throw unknown(each);
        merged = true;
      } else if (each.type === "command_parameter") {
        pending = each.text.replace(/^-|:$/g, "");
        joined = each.text.endsWith(":");
        named.set(pending.toLowerCase(), { name: pending, value: true });
        if (flags.includes(pending.toLowerCase()) && !joined) pending = undefined;
      } else {
        const value = await expression(each, scope);
        if (pending === undefined) others.push(value);
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
      const block = await expression(needed(target), scope);
      if (block === null || typeof block !== "object" || !("script" in block)) throw unknown(node);
      output.push(...(await called(block.script, operator === "." ? scope : inner)));
      return output;
    }
    const own = declared.get(name.toLowerCase());
    if (!own) return commands({ name, named, others }, inner.warn);
    own.parameters.forEach((parameter, index) =>
      inner.variables.set(parameter, named.get(parameter)?.value ?? others[index] ?? null),
    );
    return called(own.body, inner);
  }

  async function called(body: Node | undefined, scope: Scope): Promise<Value[]> {
    try {
      return await statements(body, scope);
    } catch (error) {
      if (error instanceof Leaving) return error.output;
      throw error;
    }
  }

  async function expression(given: Node, scope: Scope): Promise<Value> {
    const node = stripped(given);
    const [first, second] = node.namedChildren;
    switch (node.type) {
      case "string_literal":
        return literal(needed(first));
      case "integer_literal":
        return Number(node.text);
      case "real_literal":
        return Number(node.text);
      case "variable":
        return variable(node.text, scope);
      case "parenthesized_expression":
        return valueOf(needed(first), scope);
      case "array_expression":
        return statements(first ?? undefined, scope);
      case "path_command_name":
      case "command_name_expr":
        return expression(needed(first), scope);
      case "script_block_expression":
        return { script: needed(part(part(node, "script_block"), "script_block_body")) };
      case "hash_literal_expression": {
        const entries: [string, Value][] = [];
        for (const entry of first?.namedChildren ?? []) {
          const [key, value] = entry?.namedChildren ?? [];
          entries.push([needed(key).text, await valueOf(needed(value), scope)]);
        }
        return hash(entries);
      }
      case "array_literal_expression": {
        const values: Value[] = [];
        for (const each of node.namedChildren) values.push(await expression(needed(each), scope));
        return values;
      }
      case "expression_with_unary_operator": {
        const operand = needed(node.namedChildren.at(-1));
        if (node.text.startsWith(",")) return [await expression(operand, scope)];
        if (first?.type === "cast_expression") {
          const type = typeOf(needed(part(first, "type_literal")));
          return cast(type, await expression(needed(first.namedChildren.at(-1)), scope));
        }
        if (node.text.startsWith("-")) return -Number(await expression(operand, scope));
        throw unknown(node);
      }
      case "additive_expression":
      case "additive_argument_expression": {
        const [left, right] = [
          await expression(needed(first), scope),
          await expression(needed(node.namedChildren.at(-1)), scope),
        ];
        if (typeof left !== "string" || !node.text.includes("+")) throw unknown(node);
        return left + toText(right);
      }
      case "comparison_expression":
        return compared(node, scope);
      case "logical_expression": {
        const operator = node.text.toLowerCase();
        if (!/ -or /.test(operator)) throw unknown(node);
        return (
          isTrue(await expression(needed(first), scope)) ||
          isTrue(
            await expression(
              needed(second?.type === "logical_operator" ? node.namedChildren[2] : second),
              scope,
            ),
          )
        );
      }
      case "member_access":
      case "invokation_expression":
        return member(node, scope);
      default:
        throw unknown(node);
    }
  }

  async function compared(node: Node, scope: Scope): Promise<Value> {
    const [left, operator, right] = node.namedChildren;
    const value = await expression(needed(left), scope);
    if (/^-is$/i.test(operator?.text ?? "")) return isOf(value, typeOf(stripped(needed(right))));
    if (/^-eq$/i.test(operator?.text ?? "")) return value === (await expression(needed(right), scope));
    throw unknown(node);
  }

  async function member(node: Node, scope: Scope): Promise<Value> {
    const [object, name] = node.namedChildren;
    const wanted = needed(name).text.toLowerCase();
    const on = stripped(needed(object));
    const found =
      on.type === "type_literal" ? script(typeOf(on), wanted) : memberOf(await expression(on, scope), wanted);
    if (node.type === "member_access") {
      if (typeof found === "function") throw unknown(node);
      return found;
    }
    if (typeof found !== "function") throw unknown(node);
    const given: Value[] = [];
    const list = part(part(node, "argument_list"), "argument_expression_list");
    for (const each of list?.namedChildren ?? []) given.push(await expression(needed(each), scope));
    return found(...given);
  }

  function script(type: string, wanted: string): Value | Method {
    if (type !== "management.automation.scriptblock" || wanted !== "create")
      return staticMember(type, wanted);
    return (source = "") => ({ script: parse(toText(source)) });
  }

  function variable(text: string, scope: Scope): Value {
    const name = nameOf(text);
    if (name === "true" || name === "false") return name === "true";
    if (name === "null") return null;
    for (let at: Scope | undefined = scope; at; at = at.parent) {
      const found = at.variables.get(name);
      if (found !== undefined) return found;
    }
    return global.variables.get(name) ?? null;
  }

  return {
    /** Runs source, and answers what it wrote. @throws Thrown, or Error for what is no PowerShell */
    run: async (source: string): Promise<Value[]> => called(parse(source), global),
  };
}

/** A node without the operators' levels that hold nothing but it. */
function stripped(node: Node): Node {
  const [only, more] = node.namedChildren;
  const level =
    /^(left_assignment|logical|bitwise|comparison|additive|multiplicative|format|range|array_literal|unary)(_argument)?_expression$/;
  const wraps = level.test(node.type) || ["argument_expression", "cast_expression"].includes(node.type);
  return only && !more && wraps && only.text.length === node.text.length ? stripped(only) : node;
}

/** Verbatim strings only: nothing in what the product writes is to be expanded. */
function literal(node: Node): string {
  const inner = node.text.slice(1, -1);
  if (node.type === "verbatim_string_characters") return inner.replaceAll("''", "'");
  if (node.type === "expandable_string_literal" && !/[$`]/.test(inner)) return inner;
  throw unknown(node);
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

function typeOf(node: Node): string {
  return typeNamed(node.text.replace(/^\[|\]$/g, ""));
}

function nameOf(variable: string): string {
  return variable.replace(/^\$\{?(global:)?|\}$/gi, "").toLowerCase();
}

function part(node: Node | null | undefined, type: string): Node | undefined {
  return node?.namedChildren.find((each) => each?.type === type) ?? undefined;
}

function needed<Given>(node: Given | null | undefined): Given {
  if (node === null || node === undefined) throw new Error("The tree of the source lacks a part.");
  return node;
}

function unknown(node: Node): Error {
  return new Error(`The stand-in does not do this of PowerShell (${node.type}).`);
}
