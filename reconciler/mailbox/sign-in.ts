import { Fault, isFault } from "../fault.ts";

/** Passes a call on to the server, unless it has refused the password lately. `operation`: which call of the port it is. */
export type Guard = <T>(call: () => Promise<T>, operation?: string) => Promise<T>;

const minute = 60_000;
/** Twice as long after each refusal, up to this: directories lock an account after some five refusals in half an hour. */
const longest = 16 * minute;

/** Failures that show that the server knew who asked. */
const signedIn = new Set([
  "ACCESS_DENIED",
  "MAILBOX_NOT_FOUND",
  "GROUP_NOT_FOUND",
  "ITEM_NOT_FOUND",
  "CONFLICT",
]);

/**
 * Keeps a wrong password from locking the account. Until a call has shown that the server takes it, the others wait
 * for that call; after a refusal nothing is sent for a while, whoever asks.
 */
export function signInGuard(now: () => number): Guard {
  let first: Promise<unknown> | undefined;
  let barred: { fault: Fault; until: number; wait: number } | undefined;
  let proved = false;

  const refuseEarly = (): void => {
    if (!barred || now() >= barred.until) return;
    const { code, message } = barred.fault;
    throw new Fault(code, message, { cause: barred.fault, retryAfter: barred.until - now() });
  };

  const learn = (error?: unknown): void => {
    const code = error instanceof Fault ? error.code : undefined;
    if (error === undefined || (code !== undefined && signedIn.has(code))) {
      proved = true;
      barred = undefined;
    } else if (isFault(error, "WRONG_CREDENTIALS")) {
      proved = false;
      refuseEarly(); // Of calls that were under way together, the first refusal counts.
      const wait = Math.min(barred ? barred.wait * 2 : minute, longest);
      barred = { fault: error, until: now() + wait, wait };
      refuseEarly();
    }
  };

  const attempt = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      const result = await call();
      learn();
      return result;
    } catch (error) {
      learn(error);
      throw error;
    }
  };

  return async (call) => {
    while (!proved && first) {
      // A server that is not there is not there for the others either.
      await first.catch((error: unknown) => {
        if (isFault(error, "UNAVAILABLE")) throw error;
      });
    }
    refuseEarly();
    if (proved) return attempt(call);
    const begun = attempt(call).finally(() => (first = undefined));
    first = begun;
    return begun;
  };
}
