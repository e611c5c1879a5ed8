import type { Organization } from "../../organization.ts";
import type { Mailbox, Side } from "../../store.ts";
import type { GraphSubscription } from "./kept.ts";
import { queryUrl } from "../subscription-resource.ts";
import { isWatched, type Change } from "./change.ts";
import { isWanted } from "./content.ts";

/** Which messages the filters of subscriptions match: one that begins to match counts as created, one that no longer does as deleted. */
export interface Matches {
  /** Notes what matches now; before the subscription's first change. */
  learn: (subscription: GraphSubscription) => void;
  /** What changes mean to a subscription with a `$filter`; to others they are what they are. */
  filter: (subscription: GraphSubscription, mailbox: Mailbox, changes: Change[]) => Change[];
  forget: (subscriptionId: string) => void;
}

/** Takes up the subscriptions of the store. */
export function createMatches(organization: Organization, side: Side): Matches {
  const known = new Map<string, Set<string>>();
  for (const subscription of organization.store.subscriptions?.values() ?? []) learn(subscription);

  function learn(subscription: GraphSubscription): void {
    const mailbox = side.mailboxes.get(subscription.owner);
    if (!mailbox || !isFiltered(subscription)) return;
    const matching = [...mailbox.items.values()].filter(
      (item) =>
        isWatched(mailbox, subscription, item.folderId) &&
        isWanted(organization, side, mailbox, subscription, item),
    );
    known.set(subscription.id, new Set(matching.map(({ id }) => id)));
  }

  return {
    learn,
    filter: (subscription, mailbox, changes) => {
      const ids = known.get(subscription.id);
      if (!ids) return changes;
      return changes.flatMap((change) => {
        const item = change.type === "deleted" ? undefined : mailbox.items.get(change.itemId);
        const before = ids.has(change.itemId);
        const after = item !== undefined && isWanted(organization, side, mailbox, subscription, item);
        if (after) ids.add(change.itemId);
        else ids.delete(change.itemId);
        if (!before && !after) return [];
        return [{ ...change, type: before && after ? "updated" : after ? "created" : "deleted" } as Change];
      });
    },
    forget: (id) => void known.delete(id),
  };
}

function isFiltered({ query }: GraphSubscription): boolean {
  return queryUrl(query).searchParams.has("$filter");
}
