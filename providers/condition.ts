import { lookUntil } from "./catch-up.ts";
import { Fault } from "./exchange/errors.ts";
import type { SideName } from "./exchange/port.ts";
import type { ConditionKind, Observed, Props, World } from "./kind.ts";

/** Milliseconds: the first pause between two looks at something that comes by itself, the longest one. */
const pauses = { first: 2_000, longest: 60_000 };

/** Sees to it that a prerequisite is met, waiting where that helps. @throws Fault UNMET with every point */
export async function meet(
  kind: ConditionKind,
  world: World,
  side: SideName,
  props: Props,
): Promise<Observed> {
  const met = async (): Promise<Observed> => {
    const observed = await settled(kind, world, side, props);
    const points = kind.unmet(props, observed);
    if (points.length === 0) return observed;
    const text = points.length === 1 ? points.join("") : points.map((point) => `- ${point}`).join("\n");
    throw new Fault("UNMET", text);
  };
  const observed = await met();
  if (!kind.bring) return observed;
  await kind.bring(props, world, side);
  return met();
}

/** What there is once it no longer changes by itself, or patience has ended. */
async function settled(kind: ConditionKind, world: World, side: SideName, props: Props): Promise<Observed> {
  const { settles } = kind;
  const minutes = settles?.minutes ?? 0;
  let observed: Observed = {};
  const look = async (): Promise<boolean> => {
    observed = await kind.observe(props, world, side);
    return !settles?.when(props, observed);
  };
  const before = (pause: number): void => {
    if (pause === pauses.first) world.say(`${settles?.why} Waiting for it, ${minutes} minutes at most.`);
  };
  await lookUntil(world, look, { ...pauses, total: minutes * 60_000, before });
  return observed;
}
