import type { Row } from "../store.ts";
import { bothSides, type Call, type Cmdlet } from "./cmdlet.ts";
import { objectOf } from "./identity.ts";
import { changed } from "./object.ts";
import { mandatory, text, toggle, type ParameterType } from "./parameter.ts";

/** The Enable and Disable cmdlets of a noun that Set does not switch; `on` and `off` are what they write. */
export function enablementOf(
  noun: string,
  on: (call: Call) => Row,
  off: (call: Call) => Row,
  enable: Record<string, ParameterType> = {},
): Cmdlet[] {
  const parameters = { ...mandatory({ Identity: text }), Confirm: toggle, WhatIf: toggle };
  const write =
    (properties: (call: Call) => Row): Cmdlet["run"] =>
    (call) => {
      const row = objectOf(call.side, noun, call.parameters["Identity"]);
      if (call.parameters["WhatIf"] === true) return [];
      Object.assign(row, properties(call));
      changed(call.organization, row);
      return [];
    };
  return [
    { name: `Enable-${noun}`, sides: bothSides, parameters: { ...parameters, ...enable }, run: write(on) },
    { name: `Disable-${noun}`, sides: bothSides, parameters, run: write(off) },
  ];
}
