import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { cmdlets } from "../../emulator/admin/catalogue.ts";
import { parse } from "../grammar.ts";
import { proxiesOf } from "./proxies.ts";

const module = readFileSync(new URL("exchange.psm1", import.meta.url), "utf8");

/** The functions that a script declares, in lower case. */
function functionsOf(source: string): string[] {
  const nodes = parse(source).descendantsOfType("function_name");
  return nodes.flatMap((node) => (node ? [node.text.toLowerCase()] : []));
}

test("the module for a real PowerShell parses, and has what the product's statements open and close a session with", () => {
  expect(functionsOf(module)).toEqual(
    expect.arrayContaining(
      [
        "New-PSSession",
        "Import-PSSession",
        "Remove-PSSession",
        "Connect-ExchangeOnline",
        "Disconnect-ExchangeOnline",
      ].map((name) => name.toLowerCase()),
    ),
  );
});

describe.each(["onPremises", "online"] as const)("the proxies of the cmdlets %s", (side) => {
  test("parse, and are one function for each cmdlet of the side, with each parameter once", () => {
    const source = proxiesOf(side);
    const here = cmdlets.filter(({ sides }) => sides.includes(side)).map(({ name }) => name.toLowerCase());
    expect(functionsOf(source)).toEqual(here);
    for (const list of source.matchAll(/param\((.*)\)/g)) {
      const names = [...(list[1] ?? "").matchAll(/\$(\w+)/g)].map(([, name]) => name?.toLowerCase());
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test("take what the other side has not for unknown", () => {
    const only = { onPremises: "RouteMessageOutboundConnector", online: "Set-SendConnector" };
    expect(proxiesOf(side)).not.toContain(only[side]);
  });
});
