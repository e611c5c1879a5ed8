import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressSpaces, connectorSource, exact, loose, state } from "../../providers/forms.ts";

const scalar = fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.constant(null));
const value = fc.oneof(scalar, fc.array(scalar, { maxLength: 6 }));

describe("normal forms", () => {
  test.each([loose, exact, addressSpaces, state, connectorSource])(
    "a normal form is its own normal form (%#)",
    (form) => {
      fc.assert(fc.property(value, (each) => void expect(form(form(each))).toEqual(form(each))));
    },
  );

  test("order and repetition do not matter", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string()),
        (each) => void expect(loose([...each, ...each].toReversed())).toEqual(loose(each)),
      ),
    );
  });

  test.each([[null], [undefined], [""], [[]], [[""]], [[null]], ["  "]])("%j is nothing", (each) => {
    expect(loose(each)).toBeNull();
  });

  test("one element is its scalar", () => {
    expect(loose(["contoso.com"])).toBe(loose("contoso.com"));
  });

  test("numbers and truth values are the texts that Exchange prints", () => {
    expect([loose(5), loose(true)]).toEqual([loose("5"), loose("True")]);
  });

  test("letter case matters only to regular expressions", () => {
    expect(loose(String.raw`\D`)).toBe(loose(String.raw`\d`));
    expect(exact(String.raw`\D`)).not.toBe(exact(String.raw`\d`));
  });

  test("text beyond ASCII is kept", () => {
    expect(loose("Łukasz Müller")).toBe(loose("ŁUKASZ MÜLLER"));
  });

  test("a domain and the address space that Exchange makes of it are the same", () => {
    expect(addressSpaces(["*", "contoso.com"])).toEqual(addressSpaces(["smtp:contoso.com;1", "SMTP:*;1"]));
  });

  test("the State that is read is the Enabled that was written", () => {
    expect([state("Enabled"), state("Disabled")]).toEqual([state(true), state(false)]);
  });
});
