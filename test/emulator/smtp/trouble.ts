import { setTimeout } from "node:timers/promises";
import { deliveryOf, type RequestedFault } from "../faults.ts";
import type { Conversation } from "./conversation.ts";
import { Refusal } from "./refusal.ts";

/** Verbs that a fault can hit; AUTH when name and password are there, DATA (BDAT as well) when the message is to come. */
export type Verb = "AUTH" | "MAIL" | "RCPT" | "DATA";

const onTheWay: ReadonlySet<RequestedFault["failure"]> = new Set([
  "latency",
  "dropAfter",
  "truncate",
  "drip",
]);

/** Does a verb's work and answers it, with the trouble that somebody asked for; errors other than a Refusal are answered with 451. */
export async function answer<Result>(
  conversation: Conversation,
  verb: Verb,
  fault: RequestedFault | undefined,
  work: () => Result | Promise<Result>,
  done: (error?: Error | null, result?: Result) => void,
): Promise<void> {
  if (fault?.failure === "drop") return conversation.drop();
  let [error, result]: [Refusal | null, Result?] = [null];
  try {
    if (fault && !onTheWay.has(fault.failure)) throw momentary(verb);
    result = await work();
  } catch (reason) {
    error = refusalFrom(reason);
  }
  if (fault?.delay !== undefined) await setTimeout(fault.delay);
  if (fault?.failure === "dropAfter") return conversation.drop();
  if (fault) conversation.delivery = deliveryOf(fault);
  done(error, result);
}

function momentary(verb: Verb): Refusal {
  return new Refusal(
    verb === "AUTH" ? "454 4.7.0 Temporary authentication failure" : "451 4.3.2 Service not available",
  );
}

function refusalFrom(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal(`451 4.3.2 ${error instanceof Error ? error.message : String(error)}`);
}
