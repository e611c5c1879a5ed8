import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { explain } from "../../providers/explain.ts";
import * as lifecycle from "../../providers/lifecycle.ts";
import { rows, sideOf } from "../emulator/store.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { wish } from "./wish.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());

const wanted = wish("TransportConfig", { JournalingReportNdrTo: "Anna.Weber@contoso.com" });
const now = (): unknown =>
  rows(sideOf(embedded.emulator.organization, "online"), "TransportConfig")[0]?.["JournalingReportNdrTo"];
async function byHand(JournalingReportNdrTo: string): Promise<void> {
  await embedded.exchange("online").invoke("Set-TransportConfig", { JournalingReportNdrTo });
  embedded.renew();
  embedded.calls.length = 0;
  embedded.said.length = 0;
}
const writes = (): string[] => embedded.calls.filter((each) => !each.includes(" Get-"));

beforeEach(() => byHand("<>"));

describe("settings of the organization", () => {
  test("that nobody made are set, found unchanged, and taken back when the stack goes", async () => {
    const { id, state } = await lifecycle.create(embedded.world, wanted);
    expect(now()).toBe("anna.weber@contoso.com");
    embedded.renew();
    const seen = await lifecycle.read(embedded.world, id, state);
    expect(seen && lifecycle.diff(seen, wanted).changes).toBe(false);
    await lifecycle.remove(embedded.world, id, seen ?? state);
    expect(now()).toBe("<>");
  });

  test("that somebody made are refused and left, and with adopt given back as they were", async () => {
    await byHand("info@contoso.com");
    await expect(lifecycle.create(embedded.world, wanted)).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
      message: expect.stringMatching(
        /JournalingReportNdrTo of TransportConfig is "info@contoso\.com".*adopt: true/,
      ) as string,
    });
    expect(writes()).toEqual([]);
    const { id, state } = await lifecycle.create(embedded.world, { ...wanted, adopt: true });
    expect(now()).toBe("anna.weber@contoso.com");
    await lifecycle.remove(embedded.world, id, state);
    expect(now()).toBe("info@contoso.com");
  });

  test("that are as desired already are not written, neither then nor later", async () => {
    await byHand("anna.weber@contoso.com");
    const { id, state } = await lifecycle.create(embedded.world, wanted);
    await lifecycle.remove(embedded.world, id, state);
    expect(writes()).toEqual([]);
  });

  test.each(["info@contoso.com", "<>"])(
    "changed to %s by hand are said and put right, and what they were is kept",
    async (to) => {
      const { id, state } = await lifecycle.create(embedded.world, wanted);
      await byHand(to);
      const seen = await lifecycle.read(embedded.world, id, state);
      if (!seen) throw new Error("gone");
      expect(explain(seen, wanted)).toMatch(
        /^TransportConfig was changed outside of this stack: JournalingReportNdrTo is/,
      );
      expect(lifecycle.diff(seen, wanted).changes).toBe(true);
      const mended = await lifecycle.update(embedded.world, id, seen, wanted);
      expect([now(), lifecycle.diff(mended, wanted).changes]).toEqual(["anna.weber@contoso.com", false]);
      await lifecycle.remove(embedded.world, id, mended);
      expect(now()).toBe("<>");
    },
  );

  test("changed since by somebody are left as they are when the stack goes", async () => {
    const { id, state } = await lifecycle.create(embedded.world, wanted);
    await byHand("info@contoso.com");
    await lifecycle.remove(embedded.world, id, state);
    expect(now()).toBe("info@contoso.com");
    expect(embedded.said).toEqual([expect.stringContaining("left as it is")]);
  });
});
