import { at, textAt } from "./xml.ts";
import type { Recipients } from "../port.ts";
import type { Element } from "./xml.ts";

/** What EWS calls the fields of recipients. */
const names = { to: "ToRecipients", cc: "CcRecipients", bcc: "BccRecipients" } as const;

/** Those names. */
export const recipientNames = Object.values(names);

/** Whom an item names. */
export function recipientsOf(item: Element): Recipients {
  const named = (name: string) =>
    (at(item, name)?.children ?? []).map((mailbox) => ({
      name: textAt(mailbox, "Name") ?? "",
      address: textAt(mailbox, "EmailAddress") ?? "",
    }));
  return { to: named(names.to), cc: named(names.cc), bcc: named(names.bcc) };
}

/** The same as elements by name; none for nobody. */
export function recipientElements({ to, cc, bcc }: Recipients): Record<string, Element | undefined> {
  const text = (name: string, value: string): Element => ({
    name,
    attributes: {},
    children: [],
    text: value,
  });
  const list = (name: string, people: Recipients["to"]): Element | undefined =>
    people.length === 0
      ? undefined
      : {
          name,
          attributes: {},
          children: people.map((person) => ({
            name: "Mailbox",
            attributes: {},
            children: [text("Name", person.name), text("EmailAddress", person.address)],
            text: "",
          })),
          text: "",
        };
  return {
    [names.to]: list(names.to, to),
    [names.cc]: list(names.cc, cc),
    [names.bcc]: list(names.bcc, bcc),
  };
}
