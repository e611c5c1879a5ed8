import { loose } from "../forms.ts";
import type { ConditionKind } from "../kind.ts";

/** A new tenant shares one packed configuration with all others: before it takes scopes and grants, it gets one of its own, for good. */
export const organizationCustomization: ConditionKind = {
  is: "condition",
  sides: ["online"],
  observe: async (_props, world, side) => {
    const [config] = await world.on(side).rows("OrganizationConfig");
    return { Dehydrated: loose(config?.["IsDehydrated"]) };
  },
  // Packed is no reason to stop: `bring` unpacks it.
  unmet: () => [],
  bring: async (_props, world, side) => {
    const session = world.on(side);
    const [config] = await session.rows("OrganizationConfig");
    if (loose(config?.["IsDehydrated"]) !== "true") return;
    world.say("The tenant gets a configuration of its own (Enable-OrganizationCustomization), once for all.");
    await session.run("Enable-OrganizationCustomization", {});
    session.forget("OrganizationConfig");
  },
};
