import { TestClock } from "pg-boss";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Fault } from "../../../reconciler/fault.ts";
import { openMailboxIntake } from "../../../reconciler/intake/mailbox.ts";
import { stamped } from "../message.ts";
import type { Arrival, Intake } from "../../../reconciler/intake/port.ts";
import type { Inbox } from "../../../reconciler/mailbox/inbox.ts";

const own = "X-MS-Exchange-Organization-MessageDirectionality: Originating";
const message = (number: number, headers = [own]): Buffer =>
  stamped({ messageId: `<m${number}@contoso.com>`, headers });

let clock: TestClock;
let lying: Map<string, Buffer>;
let accepted: Arrival[];
let refused: string[];
let errors: unknown[];
let calls: string[];
/** What a call does before it takes effect. */
let before: (call: string) => void;
let tell: () => void;
let storing: () => Promise<void>;
/** How often each message has failed, as the queue keeps it. */
let stumbles: Map<string, number>;
let aside: string[];
let intake: Intake;

function open(): void {
  const inbox: Inbox = {
    list: async (_, most) => (called("list"), [...lying.keys()].slice(0, most)),
    mime: async (_, id) => (called(`mime ${id}`), lying.get(id)),
    head: async (_, id) => (called(`head ${id}`), lying.get(id)?.subarray(0, 200)),
    remove: async (_, ids) => {
      called(`remove ${ids.join(" ")}`);
      for (const id of ids) lying.delete(id);
    },
    setAside: async (_, id) => {
      called(`aside ${id}`);
      lying.delete(id);
      aside.push(id);
    },
    watch: (_, onNews, signal) => {
      tell = onNews;
      called("watch");
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
    },
  };
  intake = openMailboxIntake(
    {
      address: "stamped@contoso.com",
      processedHeader: "X-CodeTwoProcessed",
      inbox: async () => inbox,
      sweep: 60_000,
      clock,
      onError: (error) => errors.push(error),
    },
    {
      accept: async (arrival) => {
        await storing();
        accepted.push(arrival);
      },
      refuse: async (arrival, text, reason) => {
        await storing();
        refused.push(reason === undefined ? text : `${reason} ${String(arrival.raw)}`);
      },
      stumble: async (_, id) => {
        stumbles.set(id, (stumbles.get(id) ?? 0) + 1);
        return stumbles.get(id) ?? 0;
      },
    },
  );
}

function called(call: string): void {
  before(call);
  calls.push(call);
}

/** Lets everything happen that does not wait for the clock. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
};

beforeEach(() => {
  clock = new TestClock(0);
  lying = new Map();
  [accepted, refused, errors, calls] = [[], [], [], []];
  [stumbles, aside] = [new Map(), []];
  before = () => undefined;
  storing = async () => undefined;
});
afterEach(() => intake.close());

describe("what lies in the mailbox", () => {
  test("is stored, and then deleted; also what lay there before the start, and more than one page of it", async () => {
    for (let number = 0; number < 120; number++) lying.set(String(number), message(number));
    storing = async () => expect(lying.size).toBeGreaterThan(0);
    open();
    await settle();
    await vi.waitFor(() => expect(lying.size).toBe(0));
    expect(accepted).toHaveLength(120);
    expect(errors).toEqual([]);
  });

  test("is not deleted when it cannot be stored, and is taken at the next look", async () => {
    lying.set("1", message(1));
    storing = () => Promise.reject(new Error("disk full"));
    open();
    await settle();
    expect([...lying.keys()]).toEqual(["1"]);
    expect(errors).toEqual([new Error("disk full")]);
    storing = async () => undefined;
    await clock.tick(60_000);
    await settle();
    expect(accepted).toHaveLength(1);
    expect(lying.size).toBe(0);
  });

  test("that cannot be read holds up nothing else", async () => {
    for (let number = 1; number <= 6; number++) lying.set(String(number), message(number));
    before = (call) => {
      if (call === "mime 2") throw new Fault("UNEXPECTED", "cannot be read");
    };
    open();
    await settle();
    expect([...lying.keys()]).toEqual(["2"]);
    expect(accepted).toHaveLength(5);
  });

  test("that fails ten times is recorded and set aside, over restarts too; a whole page of it holds up nothing", async () => {
    for (let number = 0; number < 60; number++) lying.set(`bad ${number}`, message(number));
    lying.set("good", message(100));
    before = (call) => {
      if (call.startsWith("mime bad")) throw new Fault("UNEXPECTED", "cannot be read");
    };
    open();
    await settle();
    expect(accepted).toHaveLength(1);
    await intake.close();
    open();
    for (let round = 0; round < 10; round++) {
      await settle();
      await clock.tick(2_000 * 2 ** round);
    }
    await settle();
    expect([lying.size, aside.length]).toEqual([0, 60]);
    expect([...stumbles.values()].every((times) => times === 10)).toBe(true);
    expect(refused).toHaveLength(60);
    expect(refused[0]).toMatch(/^not-taken-in [^]*<m0@contoso\.com>/);
  });

  test("stays where it is while the server lets nothing be read", async () => {
    lying.set("1", message(1));
    before = (call) => {
      if (call === "mime 1") throw new Fault("THROTTLED", "busy");
    };
    open();
    for (let minute = 0; minute < 100; minute++) {
      await settle();
      await clock.tick(60_000);
    }
    expect([[...lying.keys()], aside, refused]).toEqual([["1"], [], []]);
  });

  test("that is too large is recorded by its header and goes, once that is stored", async () => {
    lying.set("1", message(1));
    lying.set("2", message(2));
    before = (call) => {
      if (call === "mime 1") throw new Fault("TOO_LARGE", "more than is read");
    };
    storing = () => Promise.reject(new Error("disk full"));
    open();
    await settle();
    expect([...lying.keys()]).toEqual(["1", "2"]);
    storing = async () => undefined;
    await clock.tick(60_000);
    await settle();
    expect(refused).toEqual([expect.stringMatching(/^too-large [^]*<m1@contoso\.com>/)]);
    expect([accepted.length, lying.size]).toEqual([1, 0]);
    await clock.tick(60_000);
    await settle();
    expect(calls.filter((call) => call === "mime 1")).toEqual([]);
  });

  test.for([
    ["an outsider's mail with the service's header", [], /did not originate/],
    [
      "an outsider's mail that calls itself anonymous",
      ["X-MS-Exchange-Organization-AuthAs: Anonymous"],
      /did not originate/,
    ],
    [
      "mail with two directions",
      [own, "X-MS-Exchange-Organization-MessageDirectionality: Incoming"],
      /did not originate/,
    ],
    [
      "mail that the service says it has not processed",
      [own, "X-CodeTwoProcessed: false"],
      /X-CodeTwoProcessed/,
    ],
  ] as const)("makes no job, is recorded and goes: %s", async ([, headers, text]) => {
    lying.set("1", message(1, [...headers]));
    open();
    await settle();
    expect([accepted, lying.size]).toEqual([[], 0]);
    expect(refused).toEqual([expect.stringMatching(text)]);
  });
});

describe("new mail", () => {
  test("is fetched as soon as the server tells of it", async () => {
    open();
    await settle();
    lying.set("1", message(1));
    tell();
    await settle();
    expect(accepted).toHaveLength(1);
  });

  test("that nobody tells of is found by the sweep", async () => {
    open();
    await settle();
    lying.set("1", message(1));
    await clock.tick(59_999);
    await settle();
    expect(accepted).toEqual([]);
    await clock.tick(1);
    await settle();
    expect(accepted).toHaveLength(1);
  });
});

test("a server that does not answer is asked again, less and less often, and nothing is lost", async () => {
  let down = true;
  before = () => {
    if (down) throw new Fault("UNAVAILABLE", "down");
  };
  lying.set("1", message(1));
  open();
  await settle();
  for (const pause of [1000, 2000, 4000]) {
    const looks = errors.length;
    await clock.tick(pause);
    await settle();
    expect(errors.length).toBeGreaterThan(looks);
  }
  expect(intake.problem()).toBe("down");
  down = false;
  await clock.tick(60_000);
  await settle();
  expect(accepted).toHaveLength(1);
  expect(intake.problem()).toBeUndefined();
});
