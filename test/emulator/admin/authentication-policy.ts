import { rows } from "../store.ts";
import type { Cmdlet } from "./cmdlet.ts";
import { invalid } from "./fault.ts";
import { cmdletsOf } from "./noun.ts";
import type { ParameterType } from "./parameter.ts";
import { signatureOf } from "./signature/all.ts";

/** Which sign-ins a policy lets through: switches that are kept, unlike those of other nouns. */
const switches: Record<string, ParameterType> = Object.fromEntries(
  Object.entries(signatureOf("New-AuthenticationPolicy").parameters).filter(([name]) =>
    /^(Allow|Block)/.test(name),
  ),
);

export const authenticationPolicy: Cmdlet[] = cmdletsOf({
  noun: "AuthenticationPolicy",
  types: switches,
  unstored: ["TenantId"],
  defaults: {},
  // What a side does not have is not printed there.
  settle: (call, next) => {
    for (const [name, { side }] of Object.entries(switches))
      if (side === undefined || side === call.side.name) next[name] ??= false;
  },
  beforeRemove: (call, row) => {
    const user = [...call.side.recipients.values()].find(
      (each) => each.other["AuthenticationPolicy"] === row["Name"],
    );
    const main = rows(call.side, "OrganizationConfig").some(
      (config) => config["DefaultAuthenticationPolicy"] === row["Name"],
    );
    if (user || main)
      throw invalid(
        `The authentication policy '${String(row["Name"])}' can't be removed because it's still assigned.`,
      );
  },
});
