import { readFileSync, readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** A test that carries a requirement's id. */
export interface Covering {
  /** From the project's root, with forward slashes. */
  file: string;
  /** Without the ids that it ends with. */
  title: string;
}

const root = fileURLToPath(new URL("../../../", import.meta.url));
const id = /MS-OXWS[A-Z]+_R\d+/g;

/** Which tests carry which ids, read from the test sources. */
export function coverage(): Map<string, Covering[]> {
  const found = new Map<string, Covering[]>();
  const names = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .toSorted();
  for (const name of names) {
    const file = `test/${name.split(sep).join("/")}`;
    for (const { title, ids } of titlesIn(readFileSync(join(root, file), "utf8")))
      for (const each of ids) found.set(each, [...(found.get(each) ?? []), { file, title }]);
  }
  return found;
}

/**
 * The tests of one source with the ids that their titles carry: those in the title itself and, of a `test.each`, those in its
 * table (written there, or a constant of the same file). Ids elsewhere, in comments or in suites' titles, count for nothing.
 */
export function titlesIn(source: string): { title: string; ids: string[] }[] {
  const tree = ts.createSourceFile("test.ts", source, ts.ScriptTarget.Latest, true);
  const constants = new Map<string, ts.Expression>();
  const found: { title: string; ids: string[] }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer)
      constants.set(node.name.text, node.initializer);
    if (ts.isCallExpression(node) && isTest(node.expression)) {
      const [title] = node.arguments;
      if (title && ts.isStringLiteralLike(title)) {
        const ids = [title, ...tablesOf(node.expression, constants)].flatMap(idsIn);
        if (ids.length > 0) found.push({ title: bare(title.text), ids: [...new Set(ids)] });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** `test`, `test.only`, `test.each(table)`, `test.skipIf(why)`. A test that is always skipped proves nothing. */
function isTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return callee.text === "test";
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text !== "skip" && isTest(callee.expression);
  return ts.isCallExpression(callee) && isTest(callee.expression);
}

function tablesOf(callee: ts.Expression, constants: Map<string, ts.Expression>): ts.Node[] {
  if (!ts.isCallExpression(callee) || !ts.isPropertyAccessExpression(callee.expression)) return [];
  if (callee.expression.name.text !== "each") return [];
  return callee.arguments.map(
    (table) => (ts.isIdentifier(table) ? constants.get(table.text) : table) ?? table,
  );
}

/** Ids in the string literals below a node. */
function idsIn(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return node.text.match(id) ?? [];
  return node.getChildren().flatMap(idsIn);
}

function bare(title: string): string {
  return title
    .replace(/[\s(,]*(?:MS-OXWS[A-Z]+_R\d+[\s,]*|%[sj][\s,]*)+\)?\s*$/, "")
    .replace(/\s+/g, " ")
    .trim();
}
