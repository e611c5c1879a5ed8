import type { ErrorObject } from "ajv";
import { LineCounter, isMap, isNode, isSeq, parseDocument, type Node } from "yaml";

/** A seed file as it was written: what it says, and where. */
export interface SeedDocument {
  content: unknown;
  /** `line 3, column 5` of a value; of the nearest one above it where it is missing. */
  place: (path: readonly (string | number)[]) => string;
}

/** Something wrong in a seed file, and the path of the value that is meant: `["people", 0, "name"]`. */
export interface Mistake {
  path: readonly (string | number)[];
  message: string;
}

/** Reads YAML, or JSON. @throws Error that lists every mistake of form with its place */
export function readSeedDocument(file: string, source: string): SeedDocument {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  if (document.errors.length > 0) {
    const told = document.errors.map(
      ({ pos, message }) => `  ${at(pos[0])}: ${message.split(" at line ")[0]}`,
    );
    throw new Error(`The seed file ${file} is neither YAML nor JSON:\n${told.join("\n")}`);
  }
  return {
    content: document.toJS() ?? {},
    place: (path) => at(nearest(document.contents, path)?.range?.[0] ?? 0),
  };
}

/** What is wrong with a seed file, one line for each mistake. */
export function listed(file: string, { place }: SeedDocument, mistakes: readonly Mistake[]): Error {
  const told = mistakes.map(
    ({ path, message }) => `  ${place(path)}: ${path.length > 0 ? `${path.join("/")} ` : ""}${message}`,
  );
  return new Error(`The seed file ${file} is wrong:\n${told.join("\n")}`);
}

/** A finding of the schema as a mistake; a key that nobody knows is pointed at itself. */
export function mistakeOf({ instancePath, message = "", params }: ErrorObject): Mistake {
  const path = instancePath
    .split("/")
    .slice(1)
    .map((each) => (/^\d+$/.test(each) ? Number(each) : each));
  const unknown = params["additionalProperty"];
  if (typeof unknown === "string") return { path: [...path, unknown], message: "is not known here" };
  const choices = params["allowedValues"];
  return { path, message: Array.isArray(choices) ? `must be one of ${choices.join(", ")}` : message };
}

function nearest(contents: unknown, path: readonly (string | number)[]): Node | undefined {
  let node = isNode(contents) ? contents : undefined;
  for (const [depth, step] of path.entries()) {
    let next: unknown;
    if (isSeq(node)) next = node.items[Number(step)];
    else if (isMap(node)) {
      const pair = node.items.find(({ key }) => String(key) === step);
      // A key says more than its value where the value is all that there is to point at.
      next = depth === path.length - 1 ? pair?.key : pair?.value;
    }
    if (!isNode(next)) return node;
    node = next;
  }
  return node;
}
