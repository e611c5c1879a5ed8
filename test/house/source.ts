import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** One import, re-export or `import()` of a file. */
export interface Import {
  /** A path from the project's root (`providers/kind.ts`), or a package (`@pulumi/pulumi`, `node:fs`). */
  target: string;
  local: boolean;
  /** Erased at run time: `import type` as a whole, or `import("...").Type`. */
  typeOnly: boolean;
}

/** What the house rules ask about one source file. */
export interface Source {
  /** From the project's root, with forward slashes. */
  path: string;
  lines: number;
  imports: Import[];
  defaultExport: boolean;
  /** `process.env`, `Date.now`, `Math.random` ...: every `object.member` of plain names. */
  members: Set<string>;
  /** Names called or constructed: `fetch`, `setTimeout`, `Date()` for a Date made without arguments. */
  calls: Set<string>;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const rooms = ["stacks", "providers", "reconciler", "ntlm", "test"];

/** Files of the rooms whose path matches, from the project's root, sorted. */
export function files(pattern: RegExp): string[] {
  return rooms
    .flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((name) => join(room, name)),
    )
    .map((path) => path.split(sep).join("/"))
    .filter((path) => pattern.test(path))
    .toSorted();
}

/** The text of a file, by its path from the project's root. */
export function text(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Reads every source file of the rooms with the TypeScript parser. */
export function sources(): Source[] {
  return files(/\.(ts|mjs)$/).map((path) => read(path, text(path)));
}

/** Parses one file; `path` is from the project's root. */
export function read(path: string, content: string): Source {
  const tree = ts.createSourceFile(path, content, ts.ScriptTarget.Latest, true);
  const source: Source = {
    path,
    lines: content.trimEnd().split("\n").length,
    imports: [],
    defaultExport: false,
    members: new Set(),
    calls: new Set(),
  };
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier && ts.isStringLiteralLike(specifier))
      source.imports.push({ ...resolve(path, specifier.text), typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    if (ts.isExportAssignment(node) || isDefault(node)) source.defaultExport = true;
    if (ts.isPropertyAccessExpression(node))
      source.members.add(`${node.expression.getText()}.${node.name.text}`);
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) source.calls.add(node.expression.text);
    if (ts.isNewExpression(node) && !node.arguments?.length)
      source.calls.add(`${node.expression.getText()}()`);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return source;
}

function isDefault(node: ts.Node): boolean {
  if (ts.isExportSpecifier(node)) return node.name.text === "default";
  return (
    ts.canHaveModifiers(node) &&
    !!ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)
  );
}

function resolve(from: string, specifier: string): { target: string; local: boolean } {
  if (!specifier.startsWith(".")) return { target: specifier, local: false };
  const target = relative(root, join(root, dirname(from), specifier));
  return { target: target.split(sep).join("/"), local: true };
}
