import type { ExtendedProperty } from "../../store.ts";
import { keyOf, type PropertyPath } from "./path.ts";

/** An item or a folder with the properties that clients wrote. */
interface Keeper {
  extended?: ExtendedProperty[];
}

/** The value of a property as a client wrote it; undefined when there is none. */
export function keptValue(
  { extended = [] }: Keeper,
  path: PropertyPath,
): ExtendedProperty["value"] | undefined {
  const key = keyOf(path);
  return extended.find((each) => keyOf(each) === key)?.value;
}

/** Keeps a value, or (undefined) none, in the caller's own copy of an item or a folder. */
export function keepValue(
  keeper: Keeper,
  path: PropertyPath,
  value: ExtendedProperty["value"] | undefined,
): void {
  const key = keyOf(path);
  const others = (keeper.extended ?? []).filter((each) => keyOf(each) !== key);
  keeper.extended = value === undefined ? others : [...others, { ...path, value }];
}
