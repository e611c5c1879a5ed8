import type { Config, Intake, Settings } from "../../stacks/config/types.ts";
import { differences } from "../delta.ts";
import type { SideName } from "../exchange/port.ts";
import type { World } from "../kind.ts";
import { applicationCheck } from "../kinds/application-check.ts";
import { impersonationCheck } from "../kinds/impersonation-check.ts";
import { settingsPublication } from "../kinds/settings-publication.ts";
import { expected } from "./expected.ts";
import { listenerStep, type Listening } from "./listener.ts";
import { connection, rights } from "./operator.ts";
import { sideTitle } from "./side-title.ts";
import type { Prepared } from "./prepared.ts";
import { looked, skipped, type Step } from "./report.ts";
import { partOf, resourceSteps, titleOf } from "./resource.ts";

/** What the checklist is of, and what it looks with. */
export interface Patient {
  config: Config;
  stack: string;
  /** What the daemon is to work with. */
  settings: Settings;
  world: World;
  /** Opens a listener's port, greets it and looks at its certificate. Undefined where nobody is to try. */
  listen: ((host: string) => Promise<Listening>) | undefined;
}

/** The sides of Exchange that an organization has. Pure. */
export function sidesOf({ environment }: Config): SideName[] {
  if (environment === "hybrid") return ["onPremises", "online"];
  return [environment];
}

/** An administrator's session with each side. */
export function connections({ config, world }: Patient): Promise<[SideName, Step][]> {
  return Promise.all(
    sidesOf(config).map(async (side): Promise<[SideName, Step]> => [side, await connection(side, world)]),
  );
}

/** The whole checklist behind the connections; `open` are the sides that can be looked at. Only reads. */
export async function checklist(
  patient: Patient,
  resources: readonly Prepared[],
  open: ReadonlySet<SideName>,
): Promise<Step[]> {
  const { config, world, stack } = patient;
  const mayWrite = sidesOf(config)
    .filter((side) => open.has(side))
    .map((side) => rights(side, resources, world));
  const before = await Promise.all(mayWrite);
  const looks = resources.map((resource) => {
    const closed = sidesFor(resource).find((side) => !open.has(side));
    return closed === undefined
      ? resourceSteps(resource, world, stack)
      : [skipped(partOf(resource), titleOf(resource), `There is no session with ${sideTitle[closed]}.`)];
  });
  const ways = [config.intake ?? []].flat().map((way) => intakeStep(way, patient, resources, open));
  return [
    ...before,
    ...(await Promise.all(looks)).flat(),
    ...(await Promise.all(ways)).flat(),
    await daemonStep(patient),
  ];
}

/** A hybrid organization's account signs in as the tenant has it. */
function sidesFor({ kind, side, props }: Prepared): SideName[] {
  return kind === "ExistingAccount" && props["Hybrid"] === true ? [side, "online"] : [side];
}

/** Whether stamped copies can come in by a way: its listener is tried, its mailbox opened as the daemon does it. */
async function intakeStep(
  way: Intake,
  { world, listen }: Patient,
  resources: readonly Prepared[],
  open: ReadonlySet<SideName>,
): Promise<Step[]> {
  if (way.via === "relay")
    return [
      skipped("listener", "The listener", "A relay knows where it is; ask the relay, and the daemon below."),
    ];
  if (way.via !== "mailbox") {
    const title = `The listener at ${way.smartHost}`;
    return [
      listen
        ? await listenerStep(title, way.smartHost, listen)
        : skipped("listener", title, "Nobody was to try it (--listener none)."),
    ];
  }
  const [kind, name, side] =
    way.read === "ews"
      ? ([impersonationCheck, "ImpersonationCheck", "onPremises"] as const)
      : ([applicationCheck, "ApplicationCheck", "online"] as const);
  const title = `The intake mailbox ${way.address}`;
  const access = resources.find((resource) => resource.kind === name);
  if (!access || !open.has(side)) return [skipped("listener", title, "Nobody can open it from here.")];
  const props = { ...access.props, Mailbox: way.address, Hybrid: false };
  try {
    return [looked("listener", title, kind.unmet(props, await kind.observe(props, world, side)))];
  } catch (error) {
    return [looked("listener", title, [expected(error)])];
  }
}

/** Whether the daemon answers, has the settings of the file, and can work with them. */
async function daemonStep({ config, settings, world, stack }: Patient): Promise<Step> {
  const publish = `npx siu publish ${stack}`;
  if (config.daemon.url === undefined)
    return skipped(
      "daemon",
      "The daemon",
      `The file does not say where it is (daemon.url). Settings go to it by: ${publish} --url <address>`,
    );
  const title = "The daemon's settings, and whether it can work with them";
  try {
    const daemon = world.daemon();
    const published = await daemon?.settings();
    if (!published) return looked("daemon", title, [`It has none yet. Run: ${publish}`]);
    const { want } = settingsPublication;
    const [asked, has] = [settings, published.settings].map((each) =>
      want({ Settings: JSON.stringify(each) }),
    );
    const causes = differences(asked ?? {}, has ?? {}).map(
      ({ parameter, want, have }) =>
        `${parameter} is ${String(have ?? "not set")} instead of ${String(want ?? "not set")}. Run: ${publish}`,
    );
    const problems = await daemon?.problems();
    return looked("daemon", title, [...causes, ...(problems === undefined ? [] : [problems])]);
  } catch (error) {
    return looked("daemon", title, [expected(error)]);
  }
}
