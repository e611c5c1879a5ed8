import type { SideName } from "../exchange/port.ts";
import type { Adopt, Props } from "../kind.ts";
import type { KindName } from "../kinds/all.ts";

/** One resource of a stack. */
export interface Desired {
  /** Its name in the stack: never changes while the object stays the same. */
  name: string;
  kind: KindName;
  side: SideName;
  inputs: Props;
  /** Take over an object of that name that exists already. */
  adopt: Adopt;
  /** Only compare; somebody else manages it. */
  verify: boolean;
  /** Names of resources that have to be as desired before. */
  dependsOn: string[];
  /** Changes nothing, and keeps what the object is before another resource takes it over. */
  keepsake?: boolean;
  /** The name of that keepsake, where there is one. */
  keptBy?: string;
}

/** A resource that waits for those of `after` that there are. */
export function item(
  name: string,
  kind: KindName,
  side: SideName,
  inputs: Props,
  after: readonly (Desired | undefined)[] = [],
  { adopt = false, verify = false }: { adopt?: Adopt; verify?: boolean } = {},
): Desired {
  const dependsOn = after.flatMap((each) => (each ? [each.name] : []));
  return { name, kind, side, inputs, adopt, verify, dependsOn };
}
