import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anna, at, messages, startEws, xmlText, type EwsTest } from "./client.ts";
import { compare, findXml, numbers, type Query } from "./filled.ts";
import { tagXml, uris } from "./requests.ts";
import { storeMessage } from "../mailbox.ts";

/** What the independent evaluation knows of a message. */
interface Known {
  n: number;
  subject: string;
  read: boolean;
  received: number;
  categories: string[];
  importance: "Low" | "Normal" | "High";
  number?: number;
  flags: number;
}

const day = Date.UTC(2026, 0, 1);
const words = ["alpha", "Beta", "gamma delta", "ALPHA two", "epsilon", ""];
const known: Known[] = Array.from({ length: 25 }, (_, n): Known => {
  const read = n % 3 !== 0;
  return {
    n,
    subject: words[(n * 5) % words.length] ?? "",
    read,
    received: day + ((n * 7) % 10) * 3_600_000,
    categories: n % 4 === 0 ? ["Red", `c${n % 3}`] : n % 4 === 1 ? ["blue"] : [],
    importance: (["Low", "Normal", "High"] as const)[(n * 2) % 3] ?? "Normal",
    ...(n % 2 === 0 ? { number: (n * 11) % 7 } : {}),
    flags: read ? 1 : 0,
  };
});
let ews: EwsTest;
beforeAll(async () => {
  ews = await startEws();
  const mailbox = ews.side.mailboxes.get(ews.recipient(anna).guid);
  if (!mailbox) throw new Error("Anna has no mailbox");
  for (const one of known) {
    const mime = Buffer.from(
      `Subject: ${one.subject}\r\nMessage-ID: <${one.n}@x>\r\nImportance: ${one.importance}\r\n\r\nb`,
    );
    const item = await storeMessage(ews.organization, mailbox, "inbox", mime, {
      at: one.received,
      isRead: one.read,
    });
    item.categories = one.categories;
    if (one.number !== undefined)
      item.extended.push({ tag: "0x6601", type: "Integer", value: String(one.number) });
  }
});
afterAll(() => ews.close());

interface Expression {
  xml: string;
  holds: (one: Known) => boolean;
}

const outcomes: Record<string, (sign: number) => boolean> = {
  IsEqualTo: (sign) => sign === 0,
  IsNotEqualTo: (sign) => sign !== 0,
  IsGreaterThan: (sign) => sign > 0,
  IsGreaterThanOrEqualTo: (sign) => sign >= 0,
  IsLessThan: (sign) => sign < 0,
  IsLessThanOrEqualTo: (sign) => sign <= 0,
};
const operator = fc.constantFrom(...Object.keys(outcomes));
const order = (a: string | number, b: string | number): number => (a < b ? -1 : a > b ? 1 : 0);

/** A comparison, by the operator's meaning alone; what is not there is unequal to everything. */
function comparison(
  path: string,
  values: fc.Arbitrary<{ text: string; value: string | number }>,
  of: (one: Known) => string | number | undefined,
): fc.Arbitrary<Expression> {
  return fc.tuple(operator, values).map(([name, { text, value }]) => ({
    xml: compare(name, path, text),
    holds: (one) => {
      const own = of(one);
      return own === undefined ? name === "IsNotEqualTo" : (outcomes[name]?.(order(own, value)) ?? false);
    },
  }));
}

const number = tagXml("0x6601", "Integer");
const texts = fc.constantFrom(...words, "zeta").map((text) => ({ text, value: text.toLowerCase() }));
const leaf: fc.Arbitrary<Expression> = fc.oneof(
  comparison("item:Subject", texts, ({ subject }) => subject.toLowerCase()),
  comparison(
    "item:DateTimeReceived",
    fc.integer({ min: -1, max: 11 }).map((hour) => ({
      text: new Date(day + hour * 3_600_000).toISOString(),
      value: day + hour * 3_600_000,
    })),
    ({ received }) => received,
  ),
  comparison(
    number,
    fc.integer({ min: -1, max: 7 }).map((value) => ({ text: String(value), value })),
    (one) => one.number,
  ),
  fc.boolean().map((read) => ({
    xml: compare("IsEqualTo", "message:IsRead", String(read)),
    holds: (one: Known) => one.read === read,
  })),
  fc.constantFrom("Red", "BLUE", "c0", "none").map((text) => ({
    xml: compare("IsEqualTo", "item:Categories", text),
    holds: ({ categories }: Known) => categories.some((each) => each.toLowerCase() === text.toLowerCase()),
  })),
  fc.constantFrom("alp", "PHA", "delta", "x").chain((text) =>
    fc.constantFrom("Substring", "Prefixed", "FullString").map((mode) => ({
      xml: `<t:Contains ContainmentMode="${mode}" ContainmentComparison="IgnoreCase">${uris("item:Subject")}<t:Constant Value="${xmlText(text)}"/></t:Contains>`,
      holds: ({ subject }: Known) => {
        const [own, wanted] = [subject.toLowerCase(), text.toLowerCase()];
        return mode === "Substring"
          ? own.includes(wanted)
          : mode === "Prefixed"
            ? own.startsWith(wanted)
            : own === wanted;
      },
    })),
  ),
  fc.constant({ xml: `<t:Exists>${number}</t:Exists>`, holds: (one: Known) => one.number !== undefined }),
  fc.constant({
    xml: `<t:Exists>${uris("item:Categories")}</t:Exists>`,
    holds: (one: Known) => one.categories.length > 0,
  }),
  fc.constantFrom(1, 8, 9).map((mask) => ({
    xml: `<t:Excludes>${tagXml("0x0E07", "Integer")}<t:Bitmask Value="${mask}"/></t:Excludes>`,
    holds: ({ flags }: Known) => (flags & mask) === 0,
  })),
);
const { tree } = fc.letrec<{ tree: Expression }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    tie("tree").map(({ xml, holds }) => ({
      xml: `<t:Not>${xml}</t:Not>`,
      holds: (one: Known) => !holds(one),
    })),
    fc.array(tie("tree"), { minLength: 1, maxLength: 4 }).map((parts) => ({
      xml: `<t:And>${parts.map(({ xml }) => xml).join("")}</t:And>`,
      holds: (one: Known) => parts.every(({ holds }) => holds(one)),
    })),
    fc.array(tie("tree"), { minLength: 1, maxLength: 4 }).map((parts) => ({
      xml: `<t:Or>${parts.map(({ xml }) => xml).join("")}</t:Or>`,
      holds: (one: Known) => parts.some(({ holds }) => holds(one)),
    })),
  ),
}));

const keys: Record<string, (one: Known) => string | number | undefined> = {
  "item:Subject": ({ subject }) => subject.toLowerCase(),
  "item:DateTimeReceived": ({ received }) => received,
  "message:IsRead": ({ read }) => Number(read),
  [number]: (one) => one.number,
};
const sorting = fc.uniqueArray(fc.tuple(fc.constantFrom(...Object.keys(keys)), fc.boolean()), {
  selector: ([key]) => key,
  minLength: 1,
  maxLength: 3,
});
const orderXml = (by: [string, boolean][]) =>
  by
    .map(
      ([key, up]) =>
        `<t:FieldOrder Order="${up ? "Ascending" : "Descending"}">${key.startsWith("<") ? key : uris(key)}</t:FieldOrder>`,
    )
    .join("");
/** The sign of two messages under a sort order; what has no such property comes first. */
function sign(by: [string, boolean][], a: Known, b: Known): number {
  for (const [key, up] of by) {
    const [left, right] = [keys[key]?.(a), keys[key]?.(b)];
    const result =
      left === undefined || right === undefined
        ? Number(left !== undefined) - Number(right !== undefined)
        : order(left, right);
    if (result !== 0) return up ? result : -result;
  }
  return 0;
}

const find = async (query: Query) => numbers(await ews.ask(findXml(query)));

describe("a search", () => {
  test("finds what an independent evaluation of its restriction finds", async () => {
    await fc.assert(
      fc.asyncProperty(tree, async ({ xml, holds }) => {
        const found = await find({ restriction: xml });
        expect(found.toSorted((a, b) => a - b)).toEqual(known.filter(holds).map(({ n }) => n));
      }),
      { numRuns: 200 },
    );
  });

  test("comes in the order that it asks for, and sorting loses nothing", async () => {
    await fc.assert(
      fc.asyncProperty(sorting, async (by) => {
        const found = (await find({ order: orderXml(by) })).map((n) => known[n] as Known);
        expect(found.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual(known.map(({ n }) => n));
        for (const [index, one] of found.entries()) {
          const next = found[index + 1];
          if (next) expect(sign(by, one, next)).toBeLessThanOrEqual(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  const size = fc.integer({ min: 1, max: 30 });
  const root = async (query: Query) => {
    const answered = await ews.ask(findXml(query));
    return {
      found: numbers(answered),
      attributes: at(messages(answered)[0], "m:RootFolder")?.attributes ?? {},
    };
  };

  test("is the same list page by page, from its beginning and from its end", async () => {
    await fc.assert(
      fc.asyncProperty(
        size,
        sorting,
        tree,
        fc.constantFrom("Beginning", "End"),
        async (most, by, { xml }, point) => {
          const query = { order: orderXml(by), restriction: xml };
          const whole = await find(query);
          const pages: number[][] = [];
          for (let offset = 0, last = false; !last;) {
            const { found, attributes } = await root({
              ...query,
              view: `<m:IndexedPageItemView MaxEntriesReturned="${most}" Offset="${offset}" BasePoint="${point}"/>`,
            });
            expect(attributes["TotalItemsInView"]).toBe(String(whole.length));
            expect(found.length).toBeLessThanOrEqual(most);
            pages.push(found);
            offset = Number(attributes["IndexedPagingOffset"]);
            last = attributes["IncludesLastItemInRange"] === "true";
            expect(last || found.length === most).toBe(true);
          }
          expect((point === "End" ? pages.toReversed() : pages).flat()).toEqual(whole);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("goes on at the fraction where a page ended, and at the first item that fits", async () => {
    await fc.assert(
      fc.asyncProperty(size, sorting, fc.integer({ min: 0, max: 11 }), async (most, by, hour) => {
        const query = { order: orderXml(by) };
        const whole = await find(query);
        const pages: number[] = [];
        for (let [numerator, denominator, last] = [0, 1, false]; !last;) {
          const { found, attributes } = await root({
            ...query,
            view: `<m:FractionalPageItemView MaxEntriesReturned="${most}" Numerator="${numerator}" Denominator="${denominator}"/>`,
          });
          pages.push(...found);
          [numerator, denominator] = [
            Number(attributes["NumeratorOffset"]),
            Number(attributes["AbsoluteDenominator"]),
          ];
          last = attributes["IncludesLastItemInRange"] === "true";
        }
        expect(pages).toEqual(whole);
        const condition = compare(
          "IsGreaterThanOrEqualTo",
          "item:DateTimeReceived",
          new Date(day + hour * 3_600_000).toISOString(),
        );
        const sought = (point: string) =>
          find({
            ...query,
            view: `<m:SeekToConditionPageItemView MaxEntriesReturned="${most}" BasePoint="${point}"><t:Condition>${condition}</t:Condition></m:SeekToConditionPageItemView>`,
          });
        const fits = (n: number): boolean => (known[n]?.received ?? 0) >= day + hour * 3_600_000;
        const [first, last] = [whole.findIndex(fits), whole.findLastIndex(fits)];
        expect(await sought("Beginning")).toEqual(first < 0 ? [] : whole.slice(first, first + most));
        expect(await sought("End")).toEqual(whole.slice(Math.max(0, last + 1 - most), last + 1));
      }),
      { numRuns: 40 },
    );
  });
});
