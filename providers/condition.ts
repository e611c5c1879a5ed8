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
  let observed = await kind.observe(props, world, side);
  if (!settles?.when(props, observed)) return observed;
  world.say(`${settles.why} Waiting for it, ${settles.minutes} minutes at most.`);
  let left = settles.minutes * 60_000;
  for (
    let pause = pauses.first;
    left > 0 && settles.when(props, observed);
    pause = Math.min(pause * 2, pauses.longest)
  ) {
    await world.wait(pause);
    left -= pause;
    observed = await kind.observe(props, world, side);
  }
  return observed;
}
