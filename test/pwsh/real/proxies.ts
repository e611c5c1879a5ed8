import { cmdlets } from "../../emulator/admin/catalogue.ts";
import type { ParameterKind } from "../../emulator/admin/parameter.ts";
import type { SideName } from "../../emulator/store.ts";

/** The parameters that PowerShell itself gives every advanced function. */
const common =
  /^(Debug|Verbose|(Error|Warning|Information|Progress)(Action|Variable)|Out(Variable|Buffer)|PipelineVariable)$/i;

const types: Partial<Record<ParameterKind, string>> = { switch: "switch", secret: "securestring" };

/** A side's cmdlets as functions of PowerShell: each has exactly the parameters of Microsoft's reference, and posts them to the endpoint. */
export function proxiesOf(side: SideName): string {
  return cmdlets
    .filter(({ sides }) => sides.includes(side))
    .map(({ name, parameters }) => {
      const taken = Object.entries(parameters)
        .filter(([parameter, type]) => (type.side ?? side) === side && !common.test(parameter))
        .map(([parameter, { kind }]) => `[${types[kind] ?? "object"}] $${parameter}`);
      return `function ${name} {\n  [CmdletBinding()] param(${taken.join(", ")})\n  Invoke-EmbeddedCmdlet '${name}' $PSBoundParameters\n}`;
    })
    .join("\n");
}
