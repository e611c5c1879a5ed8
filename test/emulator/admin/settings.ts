import { rows, type Row, type SideName } from "../store.ts";
import type { Cmdlet, Place } from "./cmdlet.ts";
import { notFound } from "./fault.ts";
import { matchingObjects } from "./identity.ts";
import { cmdletsOf, type Noun } from "./noun.ts";

/** The one object of a noun that an organization has exactly one of: what differs from other nouns, and its name. */
export interface Settings extends Pick<Noun, "properties" | "defaults" | "settle" | "unstored" | "afterSet"> {
  noun: string;
  sides: readonly SideName[];
  name: (place: Place) => string;
  /** What this side's object says otherwise than `defaults`. */
  here?: (place: Place) => Row;
}

/** Get and Set of settings that have no identity of their own. */
export function settingsCmdlets({ name, here, ...settings }: Settings): Cmdlet[] {
  const noun: Noun = {
    ...settings,
    builtIn: (place) => [{ ...here?.(place), Name: name(place) }],
  };
  const all = cmdletsOf(noun);
  const cmdlet = (verb: string): Cmdlet | undefined =>
    all.find((each) => each.name === `${verb}-${noun.noun}`);
  const [get, set] = [cmdlet("Get"), cmdlet("Set")];
  if (!get || !set) throw new Error(`${noun.noun} has no Get and Set.`);
  return [
    { ...get, parameters: {} },
    {
      ...set,
      parameters: noun.properties,
      run: (call) => {
        const identity = call.parameters["Identity"];
        if (
          typeof identity === "string" &&
          rows(call.side, noun.noun).length > 0 &&
          matchingObjects(call.side, noun.noun, identity).length === 0
        )
          throw notFound(call.side, identity);
        return set.run({ ...call, parameters: { ...call.parameters, Identity: name(call) } });
      },
    },
  ];
}
