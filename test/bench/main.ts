import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measureGrowth } from "./daemon/growth.ts";
import { measureDaemon, measureFar } from "./daemon/measure.ts";
import { measureProvisioner } from "./provisioner/compare.ts";
import { chartsOf, keyFiguresOf, tableOf, type Figures } from "./report.ts";
import { few, quick, whole } from "./sizes.ts";

const usage = `npm run bench -- [--quick | --few] [--only daemon,far,growth,provisioner] [--out DIR] [--json]

Measures daemon and provisioner against the embedded Exchange, beside what others would do, in the same run. Linux only.
  --quick    less of everything, under two minutes on two idle cores; the whole takes under ten
  --few      hardly anything: that it all works
  --only     some of the parts, with commas
  --out DIR  writes bench.json and charts (SVG) there
  --json     prints the key figures as one line of JSON at the end`;

const { values: given } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    few: { type: "boolean", default: false },
    only: { type: "string", default: "daemon,far,growth,provisioner" },
    out: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function bench(): Promise<void> {
  const size = given.few ? few : given.quick ? quick : whole;
  const parts = given.only.split(",");
  const figures: Figures = {
    machine: { processors: availableParallelism(), load: loadavg()[0] ?? Number.NaN, node: process.version },
    daemon: {},
    far: {},
    growth: [],
    provisioner: [],
  };
  for (const protocol of ["ews", "graph"] as const) {
    if (parts.includes("daemon")) figures.daemon[protocol] = await measureDaemon(protocol, size.daemon);
    if (parts.includes("far")) figures.far[protocol] = await measureFar(protocol, size.far);
  }
  if (parts.includes("growth"))
    figures.growth = await measureGrowth(size.growth, size.updates, (one) =>
      process.stderr.write(`${JSON.stringify(one)}\n`),
    );
  if (parts.includes("provisioner"))
    for (const via of ["rest", "powershell"] as const)
      for (const count of size.provisioner[via])
        figures.provisioner.push(await measureProvisioner(count, via));
  say(tableOf(figures));
  if (given.out !== undefined) {
    await mkdir(given.out, { recursive: true });
    await writeFile(join(given.out, "bench.json"), `${JSON.stringify(figures, undefined, 2)}\n`);
    for (const [name, svg] of Object.entries(chartsOf(figures)))
      await writeFile(join(given.out, `${name}.svg`), svg);
  }
  if (given.json) say(JSON.stringify(keyFiguresOf(figures)));
}

if (given.help) say(usage);
else await bench();
