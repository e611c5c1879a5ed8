import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stretchOf } from "./dates.ts";
import { parseQueryString, QueryStringError, type Query } from "./query-string.ts";

/** A Wednesday. */
const now = Date.UTC(2026, 10, 25, 14, 30);
const parse = (text: string): Query => parseQueryString(text, now);
const text = (value: string, property?: string, exact = false) => ({
  is: "text",
  ...(property ? { property } : {}),
  text: value,
  exact,
});

describe("a query string", () => {
  test.each<[string, object]>([
    ["project", text("project")],
    ['"sales figures"', text("sales figures", undefined, true)],
    ['"win product"*', text("win product")],
    ["subject: project", text("project", "subject")],
    ["Content:progress", text("progress", "body")],
    ["product development", { is: "and", parts: [text("product"), text("development")] }],
    ["body:sales figures", { is: "and", parts: [text("sales", "body"), text("figures", "body")] }],
    ["subject:(a OR b)", { is: "or", parts: [text("a", "subject"), text("b", "subject")] }],
    [
      "a OR b AND -c",
      {
        is: "or",
        parts: [text("a"), { is: "and", parts: [text("b"), { is: "not", part: text("c") }] }],
      },
    ],
    ["this and that", { is: "and", parts: ["this", "and", "that"].map((word) => text(word)) }],
    ["hasattachment:yes", { is: "flag", property: "hasattachment", value: true }],
    ["isread:false", { is: "flag", property: "isread", value: false }],
    ["importance:High", { is: "one", property: "importance", value: "high" }],
    ["kind:meeting", { is: "one", property: "kind", value: "meetings" }],
    ["size:>5000", { is: "limits", property: "size", from: 5001 }],
    ["size:<= 2 KB", { is: "limits", property: "size", until: 2049 }],
    ["size:1kb..1MB", { is: "limits", property: "size", from: 1024, until: 1048577 }],
    ["received:today", { is: "limits", property: "received", ...stretchOf("today", now) }],
    [
      "sent:last week report",
      {
        is: "and",
        parts: [{ is: "limits", property: "sent", ...stretchOf("last week", now) }, text("report")],
      },
    ],
    [
      "received:(>=1/1/2026 AND <2026-02-01)",
      {
        is: "and",
        parts: [
          { is: "limits", property: "received", from: Date.UTC(2026, 0) },
          { is: "limits", property: "received", until: Date.UTC(2026, 1) },
        ],
      },
    ],
    [
      "received:January 1, 2026 .. February 2026",
      { is: "limits", property: "received", from: Date.UTC(2026, 0), until: Date.UTC(2026, 2) },
    ],
  ])("%s is read", (given, expected) => {
    expect(parse(given)).toEqual(expected);
  });

  test.each([
    ["an open parenthesis", "(a OR b"],
    ["a parenthesis too many", "a)"],
    ["an open quotation mark", 'subject:"a'],
    ["an operator without a right side", "a AND"],
    ["an operator without a left side", "OR a"],
    ["nothing at all", " "],
    ["nothing in parentheses", "()"],
    ["an unknown property", "AttachmentName:report"],
    ["a property without a value", "subject:"],
    ["a date that does not exist", "sent:2/30/2026"],
    ["a size that is none", "size:big"],
    ["a flag that is neither", "isread:maybe"],
    ["a kind that is none", "kind:lunch"],
    ["a comparison of nothing", "> 5"],
    ["a property within a property", "subject:(from:a)"],
    ["parentheses without end", "(".repeat(1e5)],
    ["too many words", "a ".repeat(1e5)],
  ])("with %s is none", (_, given) => {
    expect(() => parse(given)).toThrow(QueryStringError);
  });

  test("is read, or refused, whatever it is", () => {
    const bit = fc.constantFrom(
      ...'( ) AND OR NOT - a "b c" " * subject: sent: size: > .. today 5 kb'.split(" "),
      " ",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(bit).map((bits) => bits.join(" ")),
        ),
        (given) => {
          try {
            parse(given);
          } catch (error) {
            expect(error).toBeInstanceOf(QueryStringError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("means what was written, however deep", () => {
    const word = fc.stringMatching(/^[a-z0-9@.]{1,8}$/);
    const { query } = fc.letrec<{ query: Query; leaf: Query }>((tie) => ({
      leaf: fc.oneof(
        fc.record({ is: fc.constant("text" as const), text: word, exact: fc.boolean() }),
        fc.record({
          is: fc.constant("text" as const),
          property: fc.constantFrom("subject" as const, "from" as const, "participants" as const),
          text: word,
          exact: fc.boolean(),
        }),
        fc.record({
          is: fc.constant("flag" as const),
          property: fc.constantFrom("isread" as const, "isflagged" as const),
          value: fc.boolean(),
        }),
      ),
      query: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        tie("leaf"),
        fc.record({ is: fc.constant("not" as const), part: tie("query") }),
        fc.record({
          is: fc.constantFrom("and" as const, "or" as const),
          parts: fc.array(tie("query"), { minLength: 2, maxLength: 3 }),
        }),
      ),
    }));
    fc.assert(fc.property(query, (each) => void expect(parse(written(each))).toEqual(each)));
  });
});

function written(query: Query): string {
  switch (query.is) {
    case "not":
      return `NOT (${written(query.part)})`;
    case "and":
    case "or":
      return `(${query.parts.map(written).join(` ${query.is.toUpperCase()} `)})`;
    case "text":
      return `${query.property ? `${query.property}:` : ""}${query.exact ? `"${query.text}"` : query.text}`;
    default:
      return `${query.property}:${"value" in query ? query.value : ""}`;
  }
}

describe("a date", () => {
  const told = (given: string) => {
    const found = stretchOf(given, now);
    return found && [found.from, found.until].map((time) => new Date(time).toISOString().slice(0, 16));
  };

  test.each([
    ["yesterday", "2026-11-24T00:00", "2026-11-25T00:00"],
    ["Tomorrow", "2026-11-26T00:00", "2026-11-27T00:00"],
    ["wednesday", "2026-11-25T00:00", "2026-11-26T00:00"],
    ["thursday", "2026-11-19T00:00", "2026-11-20T00:00"],
    ["this week", "2026-11-22T00:00", "2026-11-29T00:00"],
    ["lastweek", "2026-11-15T00:00", "2026-11-22T00:00"],
    ["next month", "2026-12-01T00:00", "2027-01-01T00:00"],
    ["last year", "2025-01-01T00:00", "2026-01-01T00:00"],
    ["2025", "2025-01-01T00:00", "2026-01-01T00:00"],
    ["Feb 2025", "2025-02-01T00:00", "2025-03-01T00:00"],
    ["march", "2026-03-01T00:00", "2026-04-01T00:00"],
    ["12/31/2025", "2025-12-31T00:00", "2026-01-01T00:00"],
    ["2025-12-31T10:05Z", "2025-12-31T10:05", "2025-12-31T10:06"],
  ])("%s is from %s until %s", (given, from, until) => {
    expect(told(given)).toEqual([from, until]);
  });

  test.each(["soon", "13/1/2025", "2025-02-29", "2025-01-01T25:00Z", "mar.", "30", ""])(
    "is not '%s'",
    (given) => {
      expect(told(given)).toBeUndefined();
    },
  );
});
