import type { Fault } from "./errors.ts";

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
}

export interface Patience {
  wait: (milliseconds: number) => Promise<void>;
  /** Hears what is waited for. */
  warn?: ((text: string) => void) | undefined;
}

/** Whether a cmdlet only looks: a test may be repeated like a reading. */
export function reads(cmdlet: string): boolean {
  return /^(Get|Test|Validate)-/.test(cmdlet);
}

/** Repeats what can be repeated until it is done, in growing pauses. @throws Fault the last one */
export async function persist<Done>(
  cmdlet: string,
  attempt: () => Promise<{ done: Done } | Setback>,
  { wait, warn }: Patience,
): Promise<Done> {
  for (let made = 1; ; made++) {
    const result = await attempt();
    if ("done" in result) return result.done;
    const pause = result.retryAfter ?? patience.pause * 2 ** (made - 1);
    if (!result.repeatable || made >= patience.attempts || pause > patience.longest) throw result.fault;
    if (pause > patience.silent)
      warn?.(`${cmdlet}: waiting ${Math.ceil(pause / 1_000)} s, because Exchange is busy.`);
    await wait(pause);
  }
}
