import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Fault } from "../../../providers/exchange/errors.ts";
import { withoutValues } from "../../../providers/exchange/redact.ts";
import type { Exchange, Parameters, SideName } from "../../../providers/exchange/port.ts";
import { cmdletsThere } from "../../emulator/admin/signature/all.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { powershellSession } from "../powershell.ts";

let organization: Embedded;
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => void (organization = await startEmbedded()));
afterAll(async () => {
  for (const close of closing) await close();
  await organization.close();
});

/** Ways in which a value that nobody else has can look. */
const shapes: readonly ((mark: string) => string)[] = [
  (mark) => mark,
  (mark) => `P@$$ "${mark}"'s`,
  (mark) => `${mark.toUpperCase()}@contoso.com`,
  (mark) => `https://${mark}.example/x?y=${mark}`,
  (mark) => `Ünïcode ${mark}\n`,
];

/** Some parameters of a cmdlet, each with values that can be found again. */
const given = (names: readonly string[]): fc.Arbitrary<Parameters> =>
  fc
    .subarray([...names], { minLength: Math.min(1, names.length), maxLength: Math.min(6, names.length) })
    .chain((some) =>
      fc.record(
        Object.fromEntries(
          some.map((name) => [
            name,
            fc
              .tuple(fc.noShrink(fc.uuid()), fc.constantFrom(...shapes), fc.boolean())
              .map(([mark, shape, list]) => (list ? [shape(mark), shape(mark)] : shape(mark))),
          ]),
        ),
      ),
    );

/** Marks of the values in a text; the object's own name may be there. */
function leaked(text: string, parameters: Parameters): string[] {
  return Object.entries(parameters)
    .filter(([name]) => name !== "Identity" && name !== "Name")
    .filter(([, value]) => {
      const mark = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(JSON.stringify(value))?.[0];
      return mark !== undefined && text.toLowerCase().includes(mark.toLowerCase());
    })
    .map(([name]) => name);
}

const everything = (error: unknown): string =>
  error instanceof Error ? `${error.message} ${error.stack} ${everything(error.cause)}` : String(error);

const sides: SideName[] = ["onPremises", "online"];
const adapters: [string, SideName, (side: SideName) => Promise<Exchange>, number][] = sides.flatMap(
  (side) => [
    ["REST", side, async () => organization.exchange(side), 6],
    [
      "PowerShell",
      side,
      async () => {
        const { exchange, close } = await powershellSession(organization, side);
        closing.push(close);
        return exchange;
      },
      2,
    ],
  ],
);

describe("a text without the values that were given", () => {
  test.each<[string, Parameters, string, string]>([
    ["as it was given", { Password: "Pa55word!" }, "'Pa55word!' is weak", "'(-Password)' is weak"],
    ["in another letter case", { TlsDomain: "Relay.Example" }, "no relay.example", "no (-TlsDomain)"],
    ["as JSON", { Comment: 'a "b"\nc' }, 'not ["a \\"b\\"\\nc"]', 'not ["(-Comment)"]'],
    ["as XML", { Comment: "a<b>" }, "<x>a&lt;b&gt;</x>", "<x>(-Comment)</x>"],
    ["in quotes of PowerShell", { Comment: "it's" }, "'it''s' failed", "'(-Comment)' failed"],
    ["one that begins with another", { A: "abc", B: "abcdef" }, "abcdef abc", "(-B) (-A)"],
    ["two letters, not in words", { A: "is" }, "This 'is' it", "This '(-A)' it"],
    ["the object's own name", { Name: "Rule", Comment: "" }, "Rule failed", "Rule failed"],
  ])("%s", (_how, parameters, text, clean) => {
    expect(withoutValues(text, parameters)).toBe(clean);
  });
});

describe.each(adapters)("over %s, %s", (_adapter, side, open, numRuns) => {
  test("no failure of any cmdlet carries a parameter's value", { timeout: 120_000 }, async () => {
    const exchange = await open(side);
    const failed = new Set<string>();
    for (const { name, parameters } of cmdletsThere(side)) {
      await fc.assert(
        fc.asyncProperty(given(parameters), async (values) => {
          const failure: unknown = await exchange.invoke(name, values).then(
            () => undefined,
            (error: unknown) => error,
          );
          if (failure === undefined) return;
          failed.add(name);
          expect(failure).toBeInstanceOf(Fault);
          expect([name, leaked(everything(failure), values), everything(failure)]).toEqual([
            name,
            [],
            expect.anything(),
          ]);
        }),
        { numRuns },
      );
    }
    // Otherwise nothing was proved.
    expect(failed.size).toBeGreaterThan(cmdletsThere(side).length / 2);
  });
});
