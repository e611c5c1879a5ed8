import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { command, literal, text } from "../../../../providers/exchange/powershell/literal.ts";
import type { Invocation } from "../../../pwsh/running.ts";
import { createSession } from "../../../pwsh/session.ts";
import { parse } from "../../../pwsh/grammar.ts";
import { hash, type Value } from "../../../pwsh/value.ts";

/** Runs a statement, and answers the commands that it came to. */
async function calls(statement: string): Promise<Invocation[]> {
  const seen: Invocation[] = [];
  const run = createSession(
    async (invocation) => {
      seen.push(invocation);
      return [];
    },
    () => [],
    () => {},
  );
  await run(statement);
  return seen;
}

async function arrived(value: Parameters<typeof literal>[0]): Promise<Value | undefined> {
  const [call, ...others] = await calls(command("Set-Thing", { Value: value }));
  expect(others).toEqual([]);
  return call?.named.get("value")?.value;
}

/** Everything that has a meaning in PowerShell, beside any text. */
const nasty = fc.oneof(
  fc.string({ unit: "binary" }).filter((each) => each.isWellFormed()),
  fc
    .array(
      fc.constantFrom(
        "'",
        "''",
        "‘",
        "’",
        "‚",
        "‛",
        '"',
        "“",
        "$",
        "$(",
        "`",
        "\n",
        "\r\n",
        "\0",
        "; ",
        "}",
        "@(",
        "#",
        "|",
        "&",
        "--%",
        "日本",
        "é",
        "-X",
        "\u2028",
      ),
    )
    .map((parts) => parts.join("")),
);

describe("values in PowerShell", () => {
  test("any text arrives as it is, and nothing else runs", async () => {
    await fc.assert(
      fc.asyncProperty(nasty, async (value) => {
        expect(await arrived(value)).toBe(value);
      }),
      { numRuns: 500 },
    );
  });

  test("lists, numbers, truth values and nothing arrive as they are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(nasty), fc.integer(), fc.boolean(), async (list, number, truth) => {
        expect(await arrived(list)).toEqual(list);
        expect(await arrived(number)).toBe(number);
        expect(await arrived(truth)).toBe(truth);
        expect(await arrived(null)).toBeNull();
      }),
      { numRuns: 200 },
    );
  });

  test("hashtables arrive as they are", async () => {
    const key = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}$/);
    const table = fc.dictionary(key, fc.oneof(nasty, fc.integer()), { minKeys: 1 });
    // PowerShell finds keys whatever their letter case.
    const distinct = table.filter(
      (each) => new Set(Object.keys(each).map((key) => key.toLowerCase())).size === Object.keys(each).length,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(distinct, { minLength: 1 }), async (tables) => {
        const value = await arrived(tables);
        expect(value).toEqual(tables.map((each) => hash(Object.entries(each))));
      }),
      { numRuns: 100 },
    );
  });

  test("what is written is PowerShell: one line of printable ASCII, one command", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}$/), nasty), (parameters) => {
        const statement = command("New-Thing", parameters);
        expect(statement).toMatch(/^[ -~]*$/);
        expect(parse(statement).descendantsOfType("command")).toHaveLength(1);
      }),
    );
  });

  test("half a character is refused without being shown", () => {
    expect(() => text("secret\uD800", "New-Mailbox -Name")).toThrow(/^New-Mailbox -Name is text with half/);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("%s is refused", (number) => {
    expect(() => literal(number, "Set-X -Y")).toThrow("Set-X -Y is no number.");
  });

  test.each(["Get-X; Remove-Y", "Get-X -Force", "", "Get X"])("'%s' is no cmdlet", (name) => {
    expect(() => command(name, {})).toThrow(/is no cmdlet/);
  });

  test("a name with more in it is no parameter", () => {
    expect(() => command("Get-X", { "Y $(Z)": 1 })).toThrow(/is no parameter/);
  });
});
