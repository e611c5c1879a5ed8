import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createManualClock } from "../manual-clock.ts";
import { anna, outsider, plain, startMailWorld, uma } from "./mail-world.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "queue-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("mail that waits when the organization ends is taken up by the next start, as it was", async () => {
  const first = await startMailWorld({ dataFolder: folder, retryDelays: [3_600_000] });
  const { faults, flush } = first.organization;
  faults.add({ protocol: "smtp", side: "online", operation: "MAIL", failure: "unavailable" });
  await first.submit(anna, [uma], plain(anna, uma, "Late"));
  await vi.waitFor(() => expect(first.events("onPremises")).toContainEqual(expect.stringMatching(/^Defer/)));
  await vi.waitFor(() => expect(first.organization.store.queue?.size).toBe(1));
  await first.close();
  await flush();

  const second = await startMailWorld({ dataFolder: folder });
  await second.flow.idle();
  expect(second.folder(uma, "inbox").map(({ subject }) => subject)).toEqual(["Late"]);
  expect(second.organization.store.queue?.size).toBe(0);
  await second.close();
  await second.organization.flush();
});

test("mail that was accepted and not yet worked on is there after a restart, and arrives once", async () => {
  const first = await startMailWorld({ dataFolder: folder });
  first.flow.submit(
    "onPremises",
    { from: anna, to: [uma, outsider] },
    Buffer.from(plain(anna, uma, "Kept", ["Message-ID: <kept@contoso.com>"])),
    "test",
  );
  await first.close();
  await first.organization.flush();
  expect(first.flow.internet.received).toEqual([]);

  const second = await startMailWorld({ dataFolder: folder });
  await second.flow.idle();
  expect(second.folder(uma, "inbox").map(({ subject }) => subject)).toEqual(["Kept"]);
  expect(second.flow.internet.received.map(({ to }) => to)).toEqual([[outsider]]);
  await second.close();
  await second.organization.flush();

  const third = await startMailWorld({ dataFolder: folder });
  await third.flow.idle();
  expect(third.folder(uma, "inbox")).toHaveLength(1);
  expect(third.flow.internet.received).toEqual([]);
  await third.close();
  await third.organization.flush();
});

test("a further try waits by the organization's clock", async () => {
  const clock = createManualClock();
  const world = await startMailWorld({ ...clock, retryDelays: [3_600_000] });
  world.organization.faults.add({
    protocol: "smtp",
    side: "online",
    operation: "MAIL",
    failure: "unavailable",
    times: 1,
  });
  await world.submit(anna, [uma], plain(anna, uma, "Late"));
  await vi.waitFor(() => expect(clock.waiting()).toEqual([3_600_000]));
  expect(world.folder(uma, "inbox")).toEqual([]);
  clock.pass(3_600_000);
  await world.flow.idle();
  expect(world.folder(uma, "inbox").map(({ subject }) => subject)).toEqual(["Late"]);
  await world.close();
});
