import { EwsError } from "./error.ts";
import type { ThrottlingPolicy } from "./throttling-policy.ts";

/** Counts what each account uses. */
export interface Throttle {
  /** Does a request's work. @throws EwsError ErrorExceededConnectionCount | ErrorServerBusy with the time to stay away */
  run: <Result>(account: string, work: () => Promise<Result>) => Promise<Result>;
  /** Lets a stream in; answers what to call once when it ended. @throws EwsError ErrorExceededConnectionCount */
  hang: (account: string) => () => void;
}

interface Account {
  running: number;
  hanging: number;
  /** Milliseconds of the server's time that may still be used; below zero it is overdrawn. */
  balance: number;
  /** When the balance was true. */
  at: number;
}

const hour = 3_600_000;

/** Exchange slows an account that is overdrawn down before it refuses it; here it is only refused. */
export function createThrottle(policy: ThrottlingPolicy, now: () => number): Throttle {
  const accounts = new Map<string, Account>();
  const rate = policy.ewsRechargeRate / hour;
  const accountOf = (name: string): Account => {
    const known = accounts.get(name) ?? { running: 0, hanging: 0, balance: policy.ewsMaxBurst, at: now() };
    accounts.set(name, known);
    const time = now();
    known.balance = Math.min(policy.ewsMaxBurst, known.balance + (time - known.at) * rate);
    known.at = time;
    return known;
  };
  return {
    run: async (name, work) => {
      const account = accountOf(name);
      if (account.running >= policy.ewsMaxConcurrency)
        throw tooMany("MaxConcurrency", policy.ewsMaxConcurrency);
      if (account.balance < -policy.ewsCutoffBalance)
        throw new EwsError("ErrorServerBusy", undefined, {
          BackOffMilliseconds: String(Math.ceil(-account.balance / rate)),
        });
      account.running++;
      const start = now();
      try {
        return await work();
      } finally {
        account.running--;
        // Requests that wait for each other share the server's time.
        accountOf(name).balance -= (now() - start) / (account.running + 1);
      }
    },
    hang: (name) => {
      const account = accountOf(name);
      if (account.hanging >= policy.hangingConnectionLimit)
        throw tooMany("HangingConnectionLimit", policy.hangingConnectionLimit);
      account.hanging++;
      return () => void account.hanging--;
    },
  };
}

function tooMany(part: string, limit: number): EwsError {
  return new EwsError("ErrorExceededConnectionCount", undefined, {
    Policy: part,
    MaxConcurrencyLimit: String(limit),
    ErrorMessage: `This operation exceeds the throttling budget for policy part '${part}', policy value '${limit}',  Budget type: 'Ews'.  Suggested backoff time 0 ms.`,
  });
}
