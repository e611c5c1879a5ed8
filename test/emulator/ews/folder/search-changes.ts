import type { ItemChange } from "../../folder-changes.ts";
import type { Item } from "../../store.ts";

/** The items of a search folder that a client knows, by id, each with the change number in which it knows it. */
export type Known = ReadonlyMap<string, number>;

/**
 * The next changes of what a search folder shows, at most `most`: what it shows no longer, what changed, what is new; what `wanted`
 * refuses is passed over. `known` is what
 * the client knows once it has applied them. What a search finds is kept nowhere, so that a client's state has to tell it.
 */
export function searchChanges(
  before: Known,
  items: readonly Item[],
  most: number,
  wanted: (about: Item | { id: string }) => boolean = () => true,
): { changes: ItemChange[]; known: Map<string, number>; last: boolean } {
  const shown = new Map(items.map((item) => [item.id, item]));
  const gone = [...before].filter(([id]) => !shown.has(id));
  const changed = items.filter((item) => before.get(item.id) !== item.change);
  const old = changed.filter(({ id }) => before.has(id));
  const fresh = changed.filter(({ id }) => !before.has(id));
  const changes = [
    ...gone.map(([id, change]): ItemChange => ({ is: "delete", removed: { id, change } })),
    ...old.map((item): ItemChange => ({
      is: item.edited > (before.get(item.id) ?? 0) ? "update" : "read",
      item,
    })),
    ...fresh.map((item): ItemChange => ({ is: "create", item })),
  ].filter((change) => wanted(change.is === "delete" ? change.removed : change.item));
  const told = changes.slice(0, most);
  const known = new Map(before);
  for (const change of told)
    if (change.is === "delete") known.delete(change.removed.id);
    else known.set(change.item.id, change.item.change);
  return { changes: told, known, last: told.length === changes.length };
}
