import { rows } from "../store.ts";
import { bothSides, type Call, type Cmdlet } from "./cmdlet.ts";
import { invalid } from "./fault.ts";
import { text } from "./parameter.ts";

export const organizationConfig: Cmdlet[] = [
  {
    name: "Get-OrganizationConfig",
    sides: bothSides,
    parameters: { DomainController: { ...text, side: "onPremises" } },
    run: (call) => rows(call.side, "OrganizationConfig"),
  },
];

/** @throws CmdletError when the tenant still shares the packed configuration of all new tenants. */
export function refuseDehydrated(call: Call): void {
  if (rows(call.side, "OrganizationConfig").some((row) => row["IsDehydrated"] === true)) {
    throw invalid(
      "The command you tried to run isn't currently allowed in your organization. To run this command, you first need to run the command: Enable-OrganizationCustomization.",
    );
  }
}
