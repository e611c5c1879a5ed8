/** Where in a message something was found. */
export type Position = "LatestReply" | "Other" | "Subject" | "Signature";

/** A part of a message's text. */
export interface Passage {
  position: Position;
  text: string;
}

/** Something found, with the places where it was. */
export interface Found<Value> {
  value: Value;
  positions: Position[];
}

const url = /\b(?:https?:\/\/|www\.)[^\s<>"'()[\]{}]{1,2000}/gi;
const email = /(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}/gi;
const phone =
  /(?<![\w+./:-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,5}\)[ .-]?)?\d{2,5}(?:[ ./-]\d{2,8}){1,4}(?![\w/-])/g;
const street = "St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Ln|Lane|Dr|Drive|Way|Ct|Court|Pl|Place|Sq|Square";
const places = [
  // 4567 Main St, Buffalo, NY 98052
  new RegExp(
    `\\b\\d{1,6} (?:\\p{Lu}[\\p{L}.]{0,30} ){1,4}(?:${street})\\b\\.?(?:,? \\p{Lu}[\\p{L}]{1,30}(?: \\p{Lu}\\p{L}{1,30})?)?(?:,? [A-Z]{2})?(?:,? \\d{5})?`,
    "gu",
  ),
  // Hauptstraße 5, 80331 München
  /\b\p{Lu}\p{L}{2,30}(?:straße|strasse|str\.|weg|platz|gasse|allee) \d{1,4}[a-z]?(?:, \d{5} \p{Lu}[\p{L} ]{1,30}\p{L})?/gu,
];

/** Web addresses, as they stand in the text. */
export function urlsIn(passages: readonly Passage[]): Found<string>[] {
  return search(passages, ({ text }) => all(text, url).map((found) => found.replace(/[.,;:!?]+$/, "")));
}

export function emailsIn(passages: readonly Passage[]): Found<string>[] {
  return search(passages, ({ text }) => all(text, email).map((found) => found.replace(/[.-]+$/, "")));
}

/** Telephone numbers as they stand in the text: seven digits and more. */
export function phonesIn(passages: readonly Passage[]): Found<string>[] {
  return search(passages, ({ text }) => all(text, phone).filter(isPhone));
}

/** Postal addresses: a street with a number, and what follows of a town. */
export function addressesIn(passages: readonly Passage[]): Found<string>[] {
  return search(passages, ({ text }) =>
    places.flatMap((place) => all(text.replace(/\s*\n\s*/g, ", "), place)),
  );
}

/** Whether digits are a telephone number, and no date. */
function isPhone(text: string): boolean {
  const digits = text.replace(/\D/g, "").length;
  return digits >= 7 && digits <= 15 && !/^\d{4}-\d\d-\d\d$|^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}$/.test(text);
}

/** A telephone number without what only makes it readable. */
export function bareNumber(phone: string): string {
  return phone.replace(/[^\d+]/g, "");
}

function all(text: string, pattern: RegExp): string[] {
  return text.match(pattern) ?? [];
}

/** What passages hold, each once, in the order in which it comes. */
export function search<Value>(
  passages: readonly Passage[],
  find: (passage: Passage) => Value[],
): Found<Value>[] {
  const found = new Map<string, Found<Value>>();
  for (const passage of passages)
    for (const value of find(passage)) {
      const key = JSON.stringify(value);
      const known = found.get(key) ?? { value, positions: [] };
      found.set(key, known);
      if (!known.positions.includes(passage.position)) known.positions.push(passage.position);
    }
  return [...found.values()];
}
