import type { Row } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { objectOf } from "./identity.ts";
import { changed } from "./object.ts";

/** The Enable and Disable cmdlets of a noun that Set does not switch; `on` and `off` are what they write. */
export function enablementOf(noun: string, on: (call: Call) => Row, off: (call: Call) => Row): Cmdlet[] {
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
    { name: `Enable-${noun}`, run: write(on) },
    { name: `Disable-${noun}`, run: write(off) },
  ];
}
