import { createRest } from "../../../providers/exchange/rest.ts";
import { openSession } from "../../../providers/exchange/session.ts";
import { rows, sideOf } from "../../emulator/store.ts";
import { type Embedded } from "../../providers/embedded.ts";
import { round } from "../exchange/figures.ts";
import { asked } from "./asked.ts";
import { measureEmpty, openStack, runs, type Run, type Via } from "./measure.ts";

/** One adapter at one number of resources. */
export interface ProvisionerFigures {
  via: Via;
  resources: number;
  /** From nothing; without changes; looking for drift. */
  first: Run;
  again: Run;
  preview: Run;
  /** A shared shell that does nothing, as often: seconds of a first `up` and of one without changes. */
  empty?: { first: number; again: number };
  /** Reading what there is once, as a deployment does, and by a connection for each resource: milliseconds and requests. */
  reading?: { bulk: Reading; each: Reading };
}

interface Reading {
  milliseconds: number;
  requests: number;
}

/** Connections at once of the pattern: Terraform's usual parallelism. */
const atOnce = 10;

export async function measureProvisioner(count: number, via: Via): Promise<ProvisionerFigures> {
  const stack = await openStack(count, via);
  try {
    const first = await stack.run(...runs.up);
    const again = await stack.run(...runs.up);
    const preview = await stack.run(...runs.preview);
    const figures = { via, resources: stack.resources, first, again, preview };
    if (via !== "rest") return figures;
    return {
      ...figures,
      reading: await compareReading(stack.embedded),
      empty: await measureEmpty(stack.resources),
    };
  } finally {
    await stack.close();
  }
}

/** All transport rules, read once in one session, and one by one with a connection each, as other tools do. */
async function compareReading(embedded: Embedded): Promise<{ bulk: Reading; each: Reading }> {
  const { organization } = embedded.emulator;
  const names = rows(sideOf(organization, "online"), "TransportRule").map((row) => String(row["Name"]));
  const measure = async (work: () => Promise<unknown>): Promise<Reading> => {
    const began = performance.now();
    const { cmdlets } = await asked(organization, work);
    const requests = Object.values(cmdlets).reduce((all, times) => all + times, 0);
    return { milliseconds: round(performance.now() - began), requests };
  };
  const bulk = await measure(async () => {
    const exchange = connect(embedded);
    const read = await openSession(exchange).rows("TransportRule");
    if (read.length !== names.length) throw new Error(`${read.length} of ${names.length} rules were read.`);
    await exchange.close();
  });
  const each = await measure(async () => {
    const left = [...names];
    const worker = async (): Promise<void> => {
      for (let name = left.pop(); name !== undefined; name = left.pop()) {
        const exchange = connect(embedded);
        await exchange.invoke("Get-TransportRule", { Identity: name });
        await exchange.close();
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  });
  return { bulk, each };
}

function connect({ emulator }: Embedded) {
  const { organization, online } = emulator;
  const [application] = organization.store.applications;
  return createRest({
    side: "online",
    url: online?.admin ?? "",
    certificateAuthority: organization.authority.ca,
    now: Date.now,
    wait: async () => undefined,
    credential: {
      tokenUrl: online?.token ?? "",
      clientId: application?.appId ?? "",
      clientSecret: application?.secret ?? "",
    },
  });
}

/** Milliseconds that one more unchanged resource costs an `up`, beyond what an empty shell costs, from the smallest to the largest stack. */
export function perResource(all: readonly ProvisionerFigures[]): number | undefined {
  const rest = all.filter(({ via }) => via === "rest");
  const [least, most] = [rest[0], rest.at(-1)];
  if (!least?.empty || !most?.empty || least === most) return undefined;
  const more = most.again.seconds - least.again.seconds;
  const moreOfEmpty = most.empty.again - least.empty.again;
  return round(((more - moreOfEmpty) / (most.resources - least.resources)) * 1000);
}
