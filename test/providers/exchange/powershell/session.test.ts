import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Exchange, Parameter } from "../../../../providers/exchange/port.ts";
import { createPwsh } from "../../../../providers/exchange/pwsh.ts";
import { pwsh, realPowerShell } from "../../powershell.ts";

if (realPowerShell === undefined)
  test.skip("a session in PowerShell itself: there is no pwsh on the PATH", () => {});

/** Functions in the place of a module's cmdlets; whatever PowerShell adds to a call is in none of their parameters. */
const module = [
  "function global:Get-Echo($Value) { [pscustomobject]@{ Value = $Value } }",
  "function global:Get-Nothing { }",
  "function global:Get-Noise { [Console]::Error.WriteLine('noise with a secret in it') }",
].join("; ");

const text = fc.oneof(
  fc.string({ unit: "binary" }).filter((each) => each.isWellFormed()),
  fc
    .array(
      fc.constantFrom("'", "’", "“", '"', "$", "$(", "`", "\r\n", "\0", "; ", "@{", "}", "日本", "\u2028"),
    )
    .map((parts) => parts.join("")),
);

describe.each([["the stand-in", pwsh], ...(realPowerShell === undefined ? [] : [[realPowerShell, "pwsh"]])])(
  "a session in %s",
  (_name, executable = "") => {
    let exchange: Exchange;
    const open = (): Exchange =>
      createPwsh({
        side: "onPremises",
        connect: async () => module,
        disconnect: "$null",
        executable,
        wait: async () => {},
      });
    beforeAll(() => void (exchange = open()));
    afterAll(() => exchange.close());
    const echo = async (Value: Parameter): Promise<unknown> =>
      (await exchange.invoke("Get-Echo", { Value }))[0]?.["Value"];

    test("hands any value over and back as it is", { timeout: 120_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(
          text,
          fc.array(text, { minLength: 2 }),
          fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
          fc.boolean(),
          async (one, list, number, truth) => {
            expect(await echo(one)).toBe(one);
            expect(await echo(list)).toEqual(list);
            expect(await echo(number)).toBe(number);
            expect(await echo(truth)).toBe(truth);
          },
        ),
        { numRuns: 50 },
      );
      expect(await echo(null)).toBeNull();
    });

    test("tells nothing from an object, and an unknown cmdlet from both", async () => {
      expect(await exchange.invoke("Get-Nothing")).toEqual([]);
      await expect(exchange.invoke("Get-Nonsense")).rejects.toMatchObject({ code: "UNKNOWN_CMDLET" });
      expect(await echo("still there")).toBe("still there");
    });

    test("takes what is written to standard error for a failure, and shows none of it", async () => {
      const other = open();
      const failure = await other.invoke("Get-Noise").catch((error: unknown) => error as Error);
      expect(failure).toMatchObject({ code: "UNAVAILABLE" });
      expect(String((failure as Error).stack)).not.toContain("secret");
      await other.close();
    });
  },
);
