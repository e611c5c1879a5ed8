import { type Command, InvalidArgumentError } from "commander";
import { type DaemonOptions, onDaemon, openDaemon, tokenHelp } from "./daemon.ts";

/** One row of the daemon's audit, as its HTTP interface has it. */
interface Message {
  messageId: string;
  senders: string[];
  arrived: number;
  outcome: string;
  reason?: string;
  history: { at: number; text: string }[];
}

interface Options extends DaemonOptions {
  sender?: string;
  messageId?: string;
  state?: string;
  reason?: string;
  since?: number;
  json?: true;
  follow?: true;
}

/** `siu messages`: what became of each message, one line each with its history. */
export function command(empty: Command): Command {
  return onDaemon(empty)
    .option("--sender <address>", "only messages of this sender")
    .option("--message-id <id>", "only this message")
    .option("--state <state>", "pending, updated, skipped, failed or refused")
    .option("--reason <reason>", "only for this reason (docs/errors.md)")
    .option("--since <time>", "taken in since then: 2026-11-25, 2026-11-25T08:00Z, 30m, 12h or 7d", time)
    .option("--json", "one line of JSON per message")
    .option("--follow", "go on with what changes, until interrupted")
    .addHelpText("after", `${tokenHelp}\nExample:\n  npx siu messages --state failed --since 7d`)
    .action(async (options: Options) => {
      const ask = await openDaemon(options, process.env);
      const query = queryOf(options);
      for (let since = 0, more = true; more;) {
        query.set("since", String(since));
        const { messages, next } = await ask<{ messages: Message[]; next: number }>(`/messages?${query}`);
        for (const one of messages)
          process.stdout.write(`${options.json ? JSON.stringify(one) : lineOf(one)}\n`);
        since = next;
        more = messages.length > 0;
        if (!more && options.follow) {
          more = true;
          query.set("wait", "30000");
        }
      }
    });
}

/** What the choice among messages is called in the daemon's HTTP interface. */
export function queryOf({ sender, messageId, state, reason, since }: Options): URLSearchParams {
  const query = new URLSearchParams();
  if (sender !== undefined) query.set("sender", sender);
  if (messageId !== undefined) query.set("id", bracketed(messageId));
  if (state !== undefined) query.set("state", state);
  if (reason !== undefined) query.set("reason", reason);
  if (since !== undefined) query.set("after", String(since));
  return query;
}

/** A Message-ID with its angle brackets, which a shell makes awkward to type; a key as it is. */
export function bracketed(id: string): string {
  return id.includes("@") && !id.startsWith("<") ? `<${id}>` : id;
}

/** A point in time, or how long ago; milliseconds since 1970. */
export function time(text: string): number {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(text) ?? [];
  const minutes = { m: 1, h: 60, d: 1440 }[unit ?? ""];
  const at = minutes === undefined ? Date.parse(text) : Date.now() - Number(count) * minutes * 60_000;
  if (Number.isNaN(at)) throw new InvalidArgumentError("Say a date, a time, or how long ago: 30m, 12h, 7d.");
  return at;
}

function lineOf({ arrived, outcome, reason, senders, messageId, history }: Message): string {
  const steps = history.map(({ at, text }) => `+${((at - arrived) / 1000).toFixed(1)}s ${text}`);
  const what = reason === undefined ? outcome : `${outcome} (${reason})`;
  return [new Date(arrived).toISOString(), what, senders.join(","), messageId, steps.join(" ")].join("  ");
}
