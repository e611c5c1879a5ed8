import {
  addressesIn,
  bareNumber,
  emailsIn,
  phonesIn,
  urlsIn,
  type Found,
  type Passage,
} from "../../item/entities.ts";
import { contactsIn, meetingsIn, tasksIn, type Contact, type Meeting } from "../../item/suggestions.ts";
import type { Address } from "../../item/headers.ts";
import { dateTime } from "../time.ts";
import { element, type Element } from "../xml.ts";
import { plainBody } from "./body.ts";
import type { Field, View } from "./field.ts";
import { uniqueText } from "./original.ts";

/** Characters of a message that are searched. */
const most = 100_000;

/** What Exchange finds in a message's text: addresses, numbers, people, and what somebody wants to be done. */
export const entityExtractionResult: Field = {
  uri: "item:EntityExtractionResult",
  name: "t:EntityExtractionResult",
  found: false,
  since: "Exchange2013",
  read: (view) => {
    const text = passages(view);
    const said = text.filter(({ position }) => position === "LatestReply" || position === "Subject");
    const people = attendees(view);
    const result = element(
      "t:EntityExtractionResult",
      {},
      list("Addresses", addressesIn(text), "AddressEntity", (address) => [element("t:Address", {}, address)]),
      list("MeetingSuggestions", meetingsIn(said, view.item.sent), "MeetingSuggestion", (meeting) =>
        meetingElements(view, meeting, people),
      ),
      list("TaskSuggestions", tasksIn(said), "TaskSuggestion", (task) => [
        element("t:TaskString", {}, task),
        users("Assignees", view.headers.to),
      ]),
      list("EmailAddresses", emailsIn(text), "EmailAddressEntity", (address) => [
        element("t:EmailAddress", {}, address),
      ]),
      list("Contacts", contactsIn(text), "Contact", contactElements),
      list("Urls", urlsIn(text), "UrlEntity", (url) => [element("t:Url", {}, url)]),
      list("PhoneNumbers", phonesIn(text), "Phone", phoneElements),
    );
    return result.children.length > 0 ? result : undefined;
  },
};

/** A message's text by what it is: its subject, what it says itself, who signs, and what it quotes. */
function passages(view: View): Passage[] {
  const whole = plainBody(view.item).replace(/\r\n/g, "\n").slice(0, most);
  const unique = uniqueText(view, { type: "Text", text: whole });
  const signature = /(?:^|\n)(?:-- ?|(?:best |kind )?regards,?|mit freundlichen grüßen)\n/i.exec(unique);
  const end = signature?.index ?? unique.length;
  return [
    { position: "Subject", text: view.item.subject },
    { position: "LatestReply", text: unique.slice(0, end) },
    { position: "Signature", text: unique.slice(end) },
    { position: "Other", text: difference(whole, unique) },
  ];
}

/** What was cut out of a text. */
function difference(whole: string, unique: string): string {
  let start = 0;
  while (start < unique.length && whole[start] === unique[start]) start++;
  return whole.slice(start, start + whole.length - unique.length);
}

function list<Value>(
  name: string,
  found: Found<Value>[],
  each: string,
  content: (value: Value) => (Element | undefined)[],
): Element | undefined {
  if (found.length === 0) return undefined;
  const entities = found.map(({ value, positions }) =>
    element(
      `t:${each}`,
      {},
      ...positions.map((position) => element("t:Position", {}, position)),
      ...content(value),
    ),
  );
  return element(`t:${name}`, {}, ...entities);
}

/** Those whom a message is from and to, without the mailbox's owner. */
function attendees({ headers, call }: View): Address[] {
  const me = call.acting.primarySmtpAddress.toLowerCase();
  return [...headers.from, ...headers.to].filter(({ address }) => address.toLowerCase() !== me);
}

function users(name: string, people: Address[]): Element | undefined {
  if (people.length === 0) return undefined;
  const each = people.map((person) =>
    element("t:EmailUser", {}, element("t:Name", {}, person.name), element("t:UserId", {}, person.address)),
  );
  return element(`t:${name}`, {}, ...each);
}

/** No place: Exchange 2013 and later leave it out. */
function meetingElements({ call, item }: View, { text, start, end }: Meeting, people: Address[]) {
  return [
    users("Attendees", people),
    element("t:Subject", {}, item.subject),
    element("t:MeetingString", {}, text),
    element("t:StartTime", {}, dateTime(start, call.times)),
    element("t:EndTime", {}, dateTime(end, call.times)),
  ];
}

function phoneElements(phone: string): Element[] {
  return [
    element("t:OriginalPhoneString", {}, phone),
    element("t:PhoneString", {}, bareNumber(phone)),
    element("t:Type", {}, "Unspecified"),
  ];
}

function contactElements({ person, business, phones, urls, emails, addresses, text }: Contact) {
  const strings = (name: string, each: string, values: string[]) =>
    values.length > 0
      ? element(`t:${name}`, {}, ...values.map((value) => element(`t:${each}`, {}, value)))
      : undefined;
  return [
    element("t:PersonName", {}, person),
    business === undefined ? undefined : element("t:BusinessName", {}, business),
    phones.length > 0
      ? element(
          "t:PhoneNumbers",
          {},
          ...phones.map((phone) => element("t:Phone", {}, ...phoneElements(phone))),
        )
      : undefined,
    strings("Urls", "Url", urls),
    strings("EmailAddresses", "EmailAddress", emails),
    strings("Addresses", "Address", addresses),
    element("t:ContactString", {}, text),
  ];
}
