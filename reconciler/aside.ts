import { Worker } from "node:worker_threads";
import { Fault } from "./fault.ts";
import { type Reading, readMail } from "./read-mail.ts";
import { knownVisible, rememberVisible } from "./visible.ts";
import type { Body } from "./mailbox/port.ts";

/** Characters of a body, and bytes of a mail, up to which reading it takes no longer than some milliseconds. */
const short = 2 ** 18;
/** Megabytes that the thread may use; what takes more is too complex. */
const memory = 1024;

interface Waiting {
  done: (answer: Answer) => void;
  failed: (error: unknown) => void;
}

/** What a thread is asked: what a body shows, or what a mail says. */
export type Question = Body | { raw: Uint8Array; processedHeader: string };
/** What it answers: visible lines, joined by LF, or a reading; or why there is none. */
export type Answer =
  | { text: string }
  | { reading: Reading }
  | { tooComplex: string }
  | { unreadable: string };

let thread: Worker | undefined;
const waiting: Waiting[] = [];

/**
 * Reads what large bodies show in a thread of its own, one after the other, so that comparing them later holds up nothing else.
 * @throws Fault TOO_COMPLEX
 */
export async function readAside(bodies: readonly Body[]): Promise<void> {
  for (const body of bodies) {
    if (body.content.length <= short || knownVisible(body)) continue;
    const answer = await ask(body);
    if ("text" in answer) rememberVisible(body, answer.text);
  }
}

/** Reads a stamped copy, a large one in that thread, too. @throws Fault TOO_COMPLEX; Error of the parser */
export async function readMailAside(raw: Uint8Array, processedHeader: string): Promise<Reading> {
  if (raw.byteLength <= short) return readMail(raw, processedHeader);
  const answer = await ask({ raw, processedHeader });
  if ("reading" in answer) return answer.reading;
  throw new Error("unreadable" in answer ? answer.unreadable : "The thread answered something else.");
}

async function ask(question: Question): Promise<Answer> {
  thread ??= start();
  const worker = thread;
  const answer = await new Promise<Answer>((done, failed) => {
    waiting.push({ done, failed });
    worker.ref();
    worker.postMessage(question, []);
  });
  if ("tooComplex" in answer) throw new Fault("TOO_COMPLEX", answer.tooComplex);
  return answer;
}

function start(): Worker {
  const worker = new Worker(new URL("aside-thread.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memory },
  });
  worker.on("message", (answer: Answer) => {
    const first = waiting.shift();
    // An idle thread keeps no process alive.
    if (waiting.length === 0) worker.unref();
    first?.done(answer);
  });
  worker.on("error", (cause) => {
    thread = undefined;
    const [first, ...rest] = waiting.splice(0);
    first?.failed(new Fault("TOO_COMPLEX", "The message takes too much memory to be compared.", { cause }));
    for (const { failed } of rest)
      failed(new Fault("UNAVAILABLE", "The thread that reads bodies had to be started anew.", { cause }));
  });
  return worker;
}
