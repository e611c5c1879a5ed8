import { parseArgs } from "node:util";
import { drill } from "./drill.ts";

const usage = `npm run drill [-- options]

Sends mail through the embedded Exchange while daemons are killed and Exchange fails in every way, and judges each sent copy.
  --messages N   messages to send (1000)
  --kills N      daemons to kill (6)
  --seed N       repeats the mail, the kills and the faults of another drill; chosen by itself otherwise
  --daemons N    daemons that share the work (1)
  --minutes N    how long it may take; what is not done by then is lost (10)
  --json         prints the figures as one line of JSON at the end

It ends with 1 when a message was lost, doubled or damaged.`;

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "1000" },
    kills: { type: "string", default: "6" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    daemons: { type: "string", default: "1" },
    minutes: { type: "string", default: "10" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const print = (text: string): void => void process.stdout.write(`${text}\n`);
const say = (text: string): void => print(`${String(Math.round(process.uptime())).padStart(4)} s  ${text}`);
/** Of what went wrong with one message; mails may be long. */
const longest = 1500;

/** An option as a number; what is none, or too small, ends the program with 2. */
function number(name: "messages" | "kills" | "seed" | "daemons" | "minutes", least: number): number {
  const value = Number(values[name]);
  if (Number.isSafeInteger(value) && value >= least) return value;
  process.stderr.write(`drill: --${name} must be a whole number, ${least} or more.\n\n${usage}\n`);
  process.exit(2);
}

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)
  process.once(signal, () => process.exit(code));

if (values.help) {
  print(usage);
} else {
  const options = {
    messages: number("messages", 1),
    kills: number("kills", 0),
    seed: number("seed", 0),
    daemons: number("daemons", 1),
    minutes: number("minutes", 1),
  };
  say(`seed ${options.seed}`);
  const { figures, judged } = await drill({ ...options, say });
  for (const { letter, verdict, rows } of judged) {
    if (!("why" in verdict)) continue;
    const { kind, manner, from, messageId } = letter;
    say(`${verdict.is}: ${messageId} (${kind}, ${manner}) of ${from}: ${verdict.why.slice(0, longest)}`);
    for (const { history } of rows) say(`  ${history.map(({ text }) => text).join(" / ")}`);
  }
  say(
    Object.entries(figures)
      .map(([name, value]) => `${name} ${value}`)
      .join(", "),
  );
  if (values.json) print(JSON.stringify(figures));
  process.exitCode = figures.lost + figures.doubled + figures.damaged > 0 ? 1 : 0;
}
