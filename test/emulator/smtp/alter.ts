import { firstValue, set, without, type Message } from "./headers.ts";
import type { Actions } from "./rules.ts";

/** A message with the header changes that rules ask for; the same one when they ask for none. */
export function altered(message: Message, { setHeaders, removeHeaders, subjectPrefix }: Actions): Message {
  const unwanted = new Set(removeHeaders.map((name) => name.toLowerCase()));
  let changed = unwanted.size === 0 ? message : without(message, (name) => unwanted.has(name));
  for (const { name, value } of setHeaders) changed = set(changed, name, value);
  if (subjectPrefix !== "") {
    changed = set(changed, "Subject", subjectPrefix + (firstValue(changed, "Subject") ?? ""));
  }
  return changed;
}
