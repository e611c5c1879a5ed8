import { createRequire } from "node:module";
import { Language, Parser, type Node } from "web-tree-sitter";

const require = createRequire(import.meta.url);
await Parser.init();
const parser = new Parser();
parser.setLanguage(
  await Language.load(require.resolve("tree-sitter-powershell/tree-sitter-powershell.wasm")),
);

export type { Node };

/** PowerShell source as a tree. @throws Error for what is no PowerShell */
export function parse(source: string): Node {
  const tree = parser.parse(source);
  if (!tree || tree.rootNode.hasError) throw new Error("ParserError: this is not PowerShell.");
  return tree.rootNode;
}

/** Whether a line begins a block that ends on another line. */
export function isIncomplete(source: string): boolean {
  const open = [...source.replace(/'[^']*'|"[^"]*"|#.*$/gm, "")].reduce(
    (depth, character) => depth + Number("{([".includes(character)) - Number("})]".includes(character)),
    0,
  );
  return open > 0;
}
