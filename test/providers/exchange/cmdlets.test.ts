import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { desired } from "../../../providers/desired.ts";
import type { Parameters, SideName } from "../../../providers/exchange/port.ts";
import { complete, encode, encodeChanges, type ObjectKind, type Props } from "../../../providers/kind.ts";
import { kinds } from "../../../providers/kinds/all.ts";
import { senderFilter } from "../../../providers/sender-filter.ts";
import { parseConfig } from "../../../stacks/config/load.ts";

interface Documented {
  cmdlet: string;
  applicableTo: string[];
  parameters: Record<string, { applicable?: string[]; validValues?: string[] }>;
}

const file = new URL("../../../../shared/reference/cmdlets/cmdlets.json", import.meta.url);
const known = existsSync(file);
const reference = known ? (JSON.parse(readFileSync(file, "utf8")) as { cmdlets: Documented[] }).cmdlets : [];
if (!known)
  process.stderr.write("Cmdlet parameters are not compared: the reference data is not beside this clone.\n");

const product: Record<SideName, string> = { onPremises: "Exchange Server 2019", online: "Exchange Online" };

/** Why a call does not fit the vendor's reference, or nothing. */
function misfits(side: SideName, cmdlet: string, parameters: Parameters): string[] {
  const page = reference.find((each) => each.cmdlet === cmdlet);
  if (!page?.applicableTo.includes(product[side])) return [`${cmdlet} does not exist ${side}`];
  return Object.entries(parameters).flatMap(([name, value]) => {
    const parameter = page.parameters[name];
    if (!parameter) return [`${cmdlet} has no -${name}`];
    if (parameter.applicable && !parameter.applicable.includes(product[side]))
      return [`${cmdlet} -${name} does not exist ${side}`];
    const values = parameter.validValues ?? [];
    return values.length > 0 && typeof value === "string" && !values.includes(value)
      ? [`${cmdlet} -${name} does not take '${value}'`]
      : [];
  });
}

/** Every object that the stacks of this checkout ask for, prepared as a preview would. */
const wanted = ["demo", "onprem", "online"].flatMap((stack) => {
  const text = readFileSync(new URL(`../../../stacks/${stack}.yaml`, import.meta.url), "utf8");
  return desired(parseConfig(text, { file: `${stack}.yaml` }).config, stack, Date.UTC(2027, 0, 1)).flatMap(
    ({ name, kind, side, inputs }) => {
      const found = kinds[kind];
      if (found.is !== "object") return [];
      const props: Props =
        kind === "ManagementScope"
          ? { Name: inputs["Name"] ?? "", RecipientRestrictionFilter: senderFilter("all", [], []) }
          : inputs;
      return [{ title: `${stack}: ${name}`, kind: found as ObjectKind, side, props }];
    },
  );
});

describe.skipIf(!known)("every cmdlet and parameter that is sent exists on its side", () => {
  test.each(wanted)("$title", ({ kind, side, props }) => {
    const own: Parameters = {
      ...(kind.mark !== undefined && { [kind.mark]: "mark" }),
      ...(kind.secret !== undefined && { [kind.secret]: "secret" }),
    };
    const settable = Object.keys(complete(kind, props)).filter((name) => !kind.fixed.includes(name));
    expect([
      ...misfits(side, `New-${kind.noun}`, { ...encode(kind, props), ...own }),
      ...misfits(side, `Set-${kind.noun}`, {
        Identity: "x",
        ...own,
        ...encodeChanges(kind, complete(kind, props), settable),
      }),
      ...[kind.query?.(props) ?? {}, ...kind.hidden].flatMap((query) =>
        misfits(side, `Get-${kind.noun}`, query),
      ),
      ...misfits(side, `Remove-${kind.noun}`, { Identity: "x", Confirm: false }),
      ...[kind.toggle?.on, kind.toggle?.off].flatMap((cmdlet) =>
        cmdlet ? misfits(side, cmdlet, { Identity: "x" }) : [],
      ),
    ]).toEqual([]);
  });

  test.each([
    ["onPremises", "Get-User", { Identity: "x" }],
    ["onPremises", "Get-Recipient", { Identity: "x" }],
    ["online", "Get-Recipient", { Identity: "x" }],
    ["onPremises", "Get-RoleGroupMember", { Identity: "x" }],
    ["onPremises", "Get-DistributionGroupMember", { Identity: "x", ResultSize: "Unlimited" }],
    ["online", "Get-AcceptedDomain", {}],
    ["online", "Validate-OutboundConnector", { Identity: "x", Recipients: ["x"] }],
    ["online", "Set-OutboundConnector", { Identity: "x", IsValidated: true, LastValidationTimestamp: "x" }],
    ["onPremises", "Get-ManagementRoleAssignment", { Role: "x", RoleAssignee: "x", Enabled: true }],
    ["online", "Get-ManagementRoleAssignment", { RoleAssignee: "x", Enabled: true }],
    ["onPremises", "Get-Mailbox", { Filter: "x", ResultSize: 1 }],
    ["online", "Get-Mailbox", { Filter: "x", ResultSize: 1 }],
    ["onPremises", "Get-DynamicDistributionGroup", { Identity: "x" }],
    ["online", "Get-DynamicDistributionGroup", { Identity: "x" }],
    ["online", "Get-OrganizationConfig", {}],
    ["online", "Get-ServicePrincipal", { Identity: "x" }],
    ["online", "Test-ServicePrincipalAuthorization", { Identity: "x", Resource: "x" }],
  ] as const)("%s %s", (side, cmdlet, parameters) => {
    expect(misfits(side, cmdlet, parameters)).toEqual([]);
  });
});
