/** Things in order, as many together as do not exceed a size, so that each group takes one round trip; a larger one is alone. */
export function groupsOf<T>(things: readonly T[], sizeOf: (one: T) => number, most: number): T[][] {
  const groups: T[][] = [];
  let size = Infinity;
  for (const one of things) {
    const own = sizeOf(one);
    size += own;
    if (size <= most) groups.at(-1)?.push(one);
    else [size] = [own, groups.push([one])];
  }
  return groups;
}
