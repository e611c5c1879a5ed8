import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { convert, editedList } from "./convert.ts";
import { bytes, date, list, number, oneOf, secret, size, text, type ParameterType } from "./parameter.ts";
import { printBytes, printDuration, readBytes, readDuration } from "./quantity.ts";

const flags: ParameterType = { kind: "flags", values: ["None", "AnonymousUsers", "ExchangeServers"] };
const duration: ParameterType = { kind: "duration" };

describe("a value", () => {
  test.each<[ParameterType, unknown, unknown]>([
    [text, 5, "5"],
    [text, ["one"], "one"],
    [number, "7", 7],
    [size, "unlimited", "Unlimited"],
    [list, "a", ["a"]],
    [list, ["a", "", null], ["a"]],
    [list, null, []],
    [
      list,
      { "@odata.type": "#Exchange.GenericHashtable", Add: "a", Remove: ["b"] },
      { add: ["a"], remove: ["b"] },
    ],
    [flags, "exchangeservers, AnonymousUsers", "AnonymousUsers, ExchangeServers"],
    [oneOf("Defer"), "defer", "Defer"],
    [bytes, "35MB", "35 MB (36,700,160 bytes)"],
    [bytes, 1500, "1.465 KB (1,500 bytes)"],
    [bytes, "Unlimited", "Unlimited"],
    [duration, "00:10", "00:10:00"],
    [duration, 2, "2.00:00:00"],
    // en-US: the month comes first; without a zone it is the server's time.
    [date, "11/12/2026", "2026-11-12T00:00:00.000Z"],
    [date, "2026-11-12T08:00:00", "2026-11-12T08:00:00.000Z"],
    [date, "2026-11-12T08:00:00+01:00", "2026-11-12T07:00:00.000Z"],
  ])("%j: %j is taken as %j", (type, given, taken) => {
    expect(convert("P", type, given)).toEqual(taken);
  });

  test.each<[ParameterType, unknown, RegExp]>([
    [text, { a: 1 }, /parameter 'P'. Cannot convert value "{"a":1}" to type "System.String"/],
    [number, "seven", /"System.Int32"/],
    [{ kind: "flag" }, "true", /Boolean parameters accept only Boolean values and numbers/],
    [oneOf("A", "B"), "C", /identifier name C to a valid enumerator name.*try again: A, B"/],
    [flags, "AnonymousUsers, Everybody", /identifier name Everybody/],
    [date, "31/12/2026", /String was not recognized as a valid DateTime/],
    [bytes, "much", /ByteQuantifiedSize/],
    [duration, "25:00:00", /EnhancedTimeSpan/],
    [list, { Insert: ["a"] }, /MultiValuedProperty/],
    [{ ...list, mandatory: true }, [], /because it is an empty string/],
    [secret, ["swordfish", "x"], /Cannot convert value "" to type "System.Security.SecureString"/],
  ])("%j: %j is refused", (type, given, message) => {
    expect(() => convert("P", type, given)).toThrow(message);
  });
});

test("a collection takes edits without letter case, in its own order", () => {
  expect(editedList(["A", "b"], { add: ["B", "c"], remove: ["a"] })).toEqual(["b", "c"]);
  expect(editedList(["A"], ["z"])).toEqual(["z"]);
});

test("memory and time spans read back as they were printed", () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 31 }), (amount) => {
      expect(readBytes(printBytes(amount))).toBe(amount);
      expect(readDuration(printDuration(amount))).toBe(amount);
    }),
  );
});
