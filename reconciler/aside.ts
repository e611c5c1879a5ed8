import { Worker } from "node:worker_threads";
import { Fault } from "./fault.ts";
import { knownVisible, rememberVisible } from "./visible.ts";
import type { Body } from "./mailbox/port.ts";

/** Characters of a body up to which reading what it shows takes no longer than some milliseconds. */
const short = 2 ** 18;
/** Megabytes that the thread may use; what takes more is too complex. */
const memory = 1024;

interface Waiting {
  done: (text: string) => void;
  failed: (error: unknown) => void;
}

/** What a thread answers: the visible lines, or the message of the Fault that they are too complex. */
export type Answer = { text: string } | { tooComplex: string };

let thread: Worker | undefined;
const waiting: Waiting[] = [];

/**
 * Reads what large bodies show in a thread of its own, one after the other, so that comparing them later holds up nothing else.
 * @throws Fault TOO_COMPLEX
 */
export async function readAside(bodies: readonly Body[]): Promise<void> {
  for (const body of bodies)
    if (body.content.length > short && !knownVisible(body)) rememberVisible(body, await ask(body));
}

function ask(body: Body): Promise<string> {
  thread ??= start();
  const worker = thread;
  return new Promise((done, failed) => {
    waiting.push({ done, failed });
    worker.ref();
    worker.postMessage(body, []);
  });
}

function start(): Worker {
  const worker = new Worker(new URL("aside-thread.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memory },
  });
  worker.on("message", (answer: Answer) => {
    const first = waiting.shift();
    // An idle thread keeps no process alive.
    if (waiting.length === 0) worker.unref();
    if ("text" in answer) first?.done(answer.text);
    else first?.failed(new Fault("TOO_COMPLEX", answer.tooComplex));
  });
  worker.on("error", (cause) => {
    thread = undefined;
    const [first, ...rest] = waiting.splice(0);
    first?.failed(new Fault("TOO_COMPLEX", "The body takes too much memory to be compared.", { cause }));
    for (const { failed } of rest)
      failed(new Fault("UNAVAILABLE", "The thread that reads bodies had to be started anew.", { cause }));
  });
  return worker;
}
