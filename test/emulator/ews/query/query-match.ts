import type { Address } from "../../item/headers.ts";
import { sizeOf } from "../../storage/stored-item.ts";
import type { Attachment } from "../../store.ts";
import { plainBody } from "../fields/body.ts";
import type { View } from "../fields/field.ts";
import { withoutMarks } from "../restriction.ts";
import type { FlagProperty, LimitedProperty, Query, TextProperty } from "./query-string.ts";

/** Everything that a word may stand in when no property is named. */
const anywhere: TextProperty[] = ["subject", "body", "attachment", "from", "to", "cc", "bcc"];

const texts: Record<TextProperty, (view: View) => string[]> = {
  subject: ({ item }) => [item.subject],
  body: ({ item }) => [plainBody(item)],
  attachment: ({ item }) => item.attachments.flatMap(textsOf),
  from: ({ headers }) => headers.from.map(written),
  to: ({ headers }) => headers.to.map(written),
  cc: ({ headers }) => headers.cc.map(written),
  bcc: ({ headers }) => headers.bcc.map(written),
  participants: ({ headers }) => [...headers.from, ...headers.to, ...headers.cc, ...headers.bcc].map(written),
  category: ({ item }) => item.categories,
};
const numbers: Record<LimitedProperty, (view: View) => number> = {
  sent: ({ item }) => item.sent,
  received: ({ item }) => item.received,
  size: ({ item }) => sizeOf(item),
};
const flags: Record<FlagProperty, (view: View) => boolean> = {
  hasattachment: ({ item }) => item.attachments.some(({ isInline }) => !isInline),
  isread: ({ item }) => item.isRead,
  isflagged: ({ item }) => item.flag.status === "Flagged",
};
const kinds: Record<string, RegExp> = {
  email: /^IPM\.Note(?!\.Microsoft\.)/i,
  meetings: /^IPM\.(?:Appointment|Schedule\.Meeting)/i,
  tasks: /^IPM\.Task/i,
  notes: /^IPM\.StickyNote/i,
  contacts: /^IPM\.(?:Contact|DistList)/i,
  docs: /^IPM\.Document/i,
  posts: /^IPM\.Post(?!\.Rss)/i,
  rssfeeds: /^IPM\.Post\.Rss/i,
  journals: /^IPM\.Activity/i,
  faxes: /^IPM\.Note\.Microsoft\.Fax/i,
  voicemail: /^IPM\.Note\.Microsoft\.Voicemail/i,
  im: /^IPM\.Note\.Microsoft\.Conversation/i,
};

/** Compiles a query to what tells whether an item is found. */
export function matcherOf(query: Query): (view: View) => boolean {
  switch (query.is) {
    case "and": {
      const all = query.parts.map(matcherOf);
      return (view) => all.every((each) => each(view));
    }
    case "or": {
      const any = query.parts.map(matcherOf);
      return (view) => any.some((each) => each(view));
    }
    case "not": {
      const part = matcherOf(query.part);
      return (view) => !part(view);
    }
    case "text": {
      const words = wordsIn(query.text);
      const wanted = words === "" ? "" : ` ${words}${query.exact ? " " : ""}`;
      const places = query.property ? [query.property] : anywhere;
      return (view) =>
        places.some((place) => texts[place](view).some((text) => ` ${wordsIn(text)} `.includes(wanted)));
    }
    case "limits": {
      const { property, from = -Infinity, until = Infinity } = query;
      return (view) => {
        const value = numbers[property](view);
        return value >= from && value < until;
      };
    }
    case "flag":
      return (view) => flags[query.property](view) === query.value;
    case "one":
      return query.property === "kind"
        ? ({ item }) => kinds[query.value]?.test(item.itemClass) ?? false
        : ({ item }) => item.importance.toLowerCase() === query.value;
  }
}

/** The words of a text, one space between them, without letter case and accents. */
function wordsIn(text: string): string {
  return (
    withoutMarks(text)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).join(" ");
}

function written({ name, address }: Address): string {
  return `${name} ${address}`;
}

/** An attachment is found by its name, and by its text where it is one. */
function textsOf({ name, contentType, content }: Attachment): string[] {
  return /^text\//i.test(contentType) ? [name, Buffer.from(content).toString("utf8")] : [name];
}
