import type { Call, Cmdlet } from "./cmdlet.ts";
import { badArgument } from "./fault.ts";
import { messageTrace } from "./message-trace.ts";
import type { Row } from "../store.ts";

const usualPage = 1000;
const largestPage = 5000;

/** The older cmdlets that answer in numbered pages: the same rows as their successors, and a warning to change over to them. */
export const messageTraceV1: Cmdlet[] = ["Get-MessageTrace", "Get-MessageTraceDetail"].map((name) => ({
  name,
  run: async (call) => {
    const { Page: page, PageSize: size, ProbeTag: _, ...rest } = call.parameters;
    const at = within("Page", page, 1, 1000) ?? 1;
    const most = within("PageSize", size, 1, largestPage) ?? usualPage;
    call.warn(`The ${name} cmdlet is being deprecated. Use the ${name}V2 cmdlet instead.`);
    const all = await successor(name, {
      ...call,
      parameters: { ...rest, ...(name.endsWith("Detail") ? {} : { ResultSize: largestPage }) },
    });
    return all
      .slice((at - 1) * most, at * most)
      .map((row, index) => ({ ...row, Index: (at - 1) * most + index }));
  },
}));

async function successor(name: string, call: Call): Promise<Row[]> {
  const cmdlet = messageTrace.find((each) => each.name === `${name}V2`);
  if (!cmdlet) throw new Error(`${name} has no successor.`);
  return cmdlet.run(call);
}

function within(name: string, value: unknown, least: number, most: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw badArgument(
    `The value '${String(value)}' of the ${name} parameter isn't valid. It must be between ${least} and ${most}.`,
  );
}
