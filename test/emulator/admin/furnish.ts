import type { Organization } from "../organization.ts";
import { cmdlets } from "./catalogue.ts";

/** Makes what every organization has from the start: the default remote domain, receive connectors, transport settings and the like. What is there stays. */
export function furnishSides(organization: Organization): void {
  for (const side of organization.store.sides.values())
    for (const { sides, furnish } of cmdlets)
      if (sides.includes(side.name)) furnish?.({ organization, side });
}
