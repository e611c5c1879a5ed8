import { parseArgs } from "node:util";
import { openStack, runs } from "./provisioner/measure.ts";

const usage = `npm run bench:provisioner -- [--resources N]

Deploys a stack of about so many resources (500) to the embedded Exchange with the real Pulumi CLI, runs it again, looks for drift,
and removes it. Prints a line of JSON for each: seconds, sessions and cmdlets that the server was asked for.`;

async function bench(count: number): Promise<void> {
  const stack = await openStack(count, "rest");
  try {
    for (const run of [runs.up, runs.up, runs.preview, runs.destroy])
      process.stdout.write(`${JSON.stringify(await stack.run(...run))}\n`);
  } finally {
    await stack.close();
  }
}

const { values } = parseArgs({
  options: { resources: { type: "string", default: "500" }, help: { type: "boolean", default: false } },
});
if (values.help) process.stdout.write(`${usage}\n`);
else await bench(Number(values.resources));
