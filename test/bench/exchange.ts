import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measure, measureLarge, prepare, type Figures, type Size } from "./exchange/measure.ts";

const usage = `npm run bench:exchange -- [--people N] [--items N] [--real N] [--large N] [--calls N] [--milliseconds N] [--repetitions N] [--data DIR] [--json]

Measures the embedded Exchange, in a process of its own, with this one as its client. Linux only.
  --people, --items  mailboxes, and messages in each (2000, 500)
  --real N           so many mailboxes hold messages that were changed and lie in files, instead of made-up ones (40)
  --large N          messages of the one mailbox with a large folder (290000, of which a third is in Sent Items); 0 leaves it out
  --calls N          calls for each latency (1000), --milliseconds N for each throughput (5000), --repetitions N of both (3)
  --data DIR         measures the organization in a data folder that is there, which is changed by it
  --json             prints one line of JSON`;

const { values: given } = parseArgs({
  options: {
    people: { type: "string", default: "2000" },
    items: { type: "string", default: "500" },
    real: { type: "string", default: "40" },
    large: { type: "string", default: "290000" },
    calls: { type: "string", default: "1000" },
    milliseconds: { type: "string", default: "5000" },
    repetitions: { type: "string", default: "3" },
    data: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (given.help) {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}
const size: Size = {
  people: Number(given.people),
  items: Number(given.items),
  real: Number(given.real),
  large: Number(given.large),
  calls: Number(given.calls),
  milliseconds: Number(given.milliseconds),
  repetitions: Number(given.repetitions),
};

async function run(): Promise<Figures> {
  const folder = given.data ?? (await mkdtemp(join(tmpdir(), "exchange-bench-")));
  try {
    const made = given.data === undefined ? { realItems: await prepare(folder, size) } : {};
    const figures = { ...(await measure(folder, size)), ...made };
    return size.large === 0 ? figures : { ...figures, findItemLarge: await measureLarge(size) };
  } finally {
    if (given.data === undefined) await rm(folder, { recursive: true, force: true });
  }
}

function table(figures: Figures): string {
  const rows: [string, string | number][] = [
    ["mailboxes", figures.mailboxes],
    [
      "messages",
      figures.realItems === undefined
        ? figures.items
        : `${figures.items}, ${figures.realItems} of them in files`,
    ],
    ["ready after", `${figures.loadSeconds} s`],
    ["memory at the start", `${figures.rssMB.start} MB`],
    ["memory, every mailbox opened", `${figures.rssMB.allTouched} MB`],
    ["FindItem, newest 10", told(figures.findItem)],
    ["FindItem, newest 50", told(figures.findItem50)],
    ...(figures.findItemLarge
      ? [
          [`FindItem, newest 10 of ${figures.findItemLarge.items}`, told(figures.findItemLarge)] as [
            string,
            string,
          ],
        ]
      : []),
    ["Graph list, newest 10", told(figures.graphList)],
    ["UpdateItem, 10 KB", `${rate(figures.updateItemPerSecond)}, bound by ${figures.bound}`],
    [
      "",
      `${figures.updateItemCpuMs.server} ms of processor in the server for each, ${figures.updateItemCpuMs.client} ms in the client`,
    ],
    ["Graph PATCH, 10 KB", rate(figures.graphPatchPerSecond)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

function told({
  p50,
  p99,
  p99Spread,
}: {
  p50: number;
  p99: number;
  p99Spread?: Figures["findItem"]["p99Spread"];
}): string {
  const spread = p99Spread ? ` (${p99Spread.low} to ${p99Spread.high})` : "";
  return `p50 ${p50} ms, p99 ${p99} ms${spread}`;
}

function rate({ low, median, high }: Figures["updateItemPerSecond"]): string {
  return `${Math.round(median)} a second (${Math.round(low)} to ${Math.round(high)})`;
}

const figures = await run();
process.stdout.write(`${given.json ? JSON.stringify(figures) : table(figures)}\n`);
