import { afterAll, beforeAll, expect, test } from "vitest";
import type { World } from "../../../providers/kind.ts";
import * as lifecycle from "../../../providers/lifecycle.ts";
import type { Inputs } from "../../../providers/state.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { wish } from "../wish.ts";

let time = Date.now();
let embedded: Embedded;
let world: World;
beforeAll(async () => {
  embedded = await startEmbedded("hybrid", { now: () => time });
  world = { ...embedded.world, wait: async (milliseconds) => void (time += milliseconds) };
});
afterAll(() => embedded.close());

const minutes = (Minutes: number): Inputs =>
  wish("ConnectorPropagation", { Inbound: "In", Outbound: "Out", Minutes });

test("connectors get time from their last change on, which is said, and not twice", async () => {
  const inputs = { Name: "In", ConnectorType: "OnPremises", SenderDomains: ["*"], RequireTls: true };
  await lifecycle.create(world, wish("InboundConnector", inputs));
  const made = time;
  time += 600_000;
  await lifecycle.create(
    world,
    wish("OutboundConnector", {
      Name: "Out",
      UseMXRecord: false,
      SmartHosts: ["r.example"],
      IsTransportRuleScoped: true,
    }),
  );
  const changed = time;
  time += 60_000;
  const { state } = await lifecycle.create(world, minutes(60));
  expect(changed).toBeGreaterThan(made);
  // Exchange writes whole seconds.
  expect(Math.abs(time - changed - 3_600_000)).toBeLessThan(1_000);
  expect(embedded.said).toEqual([expect.stringMatching(/^Waiting until .*propagationMinutes/)]);

  await lifecycle.create(world, minutes(60));
  expect(embedded.said).toHaveLength(1);
  expect(lifecycle.diff(state, minutes(60)).changes).toBe(false);
  expect(lifecycle.diff(state, minutes(90)).changes).toBe(true);
});

test("nothing is waited for where there is no connector yet", async () => {
  const before = time;
  await lifecycle.create(world, wish("ConnectorPropagation", { Inbound: "A", Outbound: "B", Minutes: 60 }));
  expect(time).toBe(before);
});
