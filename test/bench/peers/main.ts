import { readFile } from "node:fs/promises";
import { simpleParser } from "mailparser";
import { atPace } from "../pace.ts";
import { ewsUpdate } from "./ews.ts";
import { graphUpdate } from "./graph.ts";
import type { PeerResult, PeerWork, Update } from "./run.ts";

/** Updates at once: as many as the daemon has in hand. */
const atOnce = 12;

/** Parses a stamped message as a script would, and brings its HTML into the sender's copy. */
async function work({ letters, perSecond, protocol, ...access }: PeerWork): Promise<PeerResult> {
  const update: Update = (protocol === "ews" ? ewsUpdate : graphUpdate)(access);
  const milliseconds: number[] = [];
  const queue: (() => void)[] = [];
  let free = atOnce;
  const before = process.cpuUsage();
  const began = performance.now();
  await atPace(
    letters,
    async ({ from, messageId, stamped }) => {
      const arrived = performance.now();
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => queue.push(resolve));
      const { html } = await simpleParser(stamped);
      if (typeof html !== "string") throw new Error("The letter has no HTML.");
      const shown = await update(from, messageId, html);
      if (!shown.includes("Unter den Linden")) throw new Error(`${messageId} was not updated.`);
      milliseconds.push(performance.now() - arrived);
      const next = queue.shift();
      if (next) next();
      else free += 1;
    },
    perSecond,
  );
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { milliseconds, seconds, cpuMs: (user + system) / 1000 };
}

const [, , file = ""] = process.argv;
process.stdout.write(`${JSON.stringify(await work(JSON.parse(await readFile(file, "utf8")) as PeerWork))}\n`);
