import { itemsAfter } from "./folder-index.ts";
import type { Item, Mailbox, Tombstone } from "./store.ts";

/**
 * How far somebody has followed a folder: he knows every item that arrived up to one number, in its state of the other.
 * Two numbers, because a first synchronisation in pages learns of new items and of changes to known ones at different speeds.
 */
export interface Seen {
  arrived: number;
  changed: number;
}

export type ItemChange =
  | { is: "create" | "update" | "read"; item: Item }
  | { is: "delete"; removed: Pick<Tombstone, "id" | "change" | "origin"> };

export interface ChangePage {
  changes: ItemChange[];
  /** Where to go on. */
  seen: Seen;
  /** Nothing more is to be told now. */
  last: boolean;
}

/** Nothing is known yet. */
export const nothingSeen: Seen = { arrived: 0, changed: 0 };

/**
 * The next changes of a folder's items, at most `most`: first what happened to known items, oldest change first, then new items.
 * `now` is the organization's sequence; what `wanted` refuses is passed over, removals included.
 */
export function changesSince(
  mailbox: Mailbox,
  folderId: string,
  seen: Seen,
  now: number,
  most: number,
  wanted: (about: Item | Tombstone) => boolean = () => true,
): ChangePage {
  const here = (about: Item | Tombstone): boolean => about.folderId === folderId && wanted(about);
  const gone = removedAfter(mailbox, seen.changed);
  const known = [...itemsAfter(mailbox, folderId, "change", seen.changed), ...gone]
    .filter((about) => about.arrived <= seen.arrived && here(about))
    .toSorted((one, other) => one.change - other.change);
  const told = known.slice(0, most).map((about) => changeOf(about, seen));
  if (known.length > most) {
    const changed = known[most - 1]?.change ?? seen.changed;
    return { changes: told, seen: { arrived: seen.arrived, changed }, last: false };
  }
  const fresh = itemsAfter(mailbox, folderId, "arrived", seen.arrived).filter(here);
  const page = fresh.slice(0, most - told.length);
  const last = page.length === fresh.length;
  return {
    changes: [...told, ...page.map((item): ItemChange => ({ is: "create", item }))],
    seen: { arrived: last ? now : (page.at(-1)?.arrived ?? seen.arrived), changed: now },
    last,
  };
}

/** What was removed since a change, in the order in which it went. */
function removedAfter({ removed = [] }: Mailbox, change: number): Tombstone[] {
  const last = removed.findLastIndex((each) => each.change <= change);
  return removed.slice(last + 1);
}

function changeOf(about: Item | Tombstone, seen: Seen): ItemChange {
  if (!("edited" in about)) return { is: "delete", removed: about };
  return { is: about.edited > seen.changed ? "update" : "read", item: about };
}
