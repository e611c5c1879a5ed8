import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDaemon } from "../../../providers/daemon.ts";
import type { Deployment } from "../../../providers/state.ts";
import { settingsPublication } from "../../../providers/kinds/settings-publication.ts";
import { explain } from "../../../providers/explain.ts";
import * as lifecycle from "../../../providers/lifecycle.ts";
import type { Inputs, State } from "../../../providers/state.ts";
import type { Settings } from "../../../stacks/config/types.ts";
import { settings } from "../../reconciler/message.ts";
import { startDaemonInterface, type RunningDaemon } from "../running-daemon.ts";

let running: RunningDaemon;
let said: string[];
let world: Deployment;
const unasked = (): never => {
  throw new Error("Exchange was asked");
};
beforeEach(async () => {
  running = await startDaemonInterface();
  said = [];
  world = {
    on: unasked,
    impersonate: unasked,
    consents: unasked,
    stays: unasked,
    daemon: () => openDaemon(running),
    accountPassword: unasked,
    now: Date.now,
    wait: async () => {},
    drainMinutes: 0,
    say: (text) => void said.push(text),
  };
});
afterEach(() => running.close());

const wish = (of: Partial<Settings> = {}): Inputs => ({
  stack: "test",
  kind: "SettingsPublication",
  side: "daemon",
  inputs: { Settings: JSON.stringify(settings(of)) },
  adopt: false,
  verify: false,
});
const publish = async (of: Partial<Settings> = {}): Promise<{ id: string; state: State }> =>
  lifecycle.create(world, await lifecycle.check(world, wish(of)));
const byHand = (of: Partial<Settings>): Promise<void> =>
  openDaemon(running)
    .settings()
    .then((seen) => openDaemon(running).put(settings(of), seen));

test("settings go to a daemon that has none, and then there is nothing to change", async () => {
  const { id, state } = await publish();
  expect(running.stored()?.settings).toEqual(settings());
  const seen = await lifecycle.read(world, id, state);
  expect(seen).toEqual(state);
  expect(lifecycle.diff(state, wish()).changes).toBe(false);
  expect(said).toEqual([]);
});

test("settings that a daemon has already are replaced", async () => {
  await byHand({ status: "off" });
  await publish({ status: "on" });
  expect(running.stored()?.settings.status).toBe("on");
});

test("a changed wish is an update, and the daemon gets it", async () => {
  const { id, state } = await publish({ status: "off" });
  const next = wish({ status: "on" });
  expect(lifecycle.diff(state, next)).toEqual({ changes: true, replaces: [], deleteBeforeReplace: false });
  expect(explain(state, next)).toBeUndefined();
  const updated = await lifecycle.update(world, id, state, next);
  expect(running.stored()?.settings.status).toBe("on");
  expect(lifecycle.diff(updated, next).changes).toBe(false);
});

test("what somebody else published is drift, told value by value", async () => {
  const { id, state } = await publish({ status: "on" });
  await byHand({ status: "off", intake: undefined } as unknown as Partial<Settings>);
  const seen = (await lifecycle.read(world, id, state)) as State;
  expect(lifecycle.diff(seen, wish({ status: "on" })).changes).toBe(true);
  expect(explain(seen, wish({ status: "on" }))).toContain(
    `The daemon's settings were changed outside of this stack: status is "off" instead of "on"`,
  );
});

test("any value that differs is found, and the order of keys is no difference", () => {
  const shuffled = (value: unknown): unknown =>
    typeof value !== "object" || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(
          Object.entries(value)
            .toReversed()
            .map(([key, each]) => [key, shuffled(each)]),
        );
  const want = (value: unknown) => settingsPublication.want({ Settings: JSON.stringify(value) });
  fc.assert(
    fc.property(
      fc.object({ maxDepth: 3, values: [fc.string(), fc.integer(), fc.boolean(), fc.constant(null)] }),
      (value) => {
        expect(want(shuffled(value))).toEqual(want(value));
      },
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(want(settings()))), (path) => {
      const other = structuredClone(settings()) as object;
      const steps = path.split(".");
      const last = steps.pop() ?? "";
      const holder = steps.reduce<object>((at, step) => Reflect.get(at, step) as object, other);
      Reflect.set(holder, last, "another");
      expect(want(other)).not.toEqual(want(settings()));
    }),
  );
});

test("a daemon that lost its settings gets them again", async () => {
  const { id, state } = await publish();
  await running.close();
  running = await startDaemonInterface();
  expect(await lifecycle.read(world, id, state)).toBeUndefined();
});

test("a daemon that does not answer is an error, never one without settings", async () => {
  const { id, state } = await publish();
  const gone = { ...world, daemon: () => openDaemon({ url: "http://127.0.0.1:9", token: "x" }) };
  await expect(lifecycle.read(gone, id, state)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  await expect(lifecycle.remove(gone, id, state)).rejects.toMatchObject({ code: "UNAVAILABLE" });
});

test("a daemon that cannot work with the settings is told, and has them", async () => {
  running.problems = ["intake.listen.key: the file key.pem cannot be read"];
  await publish();
  expect(said).toEqual([
    "The daemon has the settings, but cannot work with them yet: intake.listen.key: the file key.pem cannot be read",
  ]);
});

test("somebody who publishes at the same moment is not overwritten unseen", async () => {
  await byHand({ status: "off" });
  running.meanwhile = () => {
    running.meanwhile = () => {};
    const stored = running.stored();
    if (stored) stored.version += 1;
  };
  await expect(publish()).rejects.toMatchObject({
    code: "REJECTED",
    message: expect.stringContaining("at the same moment") as string,
  });
});

test("removal switches the daemon off, with whatever settings it has by then, and again changes nothing", async () => {
  const { id, state } = await publish({ status: "on", keepOriginal: false });
  await byHand({ status: "on", keepOriginal: true });
  await lifecycle.remove(world, id, state);
  expect(running.stored()?.settings).toEqual(settings({ status: "off", keepOriginal: true }));
  const { version } = running.stored() ?? {};
  await lifecycle.remove(world, id, state);
  expect(running.stored()?.version).toBe(version);
});

test("without daemon.url any more the daemon is let go, and that is said", async () => {
  const { id, state } = await publish({ status: "on" });
  await lifecycle.remove({ ...world, daemon: () => undefined }, id, state);
  expect(running.stored()?.settings.status).toBe("on");
  expect(said).toEqual([expect.stringContaining("daemon.url is gone")]);
});
