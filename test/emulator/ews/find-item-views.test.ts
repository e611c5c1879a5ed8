import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, at, codes, messages, type Answered, type EwsTest } from "./client.ts";
import { compare, everyone, findXml, numbers, startFilled } from "./filled.ts";
import { create, createXml, folderXml, tagXml, uris } from "./requests.ts";
import { child, type Element } from "./xml.ts";

let ews: EwsTest;
beforeAll(async () => {
  ews = await startFilled();
});
afterAll(() => ews.close());

const page = (size: number, offset: number, point = "Beginning") =>
  `<m:IndexedPageItemView MaxEntriesReturned="${size}" Offset="${offset}" BasePoint="${point}"/>`;
const groupXml = (by: string, on = "item:DateTimeReceived", aggregate = "Maximum", order = "Descending") =>
  `<m:GroupBy Order="${order}">${by.startsWith("<") ? by : uris(by)}<t:AggregateOn Aggregate="${aggregate}">${uris(on)}</t:AggregateOn></m:GroupBy>`;
const root = (answered: Answered): Element | undefined => child(messages(answered)[0], "m:RootFolder");
/** Groups of an answer: number, and the numbers of their messages. */
const groups = (answered: Answered): [string, number[]][] =>
  all(answered.body, "t:GroupedItems").map((group) => [
    child(group, "t:GroupIndex")?.text ?? "",
    numbers({ ...answered, body: group }),
  ]);

describe("groups", () => {
  test("hold the items with one value of a property, in the order of what is largest in each", async () => {
    const answered = await ews.ask(findXml({ group: groupXml("message:IsRead") }));
    expect(groups(answered)).toEqual([
      ["0", [11, 9, 7, 5, 3, 1]],
      ["1", [10, 8, 6, 4, 2, 0]],
    ]);
    // Each group's head counts as a row.
    expect(root(answered)?.attributes).toEqual({
      IndexedPagingOffset: "14",
      TotalItemsInView: "12",
      IncludesLastItemInRange: "true",
    });
    expect(child(root(answered), "t:Items")).toBeUndefined();
  });

  test.each([
    ["Maximum", "Ascending", [[9], [8, 10, 11]]],
    ["Maximum", "Descending", [[8, 10, 11], [9]]],
    ["Minimum", "Ascending", [[8, 10, 11], [9]]],
    ["Minimum", "Descending", [[9], [8, 10, 11]]],
  ])("are ordered by the %s of a property, %s", async (aggregate, order, expected) => {
    // Of 8 to 11 the ninth is important.
    const restriction = compare("IsGreaterThan", "item:DateTimeReceived", "2026-01-01T07:30:00Z");
    const within = `<t:FieldOrder Order="Ascending">${uris("item:DateTimeReceived")}</t:FieldOrder>`;
    const group = groupXml("item:Importance", "item:DateTimeReceived", aggregate, order);
    const found = groups(await ews.ask(findXml({ group, restriction, order: within })));
    expect(found.map(([, items]) => items)).toEqual(expected);
  });

  test("that lack the property are one group", async () => {
    const name = `<t:ExtendedFieldURI PropertySetId="00020329-0000-0000-c000-000000000046" PropertyName="n" PropertyType="Integer"/>`;
    const found = groups(await ews.ask(findXml({ group: groupXml(name) })));
    expect(found).toEqual([
      ["0", [11, 9, 8, 7, 6, 4, 3, 2, 1]],
      ["1", [10]],
      ["2", [5]],
      ["3", [0]],
    ]);
  });

  test("by the topic of a conversation are ready-made", async () => {
    const group = `<m:DistinguishedGroupBy Order="Ascending"><t:StandardGroupBy>ConversationTopic</t:StandardGroupBy></m:DistinguishedGroupBy>`;
    const found = groups(await ews.ask(findXml({ group, view: page(6, 0) })));
    expect(found).toEqual([
      ["0", [0]],
      ["1", [1]],
      ["2", [2]],
    ]);
  });

  test("come in pages that hold every item exactly once, whatever their size and end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 15 }),
        fc.constantFrom("Beginning", "End"),
        fc.constantFrom("message:IsRead", "item:Importance", "item:Subject"),
        async (size, point, by) => {
          const found: number[] = [];
          for (let offset = 0, last = false; !last;) {
            const answered = await ews.ask(findXml({ view: page(size, offset, point), group: groupXml(by) }));
            const attributes = root(answered)?.attributes ?? {};
            expect(attributes["TotalItemsInView"]).toBe("12");
            expect(Number(attributes["IndexedPagingOffset"])).toBeGreaterThan(offset);
            found.push(...numbers(answered));
            offset = Number(attributes["IndexedPagingOffset"]);
            last = attributes["IncludesLastItemInRange"] === "true";
          }
          expect(found.toSorted((a, b) => a - b)).toEqual(everyone);
        },
      ),
      { numRuns: 20 },
    );
  });

  test("of a page that begins within one go on under its number", async () => {
    const found = groups(await ews.ask(findXml({ view: page(5, 5), group: groupXml("message:IsRead") })));
    expect(found).toEqual([
      ["0", [3, 1]],
      ["1", [10, 8]],
    ]);
  });

  test("are not made of what cannot be sorted by", async () => {
    for (const group of [groupXml("item:Body"), groupXml("item:Subject", "item:Attachments")])
      expect(codes(await ews.ask(findXml({ group })))).toEqual(["ErrorUnsupportedPathForSortGroup"]);
  });
});

const calendarXml = (from: string, until: string, more = "") =>
  `<m:CalendarView${more} StartDate="${from}" EndDate="${until}"/>`;
const calendar = folderXml("calendar");
const moment = (id: number, time: string) =>
  `<t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId="Appointment" PropertyId="${id}" PropertyType="SystemTime"/><t:Value>${time}</t:Value></t:ExtendedProperty>`;

describe("a calendar's view", () => {
  beforeAll(async () => {
    const appointments = [
      ["late", "2026-03-02T15:00:00Z", "2026-03-02T16:00:00Z"],
      ["early", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z"],
      ["long", "2026-03-01T00:00:00Z", "2026-03-05T00:00:00Z"],
      ["before", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"],
      ["after", "2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z"],
    ];
    for (const [subject, start, end] of appointments)
      await ews.ask(
        createXml({
          before: `<t:Subject>${subject}</t:Subject>${moment(0x820d, start ?? "")}${moment(0x820e, end ?? "")}`,
          folder: "calendar",
          flags: "",
        }),
      );
    await create(ews, { before: "<t:Subject>at no time</t:Subject>", folder: "calendar" });
  });

  const day = calendarXml("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
  const subjects = (answered: Answered) => all(answered.body, "t:Subject").map(({ text }) => text);

  test("shows what takes place between two times, by its start", async () => {
    const answered = await ews.ask(findXml({ view: day, folders: calendar, more: uris("item:Subject") }));
    expect(subjects(answered)).toEqual(["long", "early", "late"]);
    expect(root(answered)?.attributes).toEqual({ TotalItemsInView: "3", IncludesLastItemInRange: "true" });
  });

  test("is cut where the client wants it", async () => {
    const view = calendarXml("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z", ' MaxEntriesReturned="2"');
    const answered = await ews.ask(findXml({ view, folders: calendar, more: uris("item:Subject") }));
    expect(subjects(answered)).toEqual(["long", "early"]);
    expect(root(answered)?.attributes["IncludesLastItemInRange"]).toBe("false");
  });

  test.each([
    ["of another folder", { view: day }, "ErrorCalendarFolderIsInvalidForCalendarView"],
    [
      "that ends before it begins",
      { view: calendarXml("2026-03-03T00:00:00Z", "2026-03-02T00:00:00Z"), folders: calendar },
      "ErrorCalendarEndDateIsEarlierThanStartDate",
    ],
    [
      "of more than two years",
      { view: calendarXml("2026-03-03T00:00:00Z", "2028-03-03T00:00:01Z"), folders: calendar },
      "ErrorCalendarViewRangeTooBig",
    ],
    [
      "with a restriction",
      { view: day, folders: calendar, restriction: compare("IsEqualTo", "item:Subject", "x") },
      "ErrorInvalidOperation",
    ],
    [
      "with groups",
      { view: day, folders: calendar, group: groupXml("item:Subject") },
      "ErrorInvalidOperation",
    ],
  ])("%s is refused", async (_, query, code) => {
    expect(codes(await ews.ask(findXml(query)))).toEqual([code]);
  });
});

describe("a contacts' view", () => {
  const contacts = folderXml("contacts");
  const names = (answered: Answered) => all(answered.body, "t:Subject").map(({ text }) => text);
  const view = (attributes: string) => `<m:ContactsView${attributes}/>`;

  beforeAll(async () => {
    for (const name of ["Miller", "adams", "Zoe", "Baker"])
      await create(ews, { before: `<t:Subject>${name}</t:Subject>`, folder: "contacts" });
    const display = `<t:ExtendedProperty>${tagXml("0x3001", "String")}<t:Value>Carter</t:Value></t:ExtendedProperty>`;
    await create(ews, { before: `<t:Subject>Yard</t:Subject>${display}`, folder: "contacts", flags: "" });
  });

  test.each<[string, string[]]>([
    ["", ["adams", "Baker", "Yard", "Miller", "Zoe"]],
    [' InitialName="b" FinalName="N"', ["Baker", "Yard", "Miller"]],
    [' MaxEntriesReturned="1" InitialName="Baker"', ["Baker"]],
  ])("shows names from one to another, in their order: %s", async (attributes, expected) => {
    const query = { view: view(attributes), folders: contacts, more: uris("item:Subject") };
    expect(names(await ews.ask(findXml(query)))).toEqual(expected);
  });

  test("goes with a restriction, and with no other folder", async () => {
    const restriction = compare("IsNotEqualTo", "item:Subject", "Zoe");
    const query = {
      view: view(' InitialName="d"'),
      folders: contacts,
      restriction,
      more: uris("item:Subject"),
    };
    expect(names(await ews.ask(findXml(query)))).toEqual(["Miller"]);
    const wrong = await ews.ask(findXml({ view: view("") }));
    expect(codes(wrong)).toEqual(["ErrorInvalidFolderTypeForOperation"]);
    expect(at(messages(wrong)[0], "m:RootFolder")).toBeUndefined();
  });
});
