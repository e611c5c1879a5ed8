import {
  type Document,
  type ErrorCode,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from "yaml";
import type { Path } from "./problem.ts";

/** Line and column, counted from 1. */
export interface Position {
  line: number;
  column: number;
}

/** A YAML text as plain data, with the way back from a path to its place in the text. */
export interface ConfigDocument {
  value: unknown;
  mistakes: (Position & { message: string })[];
  /** Where a value (or its key) is written; for what is absent, where it ought to be: at its nearest ancestor. */
  position: (path: Path, part: "key" | "value") => Position;
}

/** The parser's own messages may quote the text, and the text may hold a password: these do not. */
const explanations: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: "this alias is not allowed here",
  BAD_DIRECTIVE: "this % directive is not understood",
  BAD_DQ_ESCAPE: 'a backslash in "double quotes" starts an escape sequence: double it, or use single quotes',
  BAD_INDENT: "the indentation does not fit, or a bracket is not closed",
  BAD_SCALAR_START: "text cannot start with this character: put it in quotes",
  BLOCK_AS_IMPLICIT_KEY:
    "a second `key:` on this line: start a new line, or put text that contains `: ` in quotes",
  BLOCK_IN_FLOW: "a block cannot stand inside { } or [ ]",
  DUPLICATE_KEY: "this key is there twice: keep one",
  KEY_OVER_1024_CHARS: "this key is too long",
  MISSING_CHAR:
    "something is missing here: a colon with a space after a key, a comma, or a closing quote or bracket",
  MULTILINE_IMPLICIT_KEY: "a key has to fit on one line",
  MULTIPLE_DOCS: "a second document starts here: keep one per file",
  NON_STRING_KEY: "a key has to be text",
  TAB_AS_INDENT: "a tab cannot indent: use spaces",
  TAG_RESOLVE_FAILED: "this !tag is not known: leave it out",
  UNEXPECTED_TOKEN: "this is not expected here",
};

/** Parses one YAML 1.2 document; never throws. What is wrong with the text as YAML is in `mistakes`, without quoting it. */
export function readDocument(text: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: "error",
    merge: true,
    stringKeys: true,
  });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const mistakes = upToFirstUnexpected([...document.errors, ...document.warnings]).map(({ code, pos }) => ({
    ...at(pos[0]),
    message: text.startsWith("${", pos[0] - 1)
      ? "inside { } or [ ] put a reference in quotes"
      : (explanations[code] ?? "this is no YAML"),
  }));
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) === undefined)
        mistakes.push({
          ...at(alias.range?.[0] ?? 0),
          message: "a * starts an alias: put the text in quotes",
        });
    },
  });
  let value: unknown;
  if (mistakes.length === 0)
    try {
      value = withoutCycles(document.toJS({ maxAliasCount: 100 }));
    } catch {
      mistakes.push({
        line: 1,
        column: 1,
        message: "the aliases (*name) refer to themselves or are too many",
      });
    }
  return { value, mistakes, position: (path, part) => at(offsetOf(document, path, part)) };
}

/** After one unexpected token the parser finds fault with every one that follows. */
function upToFirstUnexpected<T extends { code: ErrorCode }>(errors: readonly T[]): readonly T[] {
  const first = errors.findIndex(({ code }) => code === "UNEXPECTED_TOKEN");
  return first === -1 ? errors : errors.slice(0, first + 1);
}

/** @throws when a value contains itself, which an anchor inside its own value makes possible. */
function withoutCycles(value: unknown): unknown {
  JSON.stringify(value);
  return value;
}

function offsetOf(document: Document, path: Path, part: "key" | "value"): number {
  let node: unknown = document.contents;
  let found = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const [index, step] of path.entries()) {
    const pair = entry(document, node, step);
    if (pair === undefined) break;
    const start = isNode(pair.value) ? pair.value.range?.[0] : undefined;
    // What is wrong with a whole block, or with nothing, is best seen at its key.
    const isEmpty = isScalar(pair.value) && pair.value.value === null && pair.value.source === "";
    const isBlock = isCollection(pair.value) && pair.value.flow !== true;
    const wantsKey = part === "key" || index < path.length - 1 || isEmpty || isBlock;
    const key = isNode(pair.key) ? pair.key.range?.[0] : undefined;
    found = (wantsKey ? (key ?? start) : (start ?? key)) ?? found;
    node = pair.value;
  }
  return found;
}

function entry(
  document: Document,
  node: unknown,
  step: string | number,
): { key?: unknown; value: unknown } | undefined {
  const resolved = isAlias(node) ? node.resolve(document) : node;
  if (!isCollection(resolved)) return undefined;
  if (isSeq(resolved))
    return typeof step === "number" && step in resolved.items ? { value: resolved.items[step] } : undefined;
  if (!isMap(resolved)) return undefined;
  const named = (key: string) =>
    resolved.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key);
  const merged = named("<<")?.value;
  return named(String(step)) ?? (isSeq(merged) ? undefined : entry(document, merged, step));
}
