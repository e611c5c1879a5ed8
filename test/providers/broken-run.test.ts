import { request } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isFault } from "../../providers/exchange/errors.ts";
import type { Desired } from "../../providers/desired/resource.ts";
import { kinds } from "../../providers/kinds/all.ts";
import type { Environment } from "../emulator/organization.ts";
import { inventory, startEmbedded, type Embedded } from "./embedded.ts";
import { createStack, wantedOf } from "./stack.ts";

/** Asks the organization's control endpoint to break the connection of the k-th cmdlet, before or after its work. */
async function breakAt(
  { emulator: { control } }: Embedded,
  k: number,
  failure: "drop" | "dropAfter",
): Promise<void> {
  const { statusCode, body } = await request(`${control.url}/faults`, {
    method: "POST",
    headers: { authorization: `Bearer ${control.token}`, "content-type": "application/json" },
    body: JSON.stringify({ protocol: "admin", failure, rate: 1 / k, times: 1 }),
  });
  expect([statusCode, await body.text()]).toEqual([201, expect.anything()]);
}

/** Of the longer one, each cmdlet breaks in one of both ways: before its work, or the next one after it. */
describe.each<[string, Environment, number]>([
  ["demo", "hybrid", 1],
  ["onprem", "onPremises", 2],
])("a deployment of %s whose line breaks at any cmdlet", (name, environment, step) => {
  let embedded: Embedded;
  let wanted: Desired[];
  beforeAll(async () => {
    embedded = await startEmbedded(environment);
    wanted = wantedOf(name, embedded);
  });
  afterAll(() => embedded.close());

  /** Deploys while the k-th cmdlet breaks, deploys again, and removes everything; false when there was no k-th one. */
  async function survives(k: number, failure: "drop" | "dropAfter"): Promise<boolean> {
    const before = inventory(embedded);
    const { faults } = embedded.emulator.organization;
    const stack = createStack(embedded, name);
    await breakAt(embedded, k, failure);
    await stack.up(wanted).catch((error: unknown) => {
      if (!isFault(error, "UNAVAILABLE")) throw error;
    });
    const hit = faults.list().length === 0;
    faults.clear();
    await stack.up(wanted);
    const [different, made] = [await stack.preview(wanted), inventory(embedded)];
    await stack.destroy();
    const objects = wanted.filter(({ kind }) => kinds[kind].is === "object").length;
    expect([k, failure, different, made.length - before.length]).toEqual([k, failure, [], objects]);
    expect(inventory(embedded)).toEqual(before);
    return hit;
  }

  test.each(["drop", "dropAfter"] as const)(
    "converges with the next one, nothing doubled and nothing left behind: %s",
    { timeout: 600_000 },
    async (failure) => {
      let k = failure === "drop" ? 1 : step;
      while (await survives(k, failure)) k += step;
      // The last cmdlet was past every write.
      expect(k).toBeGreaterThan(wanted.length);
    },
  );
});
