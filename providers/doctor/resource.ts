import { cmdletLine, correctionSteps, creationSteps } from "../by-hand.ts";
import * as object from "../converge.ts";
import { delta, type Change } from "../delta.ts";
import type { SideName } from "../exchange/port.ts";
import type { ConditionKind, ObjectKind, SettingKind, World } from "../kind.ts";
import { outboundOf } from "../kinds/outbound-connector.ts";
import { propagatedAt } from "../kinds/connector-propagation.ts";
import { loose } from "../forms.ts";
import { marked, markOf } from "../mark.ts";
import { look } from "../setting.ts";
import { nameOf } from "../target.ts";
import { accessSteps } from "./access.ts";
import { expected } from "./expected.ts";
import { sideTitle } from "./side-title.ts";
import type { Prepared } from "./prepared.ts";
import { looked, type Part, type Step } from "./report.ts";

/** What the checklist says of one resource: whether Exchange has it as the file asks. Only reads. */
export async function resourceSteps(resource: Prepared, world: World, stack: string): Promise<Step[]> {
  const { of, trouble } = resource;
  const part = partOf(resource);
  if (trouble !== undefined) return [looked(part, titleOf(resource), [trouble])];
  try {
    switch (of.is) {
      case "object":
        return [await objectStep(part, of, resource, world, stack)];
      case "setting":
        return [await settingStep(part, of, resource, world, stack)];
      case "publication":
        // No side has it: it is looked at with the daemon.
        return [];
      case "condition":
        return await conditionSteps(part, of, resource, world);
    }
  } catch (error) {
    return [looked(part, titleOf(resource), [expected(error)])];
  }
}

/** What a resource is called in the checklist. Pure. */
export function titleOf({ of, kind, name, props, side }: Prepared): string {
  switch (kind) {
    case "ExistingAccount":
      return `The service account '${String(props["UserPrincipalName"])}'`;
    case "ImpersonationGranted":
      return `The right of '${String(props["User"])}' to impersonate`;
    case "OrganizationCustomization":
      return "A configuration of the tenant's own";
    case "AcceptedDomain":
      return `The accepted domain '${String(props["DomainName"])}'`;
    case "OutboundConnectorValidation":
      return `The validation of '${String(props["Connector"])}'`;
    case "ConnectorPropagation":
      return "The connectors' last change is old enough to work everywhere";
    case "SenderScope":
      return `The senders of the scope '${String(props["Scope"])}'`;
    default:
      return of.is === "object" ? `${nameOf({ kind: of, props })} (${sideTitle[side]})` : name;
  }
}

/** Where a resource stands in the checklist. Pure. */
export function partOf({ name, kind }: Pick<Prepared, "name" | "kind">): Part {
  if (name.startsWith("intake")) return "intake";
  if (kind === "ExistingAccount" || kind === "ServiceAccount") return "account";
  if (kind === "ImpersonationCheck" || kind === "ApplicationCheck") return "impersonation";
  if (/Connector|AcceptedDomain/.test(kind)) return "connectors";
  return /TransportRule|SenderScope|DistributionGroup/.test(kind) ? "rule" : "grant";
}

async function objectStep(
  part: Part,
  kind: ObjectKind,
  resource: Prepared,
  world: World,
  stack: string,
): Promise<Step> {
  const { side, props, adopt, verify } = resource;
  const mark = markOf(stack);
  const target = { kind, side, props, mark };
  const title = titleOf(resource);
  const todo = verify ? "" : ` Run: npx siu up ${stack}`;
  const found = await object.read(target, world);
  if (!found) {
    const own =
      kind.mark === undefined || verify ? {} : { [kind.mark]: marked(props[kind.mark], mark, "created") };
    return looked(part, title, [`It does not exist.${todo}`], creationSteps(kind, { ...props, ...own }));
  }
  const points = delta(kind, props, found.observed);
  const stranger =
    found.marked || verify || adopt !== false
      ? []
      : [`It was not created from this stack. Set adopt: true to take it over, or choose another name.`];
  const changed = points.map(({ parameter }) => parameter);
  return looked(
    part,
    title,
    [...stranger, ...sentences(points, todo)],
    correctionSteps(kind, props, changed),
  );
}

async function settingStep(
  part: Part,
  kind: SettingKind,
  { side, props }: Prepared,
  world: World,
  stack: string,
): Promise<Step> {
  const points = delta(kind.of, props, await look({ kind, side, props }, world));
  const changed = points.map(({ parameter }) => parameter);
  return looked(
    part,
    `${kind.of.noun} (${Object.keys(props).join(", ")})`,
    sentences(points, ` Run: npx siu up ${stack}`),
    correctionSteps(kind.of, props, changed),
  );
}

/** What differs, and at the end what to do. */
function sentences(points: readonly Change[], todo: string): string[] {
  return points.map(
    ({ parameter, want, have }, index) =>
      `${parameter} is ${object.say(have)} and has to be ${object.say(want)}.${index === points.length - 1 ? todo : ""}`,
  );
}

async function conditionSteps(
  part: Part,
  kind: ConditionKind,
  resource: Prepared,
  world: World,
): Promise<Step[]> {
  const { side, props } = resource;
  const title = titleOf(resource);
  const observed = await kind.observe(props, world, side);
  const causes = kind.unmet(props, observed);
  switch (resource.kind) {
    case "ImpersonationCheck":
    case "ApplicationCheck":
      return accessSteps(resource, observed, causes);
    case "OutboundConnectorValidation":
      return [await validationStep(part, resource, world, causes)];
    case "ConnectorPropagation":
      return [looked(part, title, await notPropagated(resource, world, side))];
    default:
      return [looked(part, title, causes)];
  }
}

/** A validated connector says so; the doctor sends no mail to find out. */
async function validationStep(
  part: Part,
  resource: Prepared,
  world: World,
  causes: readonly string[],
): Promise<Step> {
  const { side, props } = resource;
  const name = String(props["Connector"]);
  const own = await outboundOf(name, world.on(side));
  const validated = !own || loose(own["IsValidated"]) === "true";
  const why = `OutboundConnector '${name}' is not validated. The next npx siu up tests it. The answer "401 4.5.4 ... version mismatch" to a test by hand is Microsoft's mistake, not the configuration's.`;
  return looked(
    part,
    titleOf(resource),
    [...causes, ...(validated ? [] : [why])],
    [
      cmdletLine("Validate-OutboundConnector", { Identity: name, Recipients: props["Recipients"] ?? null }),
      cmdletLine("Set-OutboundConnector", { Identity: name, IsValidated: true }),
    ],
  );
}

async function notPropagated({ props }: Prepared, world: World, side: SideName): Promise<string[]> {
  const until = await propagatedAt(props, world.on(side));
  if (until <= world.now()) return [];
  return [
    `The connectors were changed a short while ago, and may take until ${new Date(until).toISOString()} to work everywhere. Wait, and look again.`,
  ];
}
