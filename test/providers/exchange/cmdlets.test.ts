import fc from "fast-check";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { desired } from "../../../providers/desired.ts";
import type { Parameters, SideName } from "../../../providers/exchange/port.ts";
import { complete, encode, encodeChanges, type ObjectKind, type Props } from "../../../providers/kind.ts";
import { kinds } from "../../../providers/kinds/all.ts";
import { senderFilter } from "../../../providers/sender-filter.ts";
import { parseConfig } from "../../../stacks/config/load.ts";
import type { Config } from "../../../stacks/config/types.ts";
import { configurations } from "../configurations.ts";

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
    // Of flags a text holds several.
    return values.length > 0 &&
      typeof value === "string" &&
      !value.split(", ").every((one) => values.includes(one))
      ? [`${cmdlet} -${name} does not take '${value}'`]
      : [];
  });
}

const stacks = ["demo", "onprem", "online"].map((stack): [string, Config] => {
  const text = readFileSync(new URL(`../../../stacks/${stack}.yaml`, import.meta.url), "utf8");
  return [stack, parseConfig(text, { file: `${stack}.yaml` }).config];
});
const generated = fc.sample(configurations, { numRuns: 300, seed: 1 });
/** Microsoft's pages of these are not among the reference data; the embedded Exchange refuses what they do not know. */
const elsewhere = ["RemoteDomain", "RetentionPolicy", "RetentionPolicyTag"];

/** Every object that the stacks of this checkout ask for, and any configuration, prepared as a preview would; each form of it once. */
const wanted = [
  ...stacks,
  ...generated.map((config): [string, Config] => [config.environment, config]),
].flatMap(([stack, config]) =>
  desired(config, stack, Date.UTC(2027, 0, 1)).flatMap(({ name, kind, side, inputs }) => {
    const found = kinds[kind];
    if (found.is !== "object" || elsewhere.includes(found.noun)) return [];
    const { Arriving: _, ...sent } = inputs;
    const props: Props =
      kind === "ManagementScope"
        ? { Name: inputs["Name"] ?? "", RecipientRestrictionFilter: senderFilter("all", [], []) }
        : sent;
    return [{ title: `${stack}: ${name}`, kind: found as ObjectKind, side, props }];
  }),
);
const objects = [
  ...new Map(
    wanted.map((each) => [`${each.title} ${each.side} ${Object.keys(each.props).join()}`, each]),
  ).values(),
];

describe.skipIf(!known)("every cmdlet and parameter that is sent exists on its side", () => {
  test.each(objects)("$title", ({ kind, side, props }) => {
    const own: Parameters = {
      ...(kind.mark !== undefined && { [kind.mark]: "mark" }),
      ...(kind.secret !== undefined && { [kind.secret]: "secret" }),
    };
    // What a side never shows is never found changed there, and so never sent.
    const shown = (name: string): boolean =>
      name in props || misfits(side, `Set-${kind.noun}`, { [name]: null }).length === 0;
    const settable = Object.keys(complete(kind, props)).filter(
      (name) => !kind.fixed.includes(name) && shown(name),
    );
    expect([
      // The doctor rehearses it.
      ...misfits(side, `New-${kind.noun}`, { ...encode(kind, props), ...own, WhatIf: true }),
      ...misfits(side, `Set-${kind.noun}`, {
        Identity: "x",
        ...own,
        ...encodeChanges(kind, complete(kind, props), settable),
        ...kind.insist,
      }),
      ...[kind.query?.(props) ?? {}, ...kind.hidden].flatMap((query) =>
        misfits(side, `Get-${kind.noun}`, query),
      ),
      ...misfits(side, `Remove-${kind.noun}`, { Identity: "x", Confirm: false, ...kind.insist }),
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
    ["online", "Get-TransportConfig", {}],
    ["onPremises", "Get-TransportConfig", {}],
    ["online", "Set-TransportConfig", { JournalingReportNdrTo: "x", WhatIf: true }],
    ["onPremises", "Set-TransportConfig", { JournalingReportNdrTo: "x", WhatIf: true }],
    ["online", "Get-JournalRule", {}],
    ["onPremises", "Get-JournalRule", {}],
    ["online", "Get-ManagementScope", {}],
    ["onPremises", "Get-ManagementScope", {}],
    ["online", "Get-ApplicationAccessPolicy", {}],
    ["onPremises", "Get-SendConnector", {}],
    ["online", "Get-AcceptedDomain", {}],
    ["online", "Validate-OutboundConnector", { Identity: "x", Recipients: ["x"] }],
    ["online", "Set-OutboundConnector", { Identity: "x", IsValidated: true, LastValidationTimestamp: "x" }],
    ["onPremises", "Get-ManagementRoleAssignment", { Role: "x", RoleAssignee: "x", Enabled: true }],
    ["online", "Get-ManagementRoleAssignment", { RoleAssignee: "x", Enabled: true }],
    ["onPremises", "Get-Mailbox", { Filter: "x", ResultSize: 1 }],
    ["online", "Get-Mailbox", { Filter: "x", ResultSize: 1 }],
    ["online", "Get-DistributionGroupMember", { Identity: "x", ResultSize: "Unlimited" }],
    [
      "online",
      "Update-DistributionGroupMember",
      { Identity: "x", Members: ["x"], BypassSecurityGroupManagerCheck: true, Confirm: false },
    ],
    [
      "onPremises",
      "Get-Recipient",
      { RecipientPreviewFilter: "x", OrganizationalUnit: "x", ResultSize: "Unlimited" },
    ],
    ["online", "Get-Recipient", { RecipientPreviewFilter: "x", ResultSize: "Unlimited" }],
    ["online", "Get-Recipient", { RecipientTypeDetails: ["UserMailbox"], ResultSize: 5000 }],
    ["onPremises", "Get-OrganizationConfig", {}],
    ["onPremises", "Get-AuthenticationPolicy", {}],
    ["onPremises", "Get-DynamicDistributionGroup", { Identity: "x" }],
    ["online", "Get-DynamicDistributionGroup", { Identity: "x" }],
    ["online", "Get-OrganizationConfig", {}],
    ["online", "Get-ServicePrincipal", { Identity: "x" }],
    ["online", "Test-ServicePrincipalAuthorization", { Identity: "x", Resource: "x" }],
  ] as const)("%s %s", (side, cmdlet, parameters) => {
    expect(misfits(side, cmdlet, parameters)).toEqual([]);
  });
});
