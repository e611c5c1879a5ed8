import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { cmdletOf, cmdlets } from "./catalogue.ts";
import { furtherSignatures } from "./signature/further.ts";
import { readSignatures } from "./signature/notation.ts";
import type { SideName } from "../store.ts";

interface Reference {
  cmdlet: string;
  applicableTo: string[];
  parameters: Record<string, { applicable?: string[] }>;
}

const file = new URL("../../../../shared/reference/cmdlets/cmdlets.json", import.meta.url);
const products: Record<SideName, RegExp> = {
  onPremises: /^Exchange Server SE$/,
  online: /^Exchange Online$/,
};

/** Cmdlets that the reference folder has no page of. */
const further = new Set(readSignatures(furtherSignatures).keys());

test("each side has its own cmdlets", () => {
  expect(cmdletOf("get-inboundconnector", "online")?.name).toBe("Get-InboundConnector");
  expect(cmdletOf("Get-InboundConnector", "onPremises")).toBeUndefined();
  expect(cmdletOf("Get-SendConnector", "online")).toBeUndefined();
  expect(new Set(cmdlets.map(({ name }) => name)).size).toBe(cmdlets.length);
});

describe.skipIf(!existsSync(file))(
  "against the cmdlet reference (skipped where ../shared is missing)",
  () => {
    const known = existsSync(file)
      ? new Map(
          (JSON.parse(readFileSync(file, "utf8")) as { cmdlets: Reference[] }).cmdlets.map((each) => [
            each.cmdlet,
            each,
          ]),
        )
      : new Map<string, Reference>();
    const sides = cmdlets
      .filter(({ name }) => !further.has(name))
      .flatMap((cmdlet) => cmdlet.sides.map((side) => ({ cmdlet, side, title: `${cmdlet.name} ${side}` })));

    test.each(sides)("$title is one of Exchange's, with Exchange's parameters", ({ cmdlet, side }) => {
      const reference = known.get(cmdlet.name);
      const isThere = (applicable: string[] | undefined): boolean =>
        !!applicable?.some((product) => products[side].test(product));
      expect(isThere(reference?.applicableTo)).toBe(true);
      const strange = Object.entries(cmdlet.parameters)
        .filter(([, type]) => type.side === undefined || type.side === side)
        .map(([name]) => name)
        .filter((name) => {
          const parameter = reference?.parameters[name];
          return !parameter || !isThere(parameter.applicable ?? reference.applicableTo);
        });
      expect(strange).toEqual([]);
      const lacking = Object.entries(reference?.parameters ?? {})
        .filter(([, { applicable }]) => isThere(applicable ?? reference?.applicableTo))
        .map(([name]) => name)
        .filter((name) => {
          const type = cmdlet.parameters[name];
          return !type || (type.side !== undefined && type.side !== side);
        });
      expect(lacking).toEqual([]);
    });

    test("has every cmdlet of the reference, but those that run on the administrator's own computer", () => {
      const own = ["Connect-ExchangeOnline", "Disconnect-ExchangeOnline", "Get-ConnectionInformation"];
      const names = new Set(cmdlets.map(({ name }) => name));
      expect([...known.keys()].filter((name) => !names.has(name)).toSorted()).toEqual(own);
    });
  },
);
