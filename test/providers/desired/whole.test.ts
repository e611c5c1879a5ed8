import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mailFlow } from "../../../providers/desired/mail-flow.ts";
import { groupItems } from "../../../providers/desired/sender-scopes.ts";
import type { Desired } from "../../../providers/desired/resource.ts";
import { explain } from "../../../providers/explain.ts";
import * as lifecycle from "../../../providers/lifecycle.ts";
import type { Inputs, State } from "../../../providers/state.ts";
import type { Config } from "../../../stacks/config/types.ts";
import { sideOf } from "../../emulator/store.ts";
import { configurations } from "../configurations.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";

interface Made {
  id: string;
  state: State;
  prepared: Inputs;
}

const sides = { hybrid: ["online", "onPremises"], onPremises: ["onPremises"] } as const;
type Environment = keyof typeof sides;

const embedded = {} as Record<Environment, Embedded>;
beforeAll(async () => {
  for (const environment of ["hybrid", "onPremises"] as const) {
    const each = await startEmbedded(environment);
    embedded[environment] = each;
    for (const side of sides[environment]) {
      const exchange = each.exchange(side);
      // Some nouns have objects from the start, which come to be when somebody first asks.
      for (const noun of ["TransportConfig", "RemoteDomain", "RetentionPolicy", "RetentionPolicyTag"])
        await exchange.invoke(`Get-${noun}`);
      if (side === "onPremises")
        for (const noun of ["SendConnector", "ReceiveConnector"]) await exchange.invoke(`Get-${noun}`);
    }
  }
});
afterAll(() => Promise.all(Object.values(embedded).map((each) => each.close())));

/** What the servers hold: every configuration object and recipient, without the times at which they were changed. */
function holdings(environment: Environment): unknown {
  return sides[environment].map((name) => {
    const side = sideOf(embedded[environment].emulator.organization, name);
    // Exchange Online keeps a removed mailbox for a month, out of everybody's sight.
    const objects = [...side.objects]
      .filter(([noun, rows]) => rows.size > 0 && noun !== "SoftDeletedMailbox")
      .map(([noun, rows]) => [noun, [...rows.values()]]);
    const text = JSON.stringify([objects, [...side.recipients.values()]]);
    return JSON.parse(text.replaceAll(/"WhenChanged(UTC)?":"[^"]*"/g, '"WhenChanged":""')) as unknown;
  });
}

/** A configuration's mail flow, and the organization that it is made in: one that has its sides. */
function flowOf(config: Config): { where: Embedded; items: Desired[]; environment: Environment } {
  const environment = config.environment === "onPremises" ? "onPremises" : "hybrid";
  const groups = groupItems(config);
  const items = [...groups, ...mailFlow(config, "test", groups)];
  return { where: embedded[environment], environment, items };
}

/** As a preview and an up make them, in their order. Nobody answers test mail here, and every domain is accepted. */
async function up({ where, items }: { where: Embedded; items: Desired[] }): Promise<Made[]> {
  where.renew();
  const made: Made[] = [];
  for (const { name: _, dependsOn: __, ...wished } of items) {
    if (wished.kind === "OutboundConnectorValidation" || wished.kind === "AcceptedDomain") continue;
    const prepared = await lifecycle.check(where.world, { stack: "test", ...wished });
    made.push({ ...(await lifecycle.create(where.world, prepared)), prepared });
  }
  return made;
}

async function down(where: Embedded, made: Made[]): Promise<void> {
  for (const { id, state } of made.toReversed()) await lifecycle.remove(where.world, id, state);
}

describe("any mail flow", () => {
  const managed = configurations.filter(({ connectors }) => connectors.manage !== "verify");

  test("is made, found unchanged, and removed without a trace", async () => {
    await fc.assert(
      fc.asyncProperty(managed, async (config) => {
        const flow = flowOf(config);
        const { where } = flow;
        const before = holdings(flow.environment);
        const made = await up(flow);
        where.renew();
        const differing: unknown[] = [];
        for (const { id, state, prepared } of made) {
          const seen = await lifecycle.read(where.world, id, state);
          if (!seen || lifecycle.diff(seen, prepared).changes)
            differing.push([prepared.kind, seen && explain(seen, prepared)]);
        }
        expect(differing).toEqual([]);
        await down(where, made);
        expect(holdings(flow.environment)).toEqual(before);
      }),
      { numRuns: 25 },
    );
  });
});

describe("connectors that somebody else manages", () => {
  test("are compared, and nothing is written to the servers, whatever happens to the stack", async () => {
    await fc.assert(
      fc.asyncProperty(
        configurations.filter(({ connectors }) => connectors.manage === "verify"),
        async (config) => {
          const connectors = { ...config.connectors, manage: "full" as const };
          const theirs = flowOf({
            ...config,
            connectors,
            transportRules: [],
            intake: undefined,
          } as unknown as Config);
          const { where, environment } = theirs;
          const made = await up(theirs);
          const before = holdings(environment);
          where.calls.length = 0;

          const items = theirs.items.map((each) => ({ ...each, verify: true }));
          const ours = flowOf({ ...config, transportRules: [], intake: undefined } as unknown as Config);
          expect(ours.items).toEqual(
            items
              .filter(({ kind }) => kind !== "OutboundConnectorValidation")
              .map((each) => (each.kind === "AcceptedDomain" ? { ...each, verify: false } : each)),
          );
          const looked = await up(ours);
          for (const { id, state, prepared } of looked) {
            const seen = await lifecycle.read(where.world, id, state);
            if (seen) await lifecycle.update(where.world, id, seen, prepared);
          }
          await down(where, looked);
          expect(where.calls.filter((each) => !/ Get-/.test(each))).toEqual([]);
          expect(holdings(environment)).toEqual(before);
          await down(where, made);
        },
      ),
      { numRuns: 10 },
    );
  });

  test("that differ are told point by point, and left as they are", async () => {
    const [config] = fc.sample(
      configurations.filter(
        ({ connectors, environment }) => connectors.manage === "verify" && environment === "hybrid",
      ),
      { numRuns: 1, seed: 1 },
    );
    if (!config) throw new Error("no configuration");
    const theirs = flowOf({ ...config, connectors: { ...config.connectors, manage: "full" } } as Config);
    const way = {
      ...theirs,
      items: theirs.items.filter(({ name }) => /^(in|out)bound-connector$/.test(name)),
    };
    const made = await up(way);
    await way.where.exchange("online").invoke("Set-OutboundConnector", {
      Identity: config.connectors.outbound.name,
      TlsSettings: "EncryptionOnly",
      TlsDomain: null,
    });
    const before = holdings("hybrid");
    const looking = way.items.map((each) => ({ ...each, verify: true }));
    await expect(up({ ...way, items: looking })).rejects.toMatchObject({
      code: "UNMET",
      message: expect.stringMatching(
        /Correct by hand:\n- TlsSettings is .*\n- TlsDomain is not set/,
      ) as string,
    });
    expect(holdings("hybrid")).toEqual(before);
    await down(way.where, made);
  });
});
