import { parentPort } from "node:worker_threads";
import { isFault } from "./fault.ts";
import { type Reading, readMail } from "./read-mail.ts";
import { visibleLines } from "./visible.ts";
import type { Answer, Question } from "./aside.ts";

/** The thread behind aside.ts: visible lines for a body, a reading for a mail; in order, one after the other. */
let last = Promise.resolve();
parentPort?.on("message", (question: Question) => {
  last = last.then(async () => {
    const answer = await answerTo(question);
    parentPort?.postMessage(answer, "reading" in answer ? contentsOf(answer.reading) : []);
  });
});

async function answerTo(question: Question): Promise<Answer> {
  if ("raw" in question) {
    try {
      return { reading: await readMail(question.raw, question.processedHeader) };
    } catch (error) {
      return { unreadable: error instanceof Error ? error.message : String(error) };
    }
  }
  try {
    return { text: visibleLines(question).join("\n") };
  } catch (error) {
    if (isFault(error, "TOO_COMPLEX")) return { tooComplex: error.message };
    throw error;
  }
}

/** What is handed over instead of copied; small contents share a buffer, which cannot be. */
function contentsOf({ stamp: { pictures, files } }: Reading): ArrayBuffer[] {
  return [...pictures, ...files].flatMap(({ content: { buffer, byteLength } }) =>
    buffer instanceof ArrayBuffer && byteLength === buffer.byteLength ? [buffer] : [],
  );
}
