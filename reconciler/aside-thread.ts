import { parentPort } from "node:worker_threads";
import { isFault } from "./fault.ts";
import { visibleLines } from "./visible.ts";
import type { Answer } from "./aside.ts";
import type { Body } from "./mailbox/port.ts";

/** The thread behind aside.ts: a body for a body's visible lines, in order. */
parentPort?.on("message", (body: Body) => {
  parentPort?.postMessage(answerTo(body), []);
});

function answerTo(body: Body): Answer {
  try {
    return { text: visibleLines(body).join("\n") };
  } catch (error) {
    if (isFault(error, "TOO_COMPLEX")) return { tooComplex: error.message };
    throw error;
  }
}
