import type { Parameter, Parameters, Row, SideName } from "./exchange/port.ts";
import type { Impersonation } from "./exchange/ews/impersonate.ts";
import type { Session } from "./exchange/session.ts";
import type { Daemon } from "./daemon.ts";
import { exact, loose, type Form, type Normal } from "./forms.ts";

/** Pulumi's word for a value that a preview cannot know yet. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Desired state of an object, in the terms of its `New-` cmdlet: a parameter's name and value. */
export type Props = Parameters;

/** The state that Exchange shows of the same parameters, in normal form. */
export type Observed = Readonly<Record<string, Normal>>;

/** Whether an object that somebody else made is taken over; `restore` gives it back as it was. */
export type Adopt = boolean | "restore";

/** What a deployment gives to a kind. */
export interface World {
  /** The session of a side. @throws Fault UNSUPPORTED when the configuration has no connection to it. */
  on: (side: SideName) => Session;
  /** The running daemon; undefined where the configuration names none. @throws Fault UNMET without its token */
  daemon: () => Daemon | undefined;
  /** The service account's password; generated, and then kept in its file, when there is none yet. */
  accountPassword: () => Promise<{ value: string; generated: boolean }>;
  /** Acts as the owner of a mailbox (its user principal name) with the service account, on the organization's own servers. */
  impersonate: (upn: string) => Promise<Impersonation>;
  /** The permissions that the application was consented to in Entra, or why they cannot be seen. @throws Fault WRONG_CREDENTIALS | UNAVAILABLE */
  consents: () => Promise<{ roles: string[] } | { unknown: string }>;
  /** Milliseconds since 1970. */
  now: () => number;
  wait: (milliseconds: number) => Promise<void>;
  /** How long mail may be on its way to a connector after the rules that sent it there are gone. */
  drainMinutes: number;
  /** Tells the operator what takes so long. */
  say: (text: string) => void;
}

/** A kind of Exchange object that is created, kept as desired and removed. Everything about it is data. */
export interface ObjectKind {
  readonly is: "object";
  /** `TransportRule`: its cmdlets are Get-, New-, Set- and Remove-<noun>. */
  readonly noun: string;
  /** Sides that have these cmdlets. */
  readonly sides: readonly SideName[];
  /** The parameter by which one object is known among those of its noun. */
  readonly identity: string;
  /** Narrows the bulk read of `Get-<noun>`. */
  readonly query?: (props: Props) => Parameters;
  /** Further queries for what `Get-<noun>` hides unless asked: absent is only what none of them shows. */
  readonly hidden: readonly Parameters[];
  /** What a parameter that nobody asked for has to be: drift away from it is drift. */
  readonly defaults: Props;
  /** Normal form of parameters that have one of their own. */
  readonly forms: Readonly<Record<string, Form>>;
  /** The property that `Get-` prints where it is not named like the parameter. */
  readonly properties: Readonly<Record<string, string>>;
  /** Parameters that no `Set-` changes: a change replaces the object. */
  readonly fixed: readonly string[];
  /** Parameters that only `Set-` takes: a new object gets them as its second step. */
  readonly afterwards: readonly string[];
  /** Parameters that one call has to carry together. */
  readonly together: readonly (readonly string[])[];
  /** The property that numbers the objects of the noun from 0: what comes, moves or goes shifts the others. */
  readonly place?: string;
  /** The parameter that carries the ownership mark; without it an object's deterministic name says whose it is. */
  readonly mark?: string;
  /** The parameter that gets the service account's password when the object is created. */
  readonly secret?: string;
  /**
   * A truth value that has cmdlets of its own; off when created, on as the last step. What has a value of `route` sends mail somewhere:
   * `siu pause` switches it off.
   */
  readonly toggle?: {
    readonly parameter: string;
    readonly on: string;
    readonly off: string;
    readonly route?: string;
  };
  /** Dangers around the object that this stack does not remove, each with what to do; told with every preview. */
  readonly advise?: (props: Props, session: Session) => Promise<string[]>;
  /** What has to be waited for before an object of ours is removed. */
  readonly leave?: (props: Props, world: World) => Promise<void>;
  /** Turns desired state as configured into parameters, asking Exchange for identities; part of every preview. */
  readonly prepare?: (props: Props, session: Session) => Promise<Props>;
  /** What every cmdlet that changes or removes an object has to carry besides. */
  readonly insist?: Parameters;
  /** What an operator can do who has the right, where Exchange refuses to create the object: it is told with the cmdlet. */
  readonly byHand?: string;
  /** Where an object that was removed stays for a while, and how it goes for good: told where Exchange calls a name taken that nobody sees. */
  readonly remains?: string;
  /** Wishes that no cmdlet of the noun takes as parameters: they are fulfilled by other ones, or by the parameters of `Set-` returned. */
  readonly wishes?: {
    readonly names: readonly string[];
    readonly fulfil: (row: Row, props: Props, session: Session) => Promise<Parameters>;
    /** What they come to now, so that an object which is taken over gets it back. A `place` says the same better. */
    readonly recall?: (row: Row, session: Session) => Promise<Parameters>;
    /** Of what they came to once, what there still is. */
    readonly possible?: (former: Parameters, session: Session) => Promise<Parameters>;
    /** The cmdlet that fulfils them by hand, where one does. Pure. */
    readonly byHand?: (props: Props) => readonly [cmdlet: string, parameters: Parameters];
  };
  /** Completes a row with what `Get-` does not print in the terms of the parameters. */
  readonly derive?: (row: Row, props: Props, session: Session) => Promise<Row>;
}

/** A prerequisite: looked at, possibly waited for, never created or removed by us. */
export interface ConditionKind {
  readonly is: "condition";
  readonly sides: readonly SideName[];
  /** What there is now. @throws Fault */
  readonly observe: (props: Props, world: World, side: SideName) => Promise<Observed>;
  /** Every point in which that is not enough, each with what to do about it. Pure. */
  readonly unmet: (props: Props, observed: Observed) => string[];
  /** Does what can be done to meet it. @throws Fault */
  readonly bring?: (props: Props, world: World, side: SideName) => Promise<void>;
  /** Looked at in every run, not only where one refreshes. */
  readonly always?: boolean;
  /** What passes by itself a while after this stack wrote something, and how long that may take. `when` is pure. */
  readonly settles?: {
    readonly minutes: number;
    readonly when: (props: Props, observed: Observed) => boolean;
    readonly why: string;
  };
  /** As of an object. */
  readonly advise?: (props: Props, world: World, side: SideName) => Promise<string[]>;
}

/** Data that a running program takes over by itself: published, compared, and withdrawn. */
export interface PublicationKind {
  readonly is: "publication";
  /** What is published, in the plural: `The daemon's settings`. */
  readonly title: string;
  /** None: it is no cmdlet's. */
  readonly sides: readonly SideName[];
  /** What has to be published: each value by its path, as JSON. Pure. */
  readonly want: (props: Props) => Observed;
  /** What is published now, in the same form; undefined when nothing is. @throws Fault */
  readonly observe: (world: World) => Promise<Observed | undefined>;
  /** @throws Fault */
  readonly publish: (props: Props, world: World) => Promise<void>;
  /** What is done when the stack goes. @throws Fault */
  readonly withdraw: (world: World) => Promise<void>;
}

/** Settings of which an organization has exactly one set: some of them are set, kept, and given back as they were. */
export interface SettingKind {
  readonly is: "setting";
  readonly sides: readonly SideName[];
  /** Their noun and normal forms; what is `null` in normal form nobody has set. */
  readonly of: ObjectKind;
}

/** Adding a kind is one file in kinds/, one line in kinds/all.ts and one test. */
export type Kind = ObjectKind | ConditionKind | SettingKind | PublicationKind;

/** What an ObjectKind is unless it says otherwise. */
export function objectKind(kind: Partial<ObjectKind> & Pick<ObjectKind, "noun" | "sides">): ObjectKind {
  return {
    is: "object",
    identity: "Name",
    hidden: [],
    defaults: {},
    forms: {},
    properties: {},
    fixed: [],
    afterwards: [],
    together: [],
    ...kind,
  };
}

/** One parameter in normal form. */
export function normal(kind: ObjectKind, parameter: string, value: unknown): Normal {
  return (kind.forms[parameter] ?? (parameter.endsWith("Patterns") ? exact : loose))(value);
}

/** Desired state with everything that was not asked for at its default. */
export function complete(kind: ObjectKind, props: Props): Props {
  return { ...kind.defaults, ...props };
}

/** The state of these parameters in a row of `Get-<noun>`. */
export function decode(kind: ObjectKind, row: Row, parameters: Iterable<string>): Observed {
  return Object.fromEntries(
    [...parameters].map((parameter) => [
      parameter,
      normal(kind, parameter, row[kind.properties[parameter] ?? parameter]),
    ]),
  );
}

/** Parameters of `New-<noun>`: what was asked for, nothing that is empty, switched off. */
export function encode(kind: ObjectKind, props: Props): Parameters {
  const later = [...kind.afterwards, ...(kind.wishes?.names ?? [])];
  const asked = Object.entries(props).filter(
    ([name, value]) => !later.includes(name) && normal(kind, name, value) !== null,
  );
  return { ...Object.fromEntries(asked), ...(kind.toggle && { [kind.toggle.parameter]: false }) };
}

/** Parameters of `Set-<noun>` for the changed ones and those that have to travel with them; nothing is `null`. */
export function encodeChanges(kind: ObjectKind, props: Props, changed: Iterable<string>): Parameters {
  const names = new Set(changed);
  for (const group of kind.together)
    if (group.some((name) => names.has(name))) group.forEach((name) => names.add(name));
  for (const name of [kind.toggle?.parameter, ...(kind.wishes?.names ?? [])]) names.delete(String(name));
  const value = (name: string): Parameter =>
    normal(kind, name, props[name]) === null ? null : (props[name] ?? null);
  return Object.fromEntries([...names].map((name) => [name, value(name)]));
}
