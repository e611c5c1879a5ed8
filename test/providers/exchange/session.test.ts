import { describe, expect, test } from "vitest";
import type { Exchange, Parameters, Row } from "../../../providers/exchange/port.ts";
import { Fault } from "../../../providers/exchange/errors.ts";
import { openSession, type Session } from "../../../providers/exchange/session.ts";

/** An Exchange that notes what it was asked and answers when it is told to. */
function counted(answer: (cmdlet: string, parameters?: Parameters) => Promise<Row[]> = async () => []) {
  const asked: string[] = [];
  const exchange: Exchange = {
    side: "online",
    invoke: (cmdlet, parameters) => {
      asked.push(cmdlet);
      return answer(cmdlet, parameters);
    },
    close: async () => {},
  };
  return { asked, session: openSession(exchange) };
}

describe("a session", () => {
  test("reads a noun once for all who ask, also at the same time", async () => {
    const { asked, session } = counted();
    await Promise.all([
      session.rows("TransportRule"),
      session.rows("TransportRule"),
      session.rows("OutboundConnector"),
    ]);
    await session.rows("TransportRule");
    expect(asked).toEqual(["Get-TransportRule", "Get-OutboundConnector"]);
  });

  test("reads again after a write of that noun, and only of that noun", async () => {
    const { asked, session } = counted();
    await session.rows("TransportRule");
    await session.rows("OutboundConnector");
    await session.run("Enable-TransportRule", { Identity: "x" });
    await session.rows("TransportRule");
    await session.rows("OutboundConnector");
    expect(asked.filter((each) => each.startsWith("Get-"))).toEqual([
      "Get-TransportRule",
      "Get-OutboundConnector",
      "Get-TransportRule",
    ]);
  });

  test("reads again after a write that failed: nobody knows how far it came", async () => {
    const { asked, session } = counted((cmdlet) =>
      cmdlet.startsWith("Set-") ? Promise.reject(new Error("broken line")) : Promise.resolve([]),
    );
    await session.rows("TransportRule");
    await expect(session.run("Set-TransportRule", { Identity: "x" })).rejects.toThrow("broken line");
    await session.rows("TransportRule");
    expect(asked).toEqual(["Get-TransportRule", "Set-TransportRule", "Get-TransportRule"]);
  });

  test("does not keep a reading that began while a write was under way", async () => {
    const write = Promise.withResolvers<Row[]>();
    const { asked, session } = counted((cmdlet) =>
      cmdlet.startsWith("New-") ? write.promise : Promise.resolve([]),
    );
    const writing = session.run("New-TransportRule", { Name: "x" });
    await session.rows("TransportRule");
    write.resolve([]);
    await writing;
    await session.rows("TransportRule");
    expect(asked.filter((each) => each === "Get-TransportRule")).toHaveLength(2);
  });

  test.each<[string, (session: Session) => Promise<unknown>, number]>([
    ["asked for again", async () => {}, 1],
    ["and something else is read", (session) => session.rows("TransportRule"), 1],
    ["and something is tried", (session) => session.run("Test-ServicePrincipalAuthorization", {}), 1],
    ["and something is written", (session) => session.write("Set-TransportRule", { Identity: "x" }), 2],
    ["and something was run that may write", (session) => session.run("Enable-Mailbox", {}), 2],
  ])("a look that is taken, %s: taken so many times", async (_, meanwhile, times) => {
    const { session } = counted();
    let looks = 0;
    const look = (): Promise<number> => session.once("it", async () => ++looks);
    expect(await look()).toBe(1);
    await meanwhile(session);
    expect(await look()).toBe(times);
  });

  test("a look that failed is no knowledge", async () => {
    const { session } = counted();
    await expect(session.once("it", () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(await session.once("it", async () => "seen")).toBe("seen");
  });

  test("does not remember a failure", async () => {
    let fails = true;
    const { session } = counted(async () => {
      if (fails) throw new Error("busy");
      return [{ Name: "x" }];
    });
    await expect(session.rows("TransportRule")).rejects.toThrow("busy");
    fails = false;
    expect(await session.rows("TransportRule")).toEqual([{ Name: "x" }]);
  });
});

describe("one object", () => {
  const rule = (Guid: string, Priority: number, Name = Guid): Row => ({ Guid, Priority, Name });
  const reading = { noun: "TransportRule", place: "Priority", hidden: [{ State: "Disabled" }] };

  /** Rules of a server, each of which can be asked for alone. */
  function rules(...there: Row[]) {
    const rows = [...there];
    const { asked, session } = counted(async (cmdlet, { Identity, State } = {}) => {
      if (!cmdlet.startsWith("Get-")) return [];
      if (Identity === undefined) return [...rows];
      const found = rows.filter(
        ({ Guid, Hidden }) => Guid === Identity && (Hidden !== true || State === "Disabled"),
      );
      if (found.length === 0) throw new Fault("NOT_FOUND", "no such rule");
      return found;
    });
    return { asked, session, rows };
  }

  test("that was written is read back alone; the others make room for it", async () => {
    const { asked, session, rows } = rules(rule("a", 0), rule("b", 1));
    await session.rows("TransportRule");
    await session.write("New-TransportRule", { Name: "n" });
    rows.splice(0, 2, rule("n", 0), rule("a", 1), rule("b", 2));
    expect(await session.one(reading, "n")).toEqual(rule("n", 0));
    expect(await session.rows("TransportRule")).toEqual(rows);
    expect(asked).toEqual(["Get-TransportRule", "New-TransportRule", "Get-TransportRule"]);
  });

  test("also corrects a reading that was under way", async () => {
    const bulk = Promise.withResolvers<Row[]>();
    const { session } = counted(async (_cmdlet, { Identity } = {}) =>
      Identity === undefined ? bulk.promise : [{ Guid: "a", Name: "new" }],
    );
    const reading = session.rows("Thing");
    const one = session.one({ noun: "Thing" }, "a");
    bulk.resolve([{ Guid: "a", Name: "old" }]);
    await Promise.all([reading, one]);
    expect(await session.rows("Thing")).toEqual([{ Guid: "a", Name: "new" }]);
  });

  test("at a place that does not fit makes everything be read anew: somebody else is at work", async () => {
    const { asked, session, rows } = rules(rule("a", 0));
    await session.rows("TransportRule");
    rows.push(rule("x", 1), rule("n", 2));
    await session.one(reading, "n");
    expect(await session.rows("TransportRule")).toEqual(rows);
    expect(asked).toHaveLength(3);
  });

  test("that Get- hides unless asked is found; absent is only what no form of the question shows", async () => {
    const { asked, session, rows } = rules({ ...rule("a", 0), Hidden: true });
    expect(await session.one(reading, "a")).toMatchObject({ Guid: "a" });
    rows.length = 0;
    expect(await session.one(reading, "a")).toBeUndefined();
    expect(asked).toHaveLength(4);
  });

  test("about which the answer says nothing is no absent one", async () => {
    const { session } = counted(async () => []);
    await expect(session.one(reading, "a")).rejects.toMatchObject({ code: "UNEXPECTED" });
  });

  test.each(["UNAVAILABLE", "THROTTLED", "ACCESS_DENIED", "WRONG_CREDENTIALS", "UNEXPECTED"] as const)(
    "that cannot be read (%s) is no absent one",
    async (code) => {
      const { session } = counted(() => Promise.reject(new Fault(code, "x")));
      await expect(session.one(reading, "a")).rejects.toMatchObject({ code });
    },
  );

  test("that is gone leaves no gap", async () => {
    const { session } = rules(rule("a", 0), rule("b", 1));
    await session.rows("TransportRule");
    await session.gone(reading, "a");
    expect(await session.rows("TransportRule")).toEqual([rule("b", 0)]);
  });

  test("whose writing failed makes its noun be read anew", async () => {
    const { asked, session } = counted((cmdlet) =>
      cmdlet.startsWith("Set-") ? Promise.reject(new Error("broken line")) : Promise.resolve([]),
    );
    await session.rows("TransportRule");
    await expect(session.write("Set-TransportRule", { Identity: "a" })).rejects.toThrow("broken line");
    await session.rows("TransportRule");
    expect(asked.filter((each) => each.startsWith("Get-"))).toHaveLength(2);
  });
});

test("what is done in turn waits for what was begun before, failed or not; other nouns do not", async () => {
  const { session } = counted();
  const gate = Promise.withResolvers<void>();
  const order: string[] = [];
  const first = session.inTurn("TransportRule", async () => {
    await gate.promise;
    order.push("first");
    throw new Error("failed");
  });
  const second = session.inTurn("TransportRule", async () => void order.push("second"));
  await session.inTurn("OutboundConnector", async () => void order.push("other"));
  gate.resolve();
  await expect(first).rejects.toThrow("failed");
  await second;
  expect(order).toEqual(["other", "first", "second"]);
});
