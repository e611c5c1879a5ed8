import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as lifecycle from "../../../providers/lifecycle.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { livesAndDies, made, mends, wish } from "../wish.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());
beforeEach(() => embedded.renew());

const inputs = {
  Name: "Intake",
  JournalEmailAddress: "Journal@siu.contoso.com",
  Scope: "Global",
  Enabled: true,
};

test("Exchange Online takes no journal rule before it knows where undeliverable reports go", async () => {
  await expect(lifecycle.create(embedded.world, wish("JournalRule", inputs))).rejects.toThrow(
    /JournalingReportNdrTo/,
  );
});

describe.each(["online", "onPremises"] as const)("a journal rule, %s", (side) => {
  beforeAll(() =>
    embedded
      .exchange(side)
      .invoke("Set-TransportConfig", { JournalingReportNdrTo: "anna.weber@contoso.com" }),
  );
  const rule = wish("JournalRule", inputs, { side });

  test("is made, found unchanged and removed", () => livesAndDies(rule, embedded));

  test("is switched on as its last step, and off before it goes", async () => {
    embedded.calls.length = 0;
    const { id, state } = await made(rule, embedded);
    expect(embedded.stored(side, "JournalRule", "Intake")).toMatchObject({ Enabled: true });
    await lifecycle.remove(embedded.world, id, state);
    expect(
      embedded.calls.filter((each) => !each.includes(" Get-")).map((each) => each.split(" ")[1]),
    ).toEqual(["New-JournalRule", "Enable-JournalRule", "Disable-JournalRule", "Remove-JournalRule"]);
  });

  test.each([
    ["Set-JournalRule", { JournalEmailAddress: "other@siu.contoso.com" }, "JournalEmailAddress"],
    ["Set-JournalRule", { Scope: "External" }, "Scope"],
    ["Set-JournalRule", { Recipient: "anna.weber@contoso.com" }, "Recipient"],
    ["Disable-JournalRule", {}, "Enabled"],
  ])("that somebody changes with %s %j is brought back", (cmdlet, parameters, told) =>
    mends(rule, embedded, [cmdlet, parameters], told),
  );
});
