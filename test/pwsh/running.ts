import type { Node } from "./grammar.ts";
import type { Value } from "./value.ts";

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

/** Variables of one call, by lower-case name; what is not there is looked for in the caller's. */
export interface Scope {
  variables: Map<string, Value>;
  parent?: Scope;
  warn: (text: string) => void;
}

/** A function of the script. */
export interface Declared {
  parameters: string[];
  body: Node | undefined;
}

/** A session on its way. */
export interface Running {
  global: Scope;
  declared: Map<string, Declared>;
  commands: Commands;
  switches: Switches;
  /** The parts of the evaluation that need each other. */
  statements: (session: Running, node: Node | undefined, scope: Scope) => Promise<Value[]>;
  valueOf: (session: Running, node: Node, scope: Scope) => Promise<Value>;
}
