import type { ExtendedProperty, Item } from "../../store.ts";
import { keyOf, type PropertyPath } from "../extended/path.ts";

/** The value of a property that an item keeps as clients wrote it; undefined when it has none. */
export function keptValue({ extended }: Item, path: PropertyPath): ExtendedProperty["value"] | undefined {
  const key = keyOf(path);
  return extended.find((each) => keyOf(each) === key)?.value;
}

/** Keeps a value, or (undefined) none; the item is the caller's own copy. */
export function keepValue(item: Item, path: PropertyPath, value: string | undefined): void {
  const key = keyOf(path);
  item.extended = item.extended.filter((each) => keyOf(each) !== key);
  if (value !== undefined) item.extended.push({ ...path, value });
}
