/** Codes that a Fault carries; each is explained in docs/errors.md. */
export type FaultCode =
  | "ACCESS_DENIED"
  | "WRONG_CREDENTIALS"
  | "MAILBOX_NOT_FOUND"
  | "GROUP_NOT_FOUND"
  | "ITEM_NOT_FOUND"
  | "CONFLICT"
  | "THROTTLED"
  | "TOO_LARGE"
  | "UNAVAILABLE"
  | "NOT_VERIFIED"
  | "REFUSED"
  | "LOCKED"
  | "TOO_COMPLEX"
  | "BAD_SETTINGS"
  | "DATA_FOLDER_IN_USE"
  | "PORT_IN_USE"
  | "UNEXPECTED";

/** A failure with a code, the thing that failed, a cause, and how long to wait before trying again (milliseconds). */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly retryAfter: number | undefined;

  constructor(code: FaultCode, message: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(message, { cause: options.cause });
    this.name = "Fault";
    this.code = code;
    this.retryAfter = options.retryAfter;
  }
}

/** Whether an error is a Fault with one of these codes. */
export function isFault(error: unknown, ...codes: readonly FaultCode[]): error is Fault {
  return error instanceof Fault && codes.includes(error.code);
}
