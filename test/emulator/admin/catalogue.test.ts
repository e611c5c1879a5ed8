import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { cmdletOf, cmdlets } from "./catalogue.ts";
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
    const sides = cmdlets.flatMap((cmdlet) =>
      cmdlet.sides.map((side) => ({ cmdlet, side, title: `${cmdlet.name} ${side}` })),
    );

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
    });
  },
);
