import type { Kind } from "../kind.ts";
import { kinds } from "../kinds/all.ts";
import type { Desired } from "./resource.ts";

/**
 * A resource behind the keepsake of what it takes over, where that is to be given back: settings always are, objects with
 * `adopt: restore`. Without a mark an object is never somebody else's.
 */
export function withKeepsake(resource: Desired): Desired[] {
  const { name, adopt, verify, dependsOn } = resource;
  const kind: Kind = kinds[resource.kind];
  const isGivenBack =
    kind.is === "setting" ||
    (kind.is === "object" && kind.mark !== undefined && adopt === "restore" && !verify);
  if (!isGivenBack) return [resource];
  const keepsake = { ...resource, name: `${name}-before`, adopt: false, keepsake: true, dependsOn: [] };
  return [keepsake, { ...resource, keptBy: keepsake.name, dependsOn: [...dependsOn, keepsake.name] }];
}
