import { describe, expect, test } from "vitest";
import type { Row, SideName } from "../store.ts";
import { bind, parametersOn } from "./bind.ts";
import { cmdletOf } from "./catalogue.ts";

function bound(name: string, given: Row, side: SideName = "onPremises"): Row {
  const cmdlet = cmdletOf(name, side);
  if (!cmdlet) throw new Error(`${side} has no ${name}`);
  return bind(cmdlet, parametersOn(cmdlet, side), given);
}

describe("names", () => {
  test("are taken without letter case, shortened, and by alias", () => {
    expect(bound("Set-TransportRule", { identity: "x", Commen: "y", cf: false, verbose: true })).toEqual({
      Identity: "x",
      Comments: "y",
      Confirm: false,
    });
  });

  test.each([
    [{ Identity: "x", Co: "y" }, /name 'Co' is ambiguous. Possible matches include: .*-Comments.*-Confirm/],
    [{ Identity: "x", identity: "y" }, /parameter 'Identity' is specified more than once/],
    [{ Identity: "x", Colour: "y" }, /cannot be found that matches parameter name 'Colour'/],
    [
      { Identity: "x", RouteMessageOutboundConnector: "y" },
      /cannot be found.*'RouteMessageOutboundConnector'/,
    ],
    [{ Identity: null }, /to parameter 'Identity' because it is null/],
    [{ Comments: "x" }, /missing mandatory parameters: Identity\./],
  ])("are refused: %j", (given, message) => {
    expect(() => bound("Set-TransportRule", given)).toThrow(message);
  });
});

describe("parameter sets", () => {
  test.each([
    ["New-ManagementRoleAssignment", { Role: "r" }, /Parameter set cannot be resolved/],
    ["New-ManagementRoleAssignment", { Role: "r", User: "u", SecurityGroup: "g" }, /Parameter set cannot be/],
    ["New-ManagementScope", { Name: "s" }, /missing mandatory parameters: RecipientRestrictionFilter\./],
    [
      "New-ManagementScope",
      { Name: "s", RecipientRestrictionFilter: "f", ServerRestrictionFilter: "g" },
      /Parameter set cannot be resolved/,
    ],
    ["New-Mailbox", { Name: "m" }, /missing mandatory parameters: UserPrincipalName Password\./],
    ["New-ReceiveConnector", { Name: "r" }, /missing mandatory parameters: Bindings RemoteIPRanges\./],
  ])("%s %j is refused", (cmdlet, given, message) => {
    expect(() => bound(cmdlet, given)).toThrow(message);
  });

  test.each([
    ["New-ManagementRoleAssignment", { Role: "r", User: "u" }],
    ["New-Mailbox", { Name: "m", Shared: true }],
    [
      "New-ReceiveConnector",
      { Name: "r", Usage: "Custom", Bindings: ["0.0.0.0:25"], RemoteIPRanges: ["::1"] },
    ],
    ["Set-ManagementScope", { Identity: "s", Name: "t" }],
  ])("%s %j fits one", (cmdlet, given) => {
    expect(bound(cmdlet, given)).toEqual(given);
  });
});
