import { Fault } from "./exchange/errors.ts";
import type { Parameters, SideName } from "./exchange/port.ts";
import type { Adopt, Kind, ObjectKind, Observed, Props, SettingKind, World } from "./kind.ts";
import { kinds, type KindName } from "./kinds/all.ts";
import { markOf } from "./mark.ts";
import type { Setting } from "./setting.ts";
import type { Outcome, Target } from "./target.ts";

/** What the program says of a resource; no connection and no secret, because all of it lies in state. */
export interface Inputs {
  /** The stack: its file stacks/<stack>.yaml says how Exchange is reached now. */
  readonly stack: string;
  readonly kind: KindName;
  /** `daemon` for what is published to it. */
  readonly side: SideName | "daemon";
  readonly inputs: Props;
  readonly adopt: Adopt;
  readonly verify: boolean;
  /** Changes nothing: keeps what the object is before the stack takes it over (keepsake.ts). */
  readonly keepsake?: boolean;
  /** What the object's keepsake knows of it. */
  readonly before?: Parameters;
}

/** What a deployment gives to a resource. */
export interface Deployment extends World {
  /** Whether the file has an object stay as it is, although its resource or its keepsake goes. */
  stays: (resource: Inputs) => boolean;
}

/** A resource as state keeps it. */
export interface State extends Inputs {
  readonly observed: Observed;
  readonly marked: boolean;
  /** The generated password of a created account, a secret of the state. */
  readonly password?: string;
  /** What settings were before, or an object that was taken over; absent for one that this stack made. */
  readonly former?: Parameters;
}

/** @throws Fault UNSUPPORTED for a state of another version */
export function kindOf({ kind }: Pick<Inputs, "kind">): Kind {
  const found: Kind | undefined = kinds[kind];
  if (found) return found;
  throw new Fault(
    "UNSUPPORTED",
    `The state holds a resource of the kind '${kind}', which this version does not know. Use the version that made it, or take it out with \`pulumi state delete\`.`,
  );
}

/** Where an object or a prerequisite is. @throws Fault UNEXPECTED for a state that was edited */
export function sideOf({ kind, side }: Inputs): SideName {
  if (side !== "daemon") return side;
  throw new Fault("UNEXPECTED", `The state says that a ${kind} is in the daemon. Refresh the state.`);
}

/** A resource as the object that it stands for. */
export function targetOf(kind: ObjectKind, news: Inputs): Target {
  return { kind, side: sideOf(news), props: news.inputs, mark: markOf(news.stack) };
}

/** A resource as the settings that it stands for. */
export function settingOf(kind: SettingKind, news: Inputs): Setting {
  return { kind, side: sideOf(news), props: news.inputs };
}

/** What state keeps of an object. */
export function stateOf(news: Inputs, outcome: Outcome): State {
  const { observed, marked, secret, former } = outcome;
  return {
    ...news,
    observed,
    marked,
    ...(secret !== undefined && { password: secret }),
    ...(former && { former }),
  };
}
