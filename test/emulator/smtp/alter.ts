import type { Actions } from "./actions.ts";
import { field, firstValue, prepend, set, valuesOf, without, type Message } from "./headers.ts";
import { encodedWord } from "./report.ts";

/** A message with the header changes that rules ask for; the same one when they ask for none. */
export function altered(
  message: Message,
  { setHeaders, removeHeaders, subjectPrefix, added }: Actions,
): Message {
  const unwanted = new Set(removeHeaders.map((name) => name.toLowerCase()));
  let changed = unwanted.size === 0 ? message : without(message, (name) => unwanted.has(name));
  for (const { name, value } of setHeaders) changed = set(changed, name, value);
  if (subjectPrefix !== "") {
    const prefix = encodedWord(subjectPrefix);
    const gap = prefix === subjectPrefix ? "" : " ";
    changed = set(changed, "Subject", prefix + gap + (firstValue(changed, "Subject") ?? ""));
  }
  return withRecipients(withRecipients(changed, "To", added.to), "Cc", added.cc);
}

function withRecipients(message: Message, header: string, added: string[]): Message {
  if (added.length === 0) return message;
  const value = [...valuesOf(message, header), ...added.map((each) => `<${each}>`)].join(",\r\n\t");
  return firstValue(message, header) === undefined
    ? prepend(message, field(header, value))
    : set(message, header, value);
}
