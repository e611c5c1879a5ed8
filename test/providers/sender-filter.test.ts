import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filterOf, senderFilter } from "../../providers/sender-filter.ts";
import { unknown } from "../../providers/kind.ts";
import { recipientByAddress, sideOf } from "../emulator/store.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";

let embedded: Embedded;
beforeAll(async () => {
  embedded = await startEmbedded();
  const exchange = embedded.exchange("online");
  const filter = "RecipientTypeDetails -eq 'UserMailbox' -and Alias -like '*a*'";
  await exchange.invoke("New-DynamicDistributionGroup", {
    Name: "Everybody with an a",
    Alias: "with-a",
    RecipientFilter: filter,
  });
  await exchange.invoke("New-DistributionGroup", { Name: "Around", Alias: "around", Members: ["with-a"] });
});
afterAll(() => embedded.close());

const online = () => sideOf(embedded.emulator.organization, "online");

/** Addresses that the filter of these senders finds. */
async function found(senders: object): Promise<string[]> {
  const session = embedded.world.on("online");
  const Filter = await filterOf({ Include: "only", Users: [], Groups: [], ...senders }, session);
  const rows = await session.run("Get-Recipient", { Filter, ResultSize: "Unlimited" });
  return rows.map((row) => String(row["PrimarySmtpAddress"])).toSorted();
}

describe("the filter of senders", () => {
  test("is all mailboxes that people send from, shared ones among them, or those without the listed ones", () => {
    const all = senderFilter("all", ["a@contoso.com"], []);
    expect(all).toContain("RecipientTypeDetails -eq 'SharedMailbox'");
    expect(all).not.toContain("a@contoso.com");
    expect(senderFilter("allExcept", ["a@contoso.com"], ["MemberOfGroup -eq 'CN=G'"])).toBe(
      `${all} -and -not (MemberOfGroup -eq 'CN=G' -or EmailAddresses -eq 'smtp:a@contoso.com')`,
    );
    expect(senderFilter("only", ["o'brien@contoso.com"], [])).toBe(
      `${all} -and (EmailAddresses -eq 'smtp:o''brien@contoso.com')`,
    );
  });

  test("of nobody is nobody", () => {
    expect(senderFilter("only", [], [])).toMatch(/-and EmailAddresses -eq 'smtp:'$/);
    expect(senderFilter("allExcept", [], [])).toBe(senderFilter("all", [], []));
  });

  test("waits for a group that is still to be made, and takes the list of one instead of it", async () => {
    const session = embedded.world.on("online");
    const props = { Include: "only", Users: [], Groups: ["coming@contoso.com"] };
    expect(await filterOf({ ...props, Arriving: ["Coming@contoso.com"] }, session)).toBe(unknown);
    await expect(filterOf(props, session)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const around = await found({ Groups: ["around@contoso.com"] });
    expect(await found({ Members: ["around@contoso.com", "nowhere@contoso.com"] })).toEqual(around);
    expect(await found({ Members: ["uma.patel@contoso.com"] })).toEqual(["uma.patel@contoso.com"]);
  });

  test("takes a dynamic group by its own filter, in another group too", async () => {
    const members = [...online().recipients.values()]
      .filter(({ type, alias }) => type === "UserMailbox" && alias.includes("a"))
      .map((each) => each.primarySmtpAddress)
      .toSorted();
    expect(members.length).toBeGreaterThan(1);
    expect(await found({ Groups: ["with-a@contoso.com"] })).toEqual(members);
    expect(await found({ Groups: ["around@contoso.com"] })).toEqual(members);
    const others = await found({ Include: "allExcept", Groups: ["with-a@contoso.com"] });
    expect(others.filter((each) => members.includes(each))).toEqual([]);
    expect(others).not.toEqual([]);
  });

  test("of a dynamic group that looks in one unit is refused, with what to do", async () => {
    const group = recipientByAddress(online(), "with-a@contoso.com");
    if (group) group.other["RecipientContainer"] = "contoso.com/Sales";
    await expect(found({ Groups: ["with-a@contoso.com"] })).rejects.toMatchObject({
      code: "UNSUPPORTED",
      message: expect.stringContaining("looks in 'contoso.com/Sales' only") as string,
    });
    if (group) group.other["RecipientContainer"] = "contoso.com/";
    await found({ Groups: ["with-a@contoso.com"] });
  });

  test("holds the intake mailbox beside the senders", async () => {
    const [sender = ""] = await found({ Groups: ["with-a@contoso.com"] });
    expect(await found({ Users: [sender], Intake: ["info@contoso.com"] })).toEqual(
      [sender, "info@contoso.com"].toSorted(),
    );
  });

  test("of somebody who is not there fails with the address", async () => {
    await expect(found({ Groups: ["nobody@contoso.com"] })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
