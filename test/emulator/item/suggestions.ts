import { addressesIn, emailsIn, phonesIn, search, urlsIn, type Found, type Passage } from "./entities.ts";

/** What Exchange suggests of a message's text, which it understands in English alone. */
export interface Meeting {
  /** The sentence. */
  text: string;
  /** Milliseconds. */
  start: number;
  end: number;
}

export interface Contact {
  person: string;
  business?: string;
  phones: string[];
  urls: string[];
  emails: string[];
  addresses: string[];
  /** All that was found, as it stands there. */
  text: string;
}

const day = 86_400_000;
const halfHour = 1_800_000;
const week = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const when = new RegExp(
  `\\b(today|tomorrow|(?:next |on |this )?(?:${week.join("|")}))\\b(?:[^.?!\\n]{0,40}?\\bat )(\\d{1,2})(?::(\\d\\d))? ?(am|pm)?\\b`,
  "i",
);
const task =
  /^(?:please|pls|can you|could you|would you|will you|i need you to|you need to|don't forget to)\b/i;

function sentences(text: string): string[] {
  return text.split(/(?<=[.!?])\s+|\n/).map((each) => each.trim());
}

/** Sentences that ask to meet, on a day and at a time; `sent` (milliseconds) is the day from which they count. */
export function meetingsIn(passages: readonly Passage[], sent: number): Found<Meeting>[] {
  return search(passages, ({ text }) =>
    sentences(text).flatMap((sentence) => {
      const start = /\b(?:meet|meeting|lunch|dinner|coffee|get together|call)\b/i.test(sentence)
        ? timeIn(sentence, sent)
        : undefined;
      return start === undefined ? [] : [{ text: sentence, start, end: start + halfHour }];
    }),
  );
}

function timeIn(sentence: string, sent: number): number | undefined {
  const [, on = "", hour = "", minutes = "0", half] = when.exec(sentence) ?? [];
  if (on === "" || Number(hour) > 23 || Number(minutes) > 59) return undefined;
  const today = Math.floor(sent / day) * day;
  const wanted = week.indexOf(on.toLowerCase().split(" ").at(-1) ?? "");
  const ahead =
    wanted < 0 ? Number(/^tomorrow$/i.test(on)) : (wanted - new Date(today).getUTCDay() + 7) % 7 || 7;
  const [am, pm] = [/am/i, /pm/i].map((each) => half !== undefined && each.test(half));
  const hours = am || pm ? (Number(hour) % 12) + (pm ? 12 : 0) : Number(hour);
  return today + ahead * day + hours * 3_600_000 + Number(minutes) * 60_000;
}

/** Sentences that ask the reader to do something. */
export function tasksIn(passages: readonly Passage[]): Found<string>[] {
  return search(passages, ({ text }) => sentences(text).filter((each) => task.test(each)));
}

/** Blocks of lines that begin with a person's name and say how to reach that person, as signatures do. */
export function contactsIn(passages: readonly Passage[]): Found<Contact>[] {
  return search(passages, ({ text }) =>
    text.split(/\n\s*\n/).flatMap((block) => {
      const lines = block.split("\n").map((line) => line.trim());
      const first = lines.findIndex((line) => /^\p{Lu}[\p{L}'-]+(?: \p{Lu}[\p{L}'.-]*){1,2}$/u.test(line));
      const rest = lines.slice(first + 1).filter((line) => line !== "");
      return first < 0 || rest.length === 0 ? [] : contactOf(lines[first] ?? "", rest);
    }),
  );
}

function contactOf(person: string, rest: string[]): Contact[] {
  const passages: Passage[] = [{ position: "Other", text: rest.join("\n") }];
  const [phones = [], urls = [], emails = [], addresses = []] = [phonesIn, urlsIn, emailsIn, addressesIn].map(
    (find) => find(passages).map(({ value }) => value),
  );
  if (phones.length + urls.length + emails.length + addresses.length === 0) return [];
  const business = rest.find((line) => /^\p{Lu}[^@\d:/]*$/u.test(line));
  const contact: Contact = { person, phones, urls, emails, addresses, text: [person, ...rest].join(", ") };
  if (business !== undefined) contact.business = business;
  return [contact];
}
