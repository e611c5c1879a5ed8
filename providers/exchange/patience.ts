import type { Fault, FaultCode } from "./errors.ts";
import type { Gate } from "./gate.ts";

/**
 * Attempts at one call, and milliseconds before the second one; doubled from then on unless Exchange names a time, which may be
 * `longest` at most. Longer pauses than `silent` are said.
 */
const patience = { attempts: 6, pause: 500, silent: 5_000, longest: 600_000 };

/** What stands against one attempt. */
export interface Setback {
  fault: Fault;
  /** Nothing was done, or the call only reads: asking again changes nothing. */
  repeatable: boolean;
  /** Milliseconds that Exchange asks to wait. */
  retryAfter?: number | undefined;
  /** Why there is a wait, where it is not that Exchange is busy. */
  because?: string;
}

export interface Patience {
  wait: (milliseconds: number) => Promise<void>;
  /** Where calls run beside each other: through which all of them go. */
  gate?: Gate | undefined;
  /** Hears what is waited for. */
  warn?: ((text: string) => void) | undefined;
}

/** Whether a cmdlet only looks: a test may be repeated like a reading. */
export function reads(cmdlet: string): boolean {
  return /^(Get|Test|Validate)-/.test(cmdlet);
}

const reasons: Partial<Record<FaultCode, string>> = { THROTTLED: "Exchange is busy" };

/** The header `Retry-After` in milliseconds from `now`: seconds, or a date (RFC 9110, 10.2.3); undefined when it says nothing. */
export function retryAfterOf(header: string | string[] | undefined, now: number): number | undefined {
  const after = String(header ?? "");
  if (after === "") return undefined;
  const seconds = Number(after);
  const milliseconds = Number.isNaN(seconds) ? Date.parse(after) - now : seconds * 1_000;
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

/** Repeats what can be repeated until it is done, in growing pauses. @throws Fault the last one */
export async function persist<Done>(
  cmdlet: string,
  attempt: () => Promise<{ done: Done } | Setback>,
  { wait, warn, gate }: Patience,
): Promise<Done> {
  for (let made = 1; ; made++) {
    const result = await (gate ? gate.pass(attempt) : attempt());
    if ("done" in result) return result.done;
    const pause = result.retryAfter ?? result.fault.retryAfter ?? patience.pause * 2 ** (made - 1);
    if (!result.repeatable || made >= patience.attempts || pause > patience.longest) throw result.fault;
    const why = result.because ?? reasons[result.fault.code] ?? "Exchange is not available";
    if (pause > patience.silent) warn?.(`${cmdlet}: waiting ${Math.ceil(pause / 1_000)} s, because ${why}.`);
    // A time that Exchange names is meant for everybody who asks.
    if (gate && result.retryAfter !== undefined) gate.shut(pause);
    else await wait(pause);
  }
}
