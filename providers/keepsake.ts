import { delta } from "./delta.ts";
import { idOf } from "./exchange/known.ts";
import type { Parameters } from "./exchange/port.ts";
import type { ObjectKind, SettingKind, World } from "./kind.ts";
import { remove } from "./release.ts";
import * as settings from "./setting.ts";
import { type Deployment, kindOf, settingOf, targetOf, type Inputs } from "./state.ts";
import { find, formerOf, nameOf, owned } from "./target.ts";

/**
 * What an object or a setting is before this stack takes it over. Pulumi writes state between two resources, never in the middle of
 * one: so this is a resource of its own, which comes first, and a run that is killed in the moment of the takeover forgets nothing.
 * What this stack wrote already is no news: `known` stays. @throws Fault
 */
export async function remember(world: World, news: Inputs, known?: Parameters): Promise<Parameters> {
  const kind = kindOf(news);
  if (kind.is === "setting") return settingBefore(kind, world, news, known);
  return kind.is === "object" ? objectBefore(kind, world, news, known) : {};
}

/**
 * A keepsake goes after its object. What is still taken over then was so by a run that was killed in that moment, and is given back here;
 * unless the file lets it stay: then the keepsake tells what it knew. @throws Fault
 */
export async function forget(world: Deployment, olds: Inputs, known: Parameters = {}): Promise<void> {
  const kind = kindOf(olds);
  if (kind.is === "setting") return settings.giveBack(settingOf(kind, olds), world, known);
  if (kind.is !== "object") return;
  const target = targetOf(kind, olds);
  const row = await find(target, world.on(target.side));
  if (!row || owned(target, row) !== "adopted") return;
  if (!world.stays(olds)) return remove(target, world, { id: idOf(row), adopt: "restore", former: known });
  world.say(
    `${nameOf(target)} still carries this stack's mark of a takeover, and state no longer keeps apart what it was before: ${JSON.stringify(known)}.`,
  );
}

async function objectBefore(
  kind: ObjectKind,
  world: World,
  news: Inputs,
  known: Parameters = {},
): Promise<Parameters> {
  const target = targetOf(kind, news);
  const session = world.on(target.side);
  const row = await find(target, session);
  if (!row) return {};
  return owned(target, row) === undefined ? formerOf(target, row, session) : known;
}

async function settingBefore(
  kind: SettingKind,
  world: World,
  news: Inputs,
  known: Parameters | undefined,
): Promise<Parameters> {
  const setting = settingOf(kind, news);
  const { observed, former } = await settings.seen(setting, world);
  const isOurs = delta(kind.of, setting.props, observed).length === 0;
  return (isOurs && known) || former;
}
