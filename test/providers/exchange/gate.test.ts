import { expect, test } from "vitest";
import { createGate } from "../../../providers/exchange/gate.ts";
import { createRest } from "../../../providers/exchange/rest.ts";
import { startEmbedded } from "../embedded.ts";

test("a gate lets no more calls through at once than it is made for, and all in the end", async () => {
  const gate = createGate(3, async () => {});
  let inside = 0;
  let most = 0;
  const calls = Array.from({ length: 20 }, (_each, index) =>
    gate.pass(async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => void setImmediate(resolve));
      inside -= 1;
      if (index % 3 === 0) throw new Error("a call that failed");
      return index;
    }),
  );
  const results = await Promise.allSettled(calls);
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(13);
  expect(most).toBe(3);
});

test("while a gate is shut nobody passes, also of those who queued before; the longest time counts", async () => {
  const pauses: (() => void)[] = [];
  const gate = createGate(1, () => new Promise((resolve) => void pauses.push(resolve)));
  const passed: string[] = [];
  const first = gate.pass(async () => {
    gate.shut(1_000);
    gate.shut(2_000);
  });
  const second = gate.pass(async () => void passed.push("second"));
  await first;
  pauses[0]?.();
  await new Promise((resolve) => void setImmediate(resolve));
  expect(passed).toEqual([]);
  pauses[1]?.();
  await second;
  expect(passed).toEqual(["second"]);
});

test("Exchange is asked at most eight things at once", async () => {
  const limits = { atOnce: 8, cmdlets: Infinity, milliseconds: 0 };
  const embedded = await startEmbedded("hybrid", { settings: { adminLimits: limits } });
  const exchange = embedded.exchange("online");
  await Promise.all(Array.from({ length: 60 }, () => exchange.invoke("Get-InboundConnector")));
  expect(embedded.waits).toEqual([]);
  await embedded.close();
});

test("who is asked to wait is not asked anything else meanwhile", async () => {
  const embedded = await startEmbedded("onPremises");
  const { faults } = embedded.emulator.organization;
  const held = Promise.withResolvers<void>();
  const waits: number[] = [];
  const exchange = createRest({
    side: "onPremises",
    url: embedded.environment["SIU_DEMO_ONPREMISES_ADMIN"] ?? "",
    credential: {
      username: "admin@contoso.com",
      password: embedded.environment["SIU_DEMO_ADMIN_PASSWORD"] ?? "",
    },
    certificateAuthority: embedded.environment["SIU_DEMO_CA"] ?? "",
    now: Date.now,
    wait: (milliseconds) => {
      waits.push(milliseconds);
      return held.promise;
    },
  });
  faults.add({ protocol: "admin", failure: "throttle", retryAfter: 3 });
  const first = exchange.invoke("Get-AcceptedDomain");
  while (waits.length === 0) await new Promise((resolve) => void setImmediate(resolve));
  const asked: string[] = [];
  const { take } = faults;
  faults.take = (protocol, operation, side) => {
    asked.push(operation);
    return take(protocol, operation, side);
  };
  const others = ["Get-User", "Get-TransportRule"].map((cmdlet) => exchange.invoke(cmdlet));
  // Something else that the same server answers has made its way there and back.
  await embedded.exchange("onPremises").invoke("Get-ManagementScope");
  expect(asked).toEqual(["Get-ManagementScope"]);
  held.resolve();
  await Promise.all([first, ...others]);
  expect(asked.toSorted()).toEqual([
    "Get-AcceptedDomain",
    "Get-ManagementScope",
    "Get-TransportRule",
    "Get-User",
  ]);
  expect(waits).toEqual([3_000]);
  await exchange.close();
  await embedded.close();
});
