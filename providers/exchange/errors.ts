import type { Parameters } from "./port.ts";
import { withoutValues } from "./redact.ts";
import { howToLet } from "./rights.ts";

/** Codes that a Fault of the admin plane carries; each is explained in docs/provisioning.md. */
export type FaultCode =
  | "NOT_FOUND"
  | "ALREADY_EXISTS"
  | "NOT_OURS"
  | "AMBIGUOUS"
  | "ACCESS_DENIED"
  | "WRONG_CREDENTIALS"
  | "UNKNOWN_CMDLET"
  | "REJECTED"
  | "THROTTLED"
  | "UNAVAILABLE"
  | "UNMET"
  | "NOT_VALIDATED"
  | "NOT_VERIFIED"
  | "UNSUPPORTED"
  | "UNEXPECTED";

/** A failure of the admin plane: a code, what failed and what to do next, the cause; never a parameter's value. */
export class Fault extends Error {
  readonly code: FaultCode;
  /** Milliseconds after which whoever refused wants to be asked again, where it said so. */
  readonly retryAfter: number | undefined;

  constructor(
    code: FaultCode,
    message: string,
    options: { cause?: unknown; retryAfter?: number | undefined } = {},
  ) {
    super(message, options);
    this.name = "Fault";
    this.code = code;
    this.retryAfter = options.retryAfter;
  }
}

/** Whether an error is a Fault with this code. */
export function isFault(error: unknown, code: FaultCode): boolean {
  return error instanceof Fault && error.code === code;
}

const nothingToRun =
  "This side of the organization has no such cmdlet, or the connecting account lacks the right to it";

/** Exchange's exception types, and texts where it names none. */
const meanings: readonly (readonly [RegExp, FaultCode, string])[] = [
  [/ManagementObjectNotFoundException|ObjectNotFoundException/i, "NOT_FOUND", "It does not exist there."],
  [
    /AlreadyExistsException|NameNotUnique/i,
    "ALREADY_EXISTS",
    "Choose another name, or set adopt: true to take the existing object over.",
  ],
  [
    /CommandNotFoundException|is not recognized as the name of a cmdlet/i,
    "UNKNOWN_CMDLET",
    `${nothingToRun}.`,
  ],
  [
    /ManagementObjectAmbiguousException/i,
    "AMBIGUOUS",
    "Several objects answer to this name: rename all but one.",
  ],
  [
    /AccessDenied|UnauthorizedAccess|OperationRequiresPermission|insufficient access rights/i,
    "ACCESS_DENIED",
    "The connecting account lacks the right.",
  ],
  [/ServerBusy|Throttl|OverBudget/i, "THROTTLED", "Exchange asks to slow down: run again in a few minutes."],
];

/** `Ex6F9304|Microsoft.Exchange...Exception|` before the text, the number often left out. */
export const typed = /^\s*\w*\|([^|]*)\|/;

/** What an answer of Exchange that is not a success means; `text` is Exchange's own message. Pure. */
export function interpret(cmdlet: string, status: number, text: string, parameters: Parameters = {}): Fault {
  const said = withoutValues(text.replace(typed, "").trim(), parameters);
  const failed = `${cmdlet} failed${said ? `: ${said}` : ""}`;
  if (status === 401) {
    return new Fault(
      "WRONG_CREDENTIALS",
      `${cmdlet}: Exchange refused the credentials. Check the user name and password, or the client id and secret, under connections.`,
    );
  }
  // Texts repeat the names that people gave to objects, so they count only where there is no type.
  const type = typed.exec(text)?.[1] ?? text;
  const denied = /insufficient access rights/i.exec(text)?.[0] ?? "";
  const known = meanings.find(([pattern]) => pattern.test(`${type} ${denied}`));
  if (known) {
    const [, code, meaning] = known;
    const lacking = code === "ACCESS_DENIED" || code === "UNKNOWN_CMDLET";
    return new Fault(code, `${failed} ${meaning}${lacking ? ` ${howToLet(cmdlet)}` : ""}`);
  }
  if (status === 403) {
    return new Fault("ACCESS_DENIED", `${failed}. ${nothingToRun}. ${howToLet(cmdlet)}`);
  }
  if (status === 429)
    return new Fault("THROTTLED", `${failed} Exchange asks to slow down: run again in a few minutes.`);
  if (status >= 500)
    return new Fault("UNAVAILABLE", `${failed} (HTTP ${status}). Run again when Exchange is well.`);
  if (status === 400) return new Fault("REJECTED", failed);
  return new Fault(
    "UNEXPECTED",
    `${failed} (HTTP ${status}). Check the address of the admin endpoint under connections.`,
  );
}
