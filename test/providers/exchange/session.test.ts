import { describe, expect, test } from "vitest";
import type { Exchange, Row } from "../../../providers/exchange/port.ts";
import { openSession } from "../../../providers/exchange/session.ts";

/** An Exchange that notes what it was asked and answers when it is told to. */
function counted(answer: (cmdlet: string) => Promise<Row[]> = async () => []) {
  const asked: string[] = [];
  const exchange: Exchange = {
    side: "online",
    invoke: (cmdlet) => {
      asked.push(cmdlet);
      return answer(cmdlet);
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
