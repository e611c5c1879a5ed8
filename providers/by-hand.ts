import { Fault, isFault, type FaultCode } from "./exchange/errors.ts";
import { literal } from "./exchange/powershell/literal.ts";
import { encode, type ObjectKind, type Props } from "./kind.ts";

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
  const parameters = Object.entries(encode(kind, props)).map(
    ([name, value]) => `-${name} ${literal(value, name)}`,
  );
  return [`New-${kind.noun}`, ...parameters].join(" ");
}
