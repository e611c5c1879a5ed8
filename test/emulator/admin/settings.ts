import type { Row } from "../store.ts";
import type { Cmdlet, Place } from "./cmdlet.ts";
import { notFound } from "./fault.ts";
import { matchingObjects } from "./identity.ts";
import { cmdletsOf, type Noun } from "./noun.ts";

/** The one object of a noun that an organization has exactly one of: what differs from other nouns, and its name. */
export interface Settings extends Pick<Noun, "noun" | "types" | "defaults" | "settle" | "unstored"> {
  name: (place: Place) => string;
  /** What this side's object says otherwise than `defaults`. */
  here?: (place: Place) => Row;
}

/** Get and Set of settings that have no identity of their own. */
export function settingsCmdlets({ name, here, ...settings }: Settings): Cmdlet[] {
  const { noun } = settings;
  const all = cmdletsOf({ ...settings, builtIn: (place) => [{ ...here?.(place), Name: name(place) }] });
  return all.map((cmdlet) => ({
    ...cmdlet,
    run: (call) => {
      const identity = call.parameters["Identity"];
      if (typeof identity === "string" && matchingObjects(call.side, noun, identity).length === 0)
        throw notFound(call.side, identity);
      return cmdlet.run({ ...call, parameters: { ...call.parameters, Identity: name(call) } });
    },
  }));
}
