import type { MailboxEvent } from "../../events.ts";
import { findFolder } from "../../mailbox.ts";
import type { Mailbox } from "../../store.ts";
import type { GraphChangeType, GraphSubscription } from "./kept.ts";

/** One thing that a subscription may tell: what became of a message. */
export interface Change {
  type: GraphChangeType;
  itemId: string;
  /** The id that it had before it was ever moved. */
  origin: string;
  change: number;
}

/**
 * What an event is in the eyes of a subscription's folder or mailbox: a message that moves away is deleted there, and created where it comes
 * to, with a new id; where ids outlive moves, one that stays within the mailbox is changed.
 */
export function changesOf(event: MailboxEvent, subscription: GraphSubscription): Change[] {
  const { mailbox, id, origin = id, change, parentId, before } = event;
  const here = (folder: string): boolean => isWatched(mailbox, subscription, folder);
  const told = (type: GraphChangeType, itemId: string, number: number): Change => ({
    type,
    itemId,
    origin,
    change: number,
  });
  switch (event.is) {
    case "created":
    case "copied":
      return here(parentId) ? [told("created", id, change)] : [];
    case "modified":
      return here(parentId) ? [told("updated", id, change)] : [];
    case "deleted":
      return here(parentId) ? [told("deleted", id, change)] : [];
    case "moved":
      if (subscription.immutable && before && here(before.parentId) && here(parentId))
        return [told("updated", id, change)];
      return [
        ...(before && here(before.parentId) ? [told("deleted", before.id, before.change)] : []),
        ...(here(parentId) ? [told("created", id, change)] : []),
      ];
    // It was created, too.
    case "newMail":
      return [];
  }
}

/** Whether a folder is the subscription's; of a whole mailbox all are but those that only recovery sees. */
export function isWatched(mailbox: Mailbox, { folderId }: GraphSubscription, folder: string): boolean {
  if (folderId !== undefined) return folder === folderId;
  const dumpster = findFolder(mailbox, "recoverableitemsroot")?.id;
  return mailbox.folders.get(folder)?.parentId !== dumpster;
}
