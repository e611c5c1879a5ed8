import { itemsWithMessageId } from "../../folder-index.ts";
import type { Body } from "../../item/body-lines.ts";
import { headersOf, headerValue } from "../../item/headers.ts";
import { headerBytes } from "../../item/composed.ts";
import { uniquePart } from "../../item/unique-part.ts";
import { topicOf } from "./conversation.ts";
import type { View } from "./field.ts";

/** Messages of the references that are looked for in the mailbox. */
const most = 20;

/**
 * A body without what it quotes of the message that it answers: the nearest of those in the same mailbox that it names in In-Reply-To or
 * References. What answers nothing, or nothing that is there, is unique as a whole.
 */
export function uniqueText({ call, headers }: View, body: Body): string {
  const mailbox = call.side.mailboxes.get(call.acting.guid);
  const named = ["References", "In-Reply-To"].flatMap(
    (name) => headerValue(headers, name)?.match(/<[^<>\s]+>/g) ?? [],
  );
  for (const id of new Set(named.toReversed().slice(0, most))) {
    const [original] = mailbox ? itemsWithMessageId(mailbox, id) : [];
    if (!original) continue;
    const { html, text = "" } = original;
    const sender = headersOf(headerBytes(original)).from.flatMap(({ name, address }) => [name, address]);
    const old: Body = html === undefined ? { type: "Text", text } : { type: "HTML", text: html };
    const unique = uniquePart(body, { body: old, sender, subject: topicOf(original.subject) });
    if (unique !== undefined) return unique;
  }
  return body.text;
}
