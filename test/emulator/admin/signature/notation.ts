import type { SideName } from "../../store.ts";
import type { ParameterKind, ParameterType } from "../parameter.ts";

/** Which parameters a cmdlet has, by name. */
export interface Signature {
  /** The one side that has it; both where nothing is said. */
  side?: SideName;
  /** The set that counts where the given parameters leave several open. */
  defaultSet?: string;
  parameters: Record<string, ParameterType>;
}

/**
 * Reads a table of signatures. A block begins with cmdlets (`New-X Set-X @online default=Set`: they have what follows in common; a
 * cmdlet may have several blocks), then a line per kind, wrapped lines indented. After a name come `!` (mandatory), `@online` or
 * `@onPremises` (there alone), `(A|B)` (an enumeration's names) and `{Set,Other!}` (the sets it is in; `!` where it is mandatory in some of them).
 * @throws Error for a line that is none of these
 */
export function readSignatures(table: string): Map<string, Signature> {
  const found = new Map<string, Signature>();
  let block: Signature[] = [];
  for (const line of table.trim().replaceAll(/\n +/g, " ").split("\n")) {
    const [, kind, names] = /^(\w+): (.*)$/.exec(line) ?? [];
    if (kind !== undefined && names !== undefined) {
      for (const entry of names.split(" ")) {
        const [name, type] = readParameter(kind as ParameterKind, entry);
        for (const { parameters } of block) parameters[name] = type;
      }
      continue;
    }
    const words = line.split(" ");
    const defaultSet = words.find((word) => word.startsWith("default="))?.slice("default=".length);
    const side = words.find((word) => word.startsWith("@"))?.slice(1) as SideName | undefined;
    block = words
      .filter((word) => /^[A-Z]\w+-\w+$/.test(word))
      .map((name) => {
        const signature = found.get(name) ?? { parameters: {} };
        if (defaultSet !== undefined) signature.defaultSet = defaultSet;
        if (side !== undefined) signature.side = side;
        found.set(name, signature);
        return signature;
      });
    if (block.length === 0)
      throw new Error(`A line of a signature is neither cmdlets nor parameters: ${line}`);
  }
  return found;
}

function readParameter(kind: ParameterKind, entry: string): [string, ParameterType] {
  const [, name, mandatory, side, values, sets] =
    /^(\w+)(!)?(?:@(\w+))?(?:\(([^)]+)\))?(?:\{([^}]+)\})?$/.exec(entry) ?? [];
  if (name === undefined) throw new Error(`A parameter of a signature cannot be read: ${entry}`);
  return [
    name,
    {
      kind,
      ...(mandatory ? { mandatory: true } : {}),
      ...(side === undefined ? {} : { side: side as SideName }),
      ...(values === undefined ? {} : { values: values.split("|") }),
      ...(sets === undefined ? {} : inSets(sets.split(","))),
    },
  ];
}

function inSets(sets: string[]): Pick<ParameterType, "sets" | "mandatoryIn"> {
  const must = sets.filter((set) => set.endsWith("!")).map((set) => set.slice(0, -1));
  return {
    sets: sets.map((set) => set.replace("!", "")),
    ...(must.length === 0 ? {} : { mandatoryIn: must }),
  };
}
