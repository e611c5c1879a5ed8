import { existsSync, readFileSync } from "node:fs";
import { desired } from "../../../providers/desired.ts";
import type { Examination } from "../../../providers/doctor/examine.ts";
import { parseConfig } from "../../../stacks/config/load.ts";
import { resolve, resolveNames } from "../../../stacks/config/references.ts";
import { settingsOf } from "../../../stacks/config/settings.ts";
import type { Embedded } from "../embedded.ts";
import { createStack } from "../stack.ts";

/** An examination of `<name>.yaml` of this folder, or else of the checkout's stacks, its text changed by `edit`, on the embedded Exchange; nothing else is there to be asked. */
export async function patientOf(
  name: string,
  { environment, world, emulator }: Embedded,
  edit: (text: string) => string = (text) => text,
): Promise<Examination> {
  const own = new URL(`${name}.yaml`, import.meta.url);
  const file = existsSync(own) ? own : new URL(`../../../stacks/${name}.yaml`, import.meta.url);
  const { config: written } = parseConfig(edit(readFileSync(file, "utf8")), { file: `stacks/${name}.yaml` });
  const { cert } = await emulator.organization.authority.issue(["siu.contoso.com"]);
  const sources = {
    env: { SIU_DEMO_INTAKE_CERTIFICATE: cert, ...environment },
    readFile: String,
    config: () => undefined,
  };
  const config = resolveNames(written, sources);
  return {
    config,
    stack: name,
    world,
    mailbox: undefined,
    settings: settingsOf(written),
    resources: desired(config, name, world.now()),
    listen: undefined,
    dns: undefined,
    platform: "win32",
    resolved: (reference) => resolve(reference, sources),
  };
}

/** Deploys it as it is. */
export async function deploy(name: string, embedded: Embedded): Promise<void> {
  await createStack(embedded, name).up((await patientOf(name, embedded)).resources);
}
