import type { Organization } from "../../organization.ts";
import type { Item, Mailbox, Side } from "../../store.ts";
import type { GraphSubscription } from "./kept.ts";
import { newItem } from "../../mailbox.ts";
import { openedFor, type Opened } from "../call.ts";
import { messageReader, messageWriter } from "../message-answer.ts";
import { parseFilter, type Filter } from "../query/filter.ts";
import { passes } from "../query/match.ts";
import { queryUrl } from "../subscription-resource.ts";
import { encrypt, readCertificate, type EncryptedContent } from "./encrypt.ts";

function opened(organization: Organization, side: Side, mailbox: Mailbox): Opened | undefined {
  const owner = side.recipients.get(mailbox.owner);
  return owner && openedFor(organization, side, owner, mailbox);
}

/** Tries a subscription's query on a blank message, every condition of its own. @throws GraphError when there is something that no message could answer */
export async function checkQuery(open: Opened, query: string): Promise<void> {
  const asked = { url: queryUrl(query), headers: {} };
  const blank = await newItem(open.store.organization, "", new Uint8Array(), { at: 0 });
  messageWriter(asked, open)(blank);
  const text = asked.url.searchParams.get("$filter");
  const filter = text === null ? undefined : parseFilter(text);
  for (const each of filter ? conditions(filter) : [])
    passes(each, messageReader(asked, open)(blank, filter));
}

/** A filter's conditions without what joins them. */
function conditions(filter: Filter): Filter[] {
  if (filter.is === "and" || filter.is === "or") return [filter.left, filter.right].flatMap(conditions);
  return filter.is === "not" ? conditions(filter.filter) : [filter];
}

/** Whether a message is one of those that the subscription's `$filter` wants; without one all are. */
export function isWanted(
  organization: Organization,
  side: Side,
  mailbox: Mailbox,
  { query }: GraphSubscription,
  item: Item,
): boolean {
  const url = queryUrl(query);
  const text = url.searchParams.get("$filter");
  const open = opened(organization, side, mailbox);
  if (text === null || !open) return true;
  const filter = parseFilter(text);
  return passes(filter, messageReader({ url, headers: {} }, open)(item, filter));
}

/** The chosen properties of a message, encrypted for the subscriber; undefined when it wants none, or the message is gone. */
export function contentOf(
  organization: Organization,
  side: Side,
  mailbox: Mailbox,
  { query, encryption, immutable }: GraphSubscription,
  itemId: string,
): EncryptedContent | undefined {
  const item = mailbox.items.get(itemId);
  const open = opened(organization, side, mailbox);
  if (!encryption || !item || !open) return undefined;
  const headers = immutable ? { prefer: 'IdType="ImmutableId"' } : {};
  const body = messageWriter({ url: queryUrl(query), headers }, open)(item);
  return encrypt(body, readCertificate(encryption.certificate), encryption.id);
}
