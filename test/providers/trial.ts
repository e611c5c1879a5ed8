import type { Parameter, SideName } from "../../providers/exchange/port.ts";
import { complete, type ObjectKind, type Props } from "../../providers/kind.ts";
import { kinds, type KindName } from "../../providers/kinds/all.ts";
import { cmdletOf } from "../emulator/admin/catalogue.ts";
import type { ParameterType } from "../emulator/admin/parameter.ts";
import { samples, type Sample } from "./sample.ts";

/** A parameter to try: on which side it exists, two values of it, and what it demands of others. */
export interface Trial {
  parameter: string;
  side: SideName;
  values: readonly [Parameter, Parameter];
  along: Props;
}

/** Every parameter that a kind compares and its Set- cmdlet takes, with what to try. @throws Error saying what a sample lacks */
export function trialsOf(name: KindName): Trial[] {
  const kind = objectOf(name);
  const { base, values = {}, along = {} } = sampleOf(name);
  const compared = Object.keys({ ...complete(kind, base), ...values });
  return compared
    .filter(
      (parameter) =>
        parameter !== kind.identity && parameter !== "Name" && !kind.wishes?.names.includes(parameter),
    )
    .filter((parameter) => !kind.fixed.includes(parameter))
    .flatMap((parameter) => {
      const side = kind.sides.find((each) => typeOf(kind, parameter, each));
      const type = side && typeOf(kind, parameter, side);
      // Nobody can ask for a hashtable.
      if (type?.kind === "tables") return [];
      const given = values[parameter] ?? (type && valuesOf(parameter, type));
      if (side && given) return [{ parameter, side, values: given, along: along[parameter] ?? {} }];
      throw new Error(
        `Kind '${name}' has a parameter ${parameter} of which nobody knows two values. Add them to its sample in test/providers/sample.ts.`,
      );
    });
}

/** A kind's sample. @throws Error saying where it is missing */
export function sampleOf(name: KindName): Sample {
  const sample = samples[name];
  if (sample) return sample;
  throw new Error(
    `Kind '${name}' has no sample. Add one to test/providers/sample.ts: an object that Exchange accepts; then every property of it is tried.`,
  );
}

/** @throws Error for a kind that has no objects */
export function objectOf(name: KindName): ObjectKind {
  const kind = kinds[name];
  if (kind.is === "object") return kind;
  throw new Error(`Kind '${name}' has no objects.`);
}

/** Names of all kinds that have objects. */
export const objectKinds = (Object.keys(kinds) as KindName[]).filter((name) => kinds[name].is === "object");

function typeOf({ noun, toggle }: ObjectKind, parameter: string, side: SideName): ParameterType | undefined {
  const verb = parameter === toggle?.parameter ? "New" : "Set";
  const type = cmdletOf(`${verb}-${noun}`, side)?.parameters[parameter];
  return type && (type.side ?? side) === side ? type : undefined;
}

/** Two values that Exchange tells apart, by the type of a parameter. */
function valuesOf(parameter: string, { kind, values = [] }: ParameterType): Trial["values"] | undefined {
  switch (kind) {
    case "flag":
      return [true, false];
    case "oneOf":
      return [values[0] ?? "", values[1] ?? ""];
    case "number":
      return [1, 2];
    case "bytes":
      return ["1MB", "2MB"];
    case "date":
      return ["2026-12-31T18:00:00Z", "2027-01-31T06:30:00Z"];
    case "list":
      return parameter.endsWith("Patterns")
        ? [[String.raw`^\d+$`], [String.raw`^\D+$`, "ß|Ł"]]
        : [["One"], ["two's", "Drei Łś"]];
    case "text":
      return [`It's "one"`, "Zwei Łś"];
    default:
      return undefined;
  }
}
