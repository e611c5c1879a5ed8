import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmbedded, type Embedded } from "../../providers/embedded.ts";
import { createStack, wantedOf } from "../../providers/stack.ts";
import { siu } from "./siu.ts";

const rule = "CodeTwo Exchange transport rule";

describe("siu pause and resume", { timeout: 60_000 }, () => {
  let embedded: Embedded;
  beforeAll(async () => {
    embedded = await startEmbedded();
    await createStack(embedded).up(wantedOf("demo", embedded));
  });
  afterAll(() => embedded.close());

  const stateOf = (): unknown => embedded.stored("online", "TransportRule", rule)?.["State"];

  test("pause says what it did, drift then says paused and ends with 0, and resume undoes it", async () => {
    expect(await siu(["pause", "demo"], embedded.environment)).toMatchObject({
      code: 0,
      out: `✓ TransportRule '${rule}' is off now\n`,
    });
    expect(stateOf()).toBe("Disabled");
    const drift = await siu(["drift", "demo"], embedded.environment);
    expect(drift).toMatchObject({
      code: 0,
      out: expect.stringContaining("no drift. 1 is paused.") as string,
    });
    expect(drift.out).toContain(
      `TransportRule '${rule}' is paused: it stays off until siu resume  stacks/demo.yaml:`,
    );
    const { code, out } = await siu(["resume", "demo", "--json"], embedded.environment);
    expect([code, JSON.parse(out)]).toEqual([
      0,
      { stack: "demo", rules: [{ title: `TransportRule '${rule}'`, was: "paused" }] },
    ]);
    expect(stateOf()).toBe("Enabled");
  });

  test("a rule that is somebody else's is told, and the exit code says so", async () => {
    await embedded.exchange("online").invoke("Set-TransportRule", { Identity: rule, Comments: "Mine" });
    expect(await siu(["pause", "demo"], embedded.environment)).toMatchObject({
      code: 1,
      out: expect.stringContaining("was left alone") as string,
    });
    expect(stateOf()).toBe("Enabled");
  });
});
