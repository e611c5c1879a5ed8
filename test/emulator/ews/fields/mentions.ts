import { carries } from "../../store.ts";
import { element } from "../xml.ts";
import { plain, type Field } from "./field.ts";
import { addressesIn, mailboxElement } from "./recipients.ts";

const since = "Exchange2016";

/** A list of texts that a client gives a message, and that mean nothing to the server. */
function tags(name: string, mark: "hashtags" | "socialTags"): Field {
  return plain(`item:${name}`, "strings", ({ item }) => item[mark], {
    since,
    set: ({ item }, { children }) => void (item[mark] = children.map(({ text }) => text)),
    clear: ({ item }) => void delete item[mark],
  });
}

/** Whom the text of a message names with `@`, as the client that wrote it says. */
const mentions: Field = {
  uri: "item:Mentions",
  name: "t:Mentions",
  since,
  read: ({ call, item }) =>
    item.mentions &&
    element("t:Mentions", {}, ...item.mentions.map((each) => mailboxElement(call.side, each))),
  set: ({ item }, value) =>
    void (item.mentions = addressesIn(value).map(({ name, address }) => ({
      name: name || address,
      address,
    }))),
  clear: ({ item }) => void delete item.mentions,
};

/** Hashtags and mentions, in the schema's order. */
export const mentionFields: Field[] = [
  tags("Hashtags", "hashtags"),
  mentions,
  plain(
    "item:MentionedMe",
    "boolean",
    ({ item: { mentions: named = [] }, call }) =>
      named.some(({ address }) => carries(call.acting, address.toLowerCase())),
    { since },
  ),
  tags("PendingSocialActivityTagIds", "socialTags"),
];
