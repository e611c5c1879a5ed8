import type { Row, SideName } from "../store.ts";
import type { SignedCmdlet } from "./cmdlet.ts";
import { convert } from "./convert.ts";
import { binding } from "./fault.ts";
import type { ParameterType } from "./parameter.ts";

/** Parameters of PowerShell itself, taken by every cmdlet. */
const common = new Map(
  `Debug ErrorAction ErrorVariable InformationAction InformationVariable OutBuffer OutVariable PipelineVariable ProgressAction Verbose
  WarningAction WarningVariable`
    .split(/\s+/)
    .map((name) => [name.toLowerCase(), name]),
);
/** Short names that PowerShell has for its own. */
const aliases = new Map([
  ["cf", "confirm"],
  ["wi", "whatif"],
]);

/** What a cmdlet takes on a side, by name; `held` says what the caller's roles leave of it. */
export function parametersOn(
  cmdlet: SignedCmdlet,
  side: SideName,
  held: (parameter: string) => boolean = () => true,
): Map<string, ParameterType> {
  return new Map(
    Object.entries(cmdlet.parameters).filter(
      ([name, type]) => (type.side === undefined || type.side === side) && held(name),
    ),
  );
}

/**
 * Binds the parameters of a request as PowerShell does: names without letter case, or abbreviated as far as they stay unambiguous;
 * values converted; one parameter set for all of them.
 * @throws CmdletError for an unknown, ambiguous, doubled, missing or unsuitable parameter, or for parameters of different sets.
 */
export function bind(cmdlet: SignedCmdlet, known: Map<string, ParameterType>, given: Row): Row {
  const bound: Row = {};
  for (const [wanted, value] of Object.entries(given)) {
    const name = nameOf(known, wanted);
    if (name === undefined) continue;
    if (name in bound) {
      throw binding(
        `Cannot bind parameter because parameter '${name}' is specified more than once. To provide multiple values to parameters that can accept multiple values, use the array syntax. For example, "-parameter value1,value2,value3".`,
      );
    }
    const type = known.get(name);
    if (type) bound[name] = convert(name, type, value);
  }
  const missing = [...known]
    .filter(([name, type]) => type.mandatory && !type.sets && !(name in bound))
    .map(([name]) => name);
  const lacking = [...new Set([...missing, ...missingOfSet(cmdlet, known, bound)])];
  if (lacking.length > 0) {
    throw binding(
      `Cannot process command because of one or more missing mandatory parameters: ${lacking.join(" ")}.`,
    );
  }
  return bound;
}

/** The full name behind a given one; undefined for a parameter of PowerShell itself. @throws CmdletError */
function nameOf(known: Map<string, ParameterType>, wanted: string): string | undefined {
  const lower = wanted.toLowerCase();
  const names = [...known.keys()];
  const exact = names.find((name) => name.toLowerCase() === (aliases.get(lower) ?? lower));
  if (exact !== undefined) return exact;
  if (common.has(lower)) return undefined;
  const longer = names.filter((name) => lower !== "" && name.toLowerCase().startsWith(lower));
  const [only, another] = longer;
  if (only !== undefined && another === undefined) return only;
  if (another !== undefined) {
    throw binding(
      `Parameter cannot be processed because the parameter name '${wanted}' is ambiguous. Possible matches include: ${longer.map((name) => `-${name}`).join(" ")}.`,
    );
  }
  throw binding(`A parameter cannot be found that matches parameter name '${wanted}'.`);
}

/** What the one parameter set of a call still lacks. @throws CmdletError when no set, or more than one, fits. */
function missingOfSet(cmdlet: SignedCmdlet, known: Map<string, ParameterType>, bound: Row): string[] {
  // A set that demands what this side does not have, or what the caller's roles leave out, is not there.
  const closed = new Set(
    Object.entries(cmdlet.parameters)
      .filter(([name]) => !known.has(name))
      .flatMap(([, type]) => type.mandatoryIn ?? (type.mandatory ? (type.sets ?? []) : [])),
  );
  const { defaultSet } = cmdlet;
  const named = [...known.values()].flatMap(({ sets }) => sets ?? []);
  // The default set may have no parameter of its own.
  const all = [...new Set([...named, ...(defaultSet === undefined ? [] : [defaultSet])])].filter(
    (set) => !closed.has(set),
  );
  if (all.length === 0) return [];
  const fitting = all.filter((set) =>
    Object.keys(bound).every((name) => known.get(name)?.sets?.includes(set) ?? true),
  );
  const lacks = (set: string): string[] =>
    [...known]
      .filter(
        ([name, type]) =>
          !(name in bound) &&
          ((type.mandatory && type.sets?.includes(set)) || type.mandatoryIn?.includes(set)),
      )
      .map(([name]) => name);
  if (defaultSet !== undefined && fitting.includes(defaultSet)) return lacks(defaultSet);
  const [only, another] = fitting;
  if (only !== undefined && another === undefined) return lacks(only);
  if (fitting.some((set) => lacks(set).length === 0)) return [];
  throw binding("Parameter set cannot be resolved using the specified named parameters.");
}
