import { rows } from "../store.ts";
import type { Call, Cmdlet } from "./cmdlet.ts";
import { CmdletError, invalid } from "./fault.ts";
import { settingsCmdlets } from "./settings.ts";
import { each, flag } from "./parameter.ts";

const noun = "OrganizationConfig";

export const organizationConfig: Cmdlet[] = [
  ...settingsCmdlets({
    noun,
    name: (call) => String(rows(call.side, noun)[0]?.["Name"] ?? call.organization.store.domain),
    // Nobody has said anything about these in a new organization: neither yes nor no.
    types: each("EwsAllowEntourage EwsAllowMacOutlook EwsAllowOutlook EwsEnabled", {
      ...flag,
      nullable: true,
    }),
    defaults: {},
    settle: (_call, next) => {
      if (next["EwsApplicationAccessPolicy"] === "EnforceBlockList") next["EwsAllowList"] = null;
      if (next["EwsApplicationAccessPolicy"] === "EnforceAllowList") next["EwsBlockList"] = null;
    },
  }),
  {
    name: "Enable-OrganizationCustomization",
    run: (call) => {
      const config = rows(call.side, noun)[0];
      if (config?.["IsDehydrated"] !== true) {
        throw new CmdletError(
          "System.InvalidOperationException",
          "This operation is not required. Organization is already enabled for customization.",
        );
      }
      if (call.parameters["WhatIf"] !== true) config["IsDehydrated"] = false;
      return [];
    },
  },
];

/** @throws CmdletError when the tenant still shares the packed configuration of all new tenants. */
export function refuseDehydrated(call: Call): void {
  if (rows(call.side, noun).some((row) => row["IsDehydrated"] === true)) {
    throw invalid(
      "The command you tried to run isn't currently allowed in your organization. To run this command, you first need to run the command: Enable-OrganizationCustomization.",
    );
  }
}
