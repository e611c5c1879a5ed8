import type { Item, Mailbox, Side, Store } from "../store.ts";
import { fillLazily, isGenerated, isUntouched } from "./lazy.ts";

/** A generated mailbox on disk: its recipe, and how it differs from it by now. */
type Stored = Mailbox & { gone?: string[] };

/** The store without what its recipes make anew; the store itself is not touched. */
export function portable(store: Store): Store {
  return { ...store, sides: new Map([...store.sides].map(([name, side]) => [name, portableSide(side)])) };
}

/** Takes up what `portable` made: the generated items are there again. Changes the store in place. */
export function revive(store: Store): Store {
  for (const side of store.sides.values()) {
    for (const [owner, mailbox] of side.mailboxes) side.mailboxes.set(owner, revived(mailbox, store));
  }
  return store;
}

function portableSide(side: Side): Side {
  return {
    ...side,
    mailboxes: new Map([...side.mailboxes].map(([owner, mailbox]) => [owner, differences(mailbox)])),
  };
}

function differences(mailbox: Mailbox): Stored {
  const { recipe, owner, folders } = mailbox;
  if (!recipe) return mailbox;
  // Not by a spread, which would look at the items.
  if (isUntouched(mailbox)) return { owner, folders, recipe, items: new Map() };
  const items = new Map([...mailbox.items].filter(([, item]) => !isGenerated(item)));
  const gone = Array.from({ length: recipe.count }, (_, index) => String(recipe.first + index)).filter(
    (id) => !mailbox.items.has(id),
  );
  return { ...mailbox, items, gone };
}

function revived(stored: Stored, store: Store): Mailbox {
  const { recipe, items: changed, gone = [], ...rest } = stored;
  if (!recipe) return stored;
  const mailbox: Mailbox = { ...rest, items: new Map<string, Item>() };
  fillLazily(mailbox, recipe, store.correspondents ?? []);
  if (changed.size === 0 && gone.length === 0) return mailbox;
  for (const [id, item] of changed) mailbox.items.set(id, item);
  for (const id of gone) mailbox.items.delete(id);
  return mailbox;
}
