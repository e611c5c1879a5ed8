import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FilterError, mapProperties, matches, parseFilter, printFilter, type Filter } from "./opath.ts";

const property = fc.constantFrom(
  "Alias",
  "PrimarySmtpAddress",
  "RecipientTypeDetails",
  "CustomAttribute1",
  "MemberOfGroup",
);
const value = fc.oneof(fc.string(), fc.constantFrom("O'Brien", "a b", "", "*@contoso.com", '"', "-eq", "Ł"));
const filters: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({
      operator: fc.constantFrom("eq", "ne", "like", "notlike", "gt", "ge", "lt", "le"),
      property,
      value,
    }),
    fc.record({ operator: fc.constantFrom("and", "or"), left: tie("filter"), right: tie("filter") }),
    fc.record({ operator: fc.constant("not"), filter: tie("filter") }),
  ),
})).filter;

const bags = fc.dictionary(
  fc.constantFrom("alias", "primarysmtpaddress", "recipienttypedetails", "customattribute1"),
  fc.array(fc.constantFrom("a", "B", "anna@contoso.com", "UserMailbox"), { maxLength: 2 }),
);

describe("a recipient filter", () => {
  test("means the same after it was printed and parsed", () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(parseFilter(printFilter(filter))).toEqual(filter);
      }),
    );
  });

  test("answers by the algebra of its operators", () => {
    fc.assert(
      fc.property(filters, filters, bags, (one, other, bag) => {
        const read = (name: string): string[] => bag[name] ?? [];
        const is = (filter: Filter): boolean => matches(filter, read);
        expect(is({ operator: "and", left: one, right: other })).toBe(is(one) && is(other));
        expect(is({ operator: "or", left: one, right: other })).toBe(is(one) || is(other));
        expect(is({ operator: "not", filter: one })).toBe(!is(one));
      }),
    );
  });

  test("keeps its shape when properties get other names", () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(mapProperties(filter, (name) => name)).toEqual(filter);
      }),
    );
  });

  test("binds -and closer than -or, and -not closest", () => {
    const filter = parseFilter("-not Alias -eq 'a' -and Alias -eq 'b' -or Alias -eq 'c'");
    expect(printFilter(filter)).toBe("(((-not(Alias -eq 'a')) -and (Alias -eq 'b')) -or (Alias -eq 'c'))");
  });

  test("takes any letter case, bare words, double quotes and doubled quotes", () => {
    expect(parseFilter("alias -EQ anna")).toEqual({ operator: "eq", property: "alias", value: "anna" });
    expect(parseFilter('Name -like "O""x*"')).toMatchObject({ operator: "like", value: 'O"x*' });
    expect(parseFilter("Name -eq 'Seán O''Brien'")).toMatchObject({ value: "Seán O'Brien" });
  });

  test("compares without letter case, -like with stars, and $null with nothing there", () => {
    const read = (name: string): string[] => (name === "alias" ? ["Anna.Weber"] : []);
    expect(matches(parseFilter("Alias -eq 'anna.weber'"), read)).toBe(true);
    expect(matches(parseFilter("Alias -like 'ANNA*er'"), read)).toBe(true);
    expect(matches(parseFilter("Alias -like 'anna?weber'"), read)).toBe(false);
    expect(matches(parseFilter("Department -eq $null"), read)).toBe(true);
    expect(matches(parseFilter("Alias -ne $null"), read)).toBe(true);
  });

  test.each([
    "",
    "Alias",
    "Alias -eq",
    "Alias -is 'a'",
    "(Alias -eq 'a'",
    "Alias -eq 'a' Alias",
    "Alias -eq 'a",
    "-and Alias -eq 'a'",
    "Alias -eq 'a' -and",
  ])("is refused when malformed: %s", (source) => {
    expect(() => parseFilter(source)).toThrow(FilterError);
  });
});
