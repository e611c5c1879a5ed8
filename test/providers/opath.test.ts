import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyOf, equals, normalFilter } from "../../providers/opath.ts";

const clause = fc
  .tuple(fc.constantFrom("EmailAddresses", "MemberOfGroup"), fc.string())
  .map(([property, value]) => equals(property, value));

describe("recipient filters", () => {
  test("parentheses, spaces and letter case that Exchange adds make no difference", () => {
    const ours =
      "(RecipientTypeDetails -eq 'UserMailbox' -or RecipientTypeDetails -eq 'SharedMailbox') -and -not (Alias -eq 'otto')";
    const theirs =
      "(((recipienttypedetails  -EQ 'UserMailbox') -or (RecipientTypeDetails -eq 'SharedMailbox')) -and (-not((Alias -eq 'otto'))))";
    expect(normalFilter(theirs)).toBe(normalFilter(ours));
  });

  test("the order of clauses makes no difference", () => {
    fc.assert(
      fc.property(
        fc.array(clause, { minLength: 1, maxLength: 5 }),
        (clauses) =>
          void expect(normalFilter(anyOf(clauses.toReversed()))).toBe(normalFilter(anyOf(clauses))),
      ),
    );
  });

  test("nesting of the same operator makes no difference", () => {
    expect(normalFilter("(A -eq '1' -or B -eq '2') -or C -eq '3'")).toBe(
      normalFilter("A -eq '1' -or (C -eq '3' -or B -eq '2')"),
    );
  });

  test.each([
    ["A -eq '1' -and B -eq '2'", "A -eq '1' -or B -eq '2'"],
    ["-not (A -eq '1')", "A -eq '1'"],
    ["-not (A -eq '1' -or B -eq '2')", "(-not (A -eq '1')) -or B -eq '2'"],
    ["A -eq '1'", "A -ne '1'"],
    ["A -eq '1' -or B -eq '2' -and C -eq '3'", "(A -eq '1' -or B -eq '2') -and C -eq '3'"],
  ])("%s is not %s", (one, other) => {
    expect(normalFilter(one)).not.toBe(normalFilter(other));
  });

  test("a quote in a value is doubled, and found again", () => {
    expect(equals("DisplayName", "Seán O'Brien")).toBe("DisplayName -eq 'Seán O''Brien'");
    expect(normalFilter('(DisplayName -eq "Seán O\'Brien")')).toBe(
      normalFilter(equals("DisplayName", "Seán O'Brien")),
    );
  });

  test("text that is no filter is compared as it is", () => {
    expect(normalFilter("Alias -eq")).toBe("alias -eq");
    expect(normalFilter("")).toBe("");
  });
});
