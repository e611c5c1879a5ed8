import { touch } from "../mailbox.ts";
import type { Item } from "../store.ts";
import type { Opened } from "./call.ts";

/** Puts a new message into its folder. */
export function keep({ mailbox, store }: Opened, item: Item): void {
  mailbox.items.set(item.id, item);
  store.organization.save();
}

/** Puts the changed copy of a message in its place, with a new change key. */
export function replace({ mailbox, store }: Opened, changed: Item): void {
  touch(store.organization, changed);
  mailbox.items.set(changed.id, changed);
}

/** Removes a message for good. */
export function remove({ mailbox, store }: Opened, item: Item): void {
  mailbox.items.delete(item.id);
  store.organization.save();
}
