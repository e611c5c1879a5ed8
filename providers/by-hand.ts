import { Fault, isFault, type FaultCode } from "./exchange/errors.ts";
import { literal } from "./exchange/powershell/literal.ts";
import { complete, encode, encodeChanges, type ObjectKind, type Props } from "./kind.ts";
import type { Parameters } from "./exchange/port.ts";

/** Refusals after which somebody with other rights can still create the object. */
const refused: readonly FaultCode[] = ["ACCESS_DENIED", "UNKNOWN_CMDLET", "REJECTED"];

/**
 * A refusal to create an object, with the cmdlet that does it by hand where the kind has something to say about that; of a name that is
 * taken by what no `Get-` of the stack shows, where to look for that. Pure.
 */
export function withInstructions(kind: ObjectKind, props: Props, error: unknown): unknown {
  if (isFault(error, "ALREADY_EXISTS")) {
    const { message } = error as Fault;
    const hint = kind.remains === undefined ? "" : ` ${kind.remains}`;
    return new Fault(
      "ALREADY_EXISTS",
      `${message} Exchange shows nothing here to take over, though: an object of another kind or address has the name, or one that was removed lately keeps it.${hint}`,
      { cause: error },
    );
  }
  if (kind.byHand === undefined || !(error instanceof Fault) || !refused.includes(error.code)) return error;
  return new Fault(error.code, `${error.message} ${kind.byHand} ${creation(kind, props)}`, { cause: error });
}

/** `New-<noun>` with its parameters as one line of PowerShell. Pure. */
export function creation(kind: ObjectKind, props: Props): string {
  return cmdletLine(`New-${kind.noun}`, encode(kind, props));
}

/** Everything that makes an object by hand, as lines of PowerShell: a password is asked for, and what is switched on is so last. Pure. */
export function creationSteps(kind: ObjectKind, props: Props): string[] {
  const secret = kind.secret === undefined ? "" : ` -${kind.secret} (Read-Host -AsSecureString)`;
  const later = kind.afterwards.filter((name) => name in props);
  return [
    `${creation(kind, props)}${secret}`,
    ...(later.length > 0 ? [setting(kind, props, later)] : []),
    ...wished(kind, props, Object.keys(props)),
    ...toggling(kind, props),
  ];
}

/** Everything that brings an object to these properties by hand, as lines of PowerShell; what no `Set-` changes takes a new one. Pure. */
export function correctionSteps(kind: ObjectKind, props: Props, changed: readonly string[]): string[] {
  if (changed.some((name) => kind.fixed.includes(name)))
    return [
      cmdletLine(`Remove-${kind.noun}`, { ...identity(kind, props), ...kind.insist, Confirm: false }),
      ...creationSteps(kind, props),
    ];
  const settable = changed.filter(
    (name) => name !== kind.toggle?.parameter && !kind.wishes?.names.includes(name),
  );
  return [
    ...(settable.length > 0 ? [setting(kind, props, settable)] : []),
    ...wished(kind, props, changed),
    ...(changed.includes(kind.toggle?.parameter ?? "") ? toggling(kind, props) : []),
  ];
}

function setting(kind: ObjectKind, props: Props, names: readonly string[]): string {
  return cmdletLine(`Set-${kind.noun}`, {
    ...identity(kind, props),
    ...encodeChanges(kind, complete(kind, props), names),
    ...kind.insist,
  });
}

function wished({ wishes }: ObjectKind, props: Props, names: readonly string[]): string[] {
  return wishes?.byHand && names.some((name) => wishes.names.includes(name))
    ? [cmdletLine(...wishes.byHand(props))]
    : [];
}

function toggling(kind: ObjectKind, props: Props): string[] {
  if (!kind.toggle) return [];
  const { parameter, on, off } = kind.toggle;
  return [
    cmdletLine((props[parameter] ?? kind.defaults[parameter]) === false ? off : on, identity(kind, props)),
  ];
}

/** Settings of which there is one set have no name. */
function identity({ identity }: ObjectKind, props: Props): Parameters {
  const name = props[identity];
  return name === undefined ? {} : { Identity: name };
}

/** A cmdlet as one line of PowerShell. Pure. */
export function cmdletLine(cmdlet: string, parameters: Parameters): string {
  const given = Object.entries(parameters).map(([name, value]) =>
    // A switch takes its value with a colon only.
    typeof value === "boolean" ? `-${name}:${literal(value, name)}` : `-${name} ${literal(value, name)}`,
  );
  return [cmdlet, ...given].join(" ");
}
