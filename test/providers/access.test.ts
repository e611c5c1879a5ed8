import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { explain } from "../../providers/explain.ts";
import * as lifecycle from "../../providers/lifecycle.ts";
import type { Inputs } from "../../providers/state.ts";
import { recipientByAddress, sideOf } from "../emulator/store.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";
import { made, wish, type Made } from "./wish.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());
beforeEach(() => {
  embedded.renew();
  embedded.said.length = 0;
});

const make = (inputs: Inputs): Promise<Made> => made(inputs, embedded);
const onPremises = () => sideOf(embedded.emulator.organization, "onPremises");

describe("a management scope", () => {
  test("of groups holds the groups inside of them too, which MemberOfGroup alone does not see", async () => {
    const { prepared } = await make(
      wish("ManagementScope", {
        Name: "Nested",
        Include: "only",
        Users: [],
        Groups: ["signatures@contoso.com"],
      }),
    );
    const filter = String(prepared.inputs["RecipientRestrictionFilter"]);
    for (const group of ["signatures", "sales"]) {
      expect(filter).toContain(
        `MemberOfGroup -eq '${recipientByAddress(onPremises(), `${group}@contoso.com`)?.distinguishedName}'`,
      );
    }
  });

  test("that somebody narrowed to one unit is drift", async () => {
    const scope = wish("ManagementScope", { Name: "Narrowed", Include: "all", Users: [], Groups: [] });
    const { id, state, prepared } = await make(scope);
    const row = embedded.stored("onPremises", "ManagementScope", "Narrowed");
    if (row) row["RecipientRoot"] = "contoso.com/Sales";
    embedded.renew();
    const seen = await lifecycle.read(embedded.world, id, state);
    expect(seen && explain(seen, prepared)).toMatch(/RecipientRoot is "contoso.com\/sales"/);
    await lifecycle.remove(embedded.world, id, state);
  });

  test("of a group that does not exist fails in the preview, with its address", async () => {
    const missing = wish("ManagementScope", {
      Name: "x",
      Include: "only",
      Users: [],
      Groups: ["nobody@contoso.com"],
    });
    await expect(lifecycle.check(embedded.world, missing)).rejects.toMatchObject({
      code: "NOT_FOUND",
      message: expect.stringContaining("nobody@contoso.com") as string,
    });
  });
});

describe("an impersonation grant", () => {
  test("is held by the account, whatever Exchange calls it, and another holder is seen", async () => {
    const grant = wish("ImpersonationGrant", {
      Name: "G",
      Role: "ApplicationImpersonation",
      User: "siu@contoso.com",
    });
    const { id, state } = await make(grant);
    expect(state.observed).toMatchObject({ User: "siu@contoso.com" });
    const row = embedded.stored("onPremises", "ManagementRoleAssignment", "G");
    if (row) row["RoleAssignee"] = "contoso.com/Users/Anna Weber";
    embedded.renew();
    const seen = await lifecycle.read(embedded.world, id, state);
    expect(seen && lifecycle.diff(seen, grant)).toMatchObject({
      replaces: ["inputs"],
      deleteBeforeReplace: true,
    });
    await lifecycle.remove(embedded.world, id, state);
  });

  test("beside which the account holds a wider one is told with every preview", async () => {
    const scoped = wish("ImpersonationGrant", {
      Name: "Scoped",
      Role: "ApplicationImpersonation",
      User: "siu@contoso.com",
      CustomRecipientWriteScope: "Senders",
    });
    await lifecycle.check(embedded.world, scoped);
    expect(embedded.said).toEqual([]);
    const exchange = embedded.exchange("onPremises");
    const wide = { Name: "Wide", Role: "ApplicationImpersonation", User: "siu@contoso.com" };
    await exchange.invoke("New-ManagementRoleAssignment", wide);
    await lifecycle.check(embedded.world, scoped);
    expect(embedded.said).toEqual([expect.stringMatching(/others than the senders.*'Wide'/)]);
    await exchange.invoke("Remove-ManagementRoleAssignment", { Identity: "Wide", Confirm: false });
    const unborn = { ...scoped, inputs: { ...scoped.inputs, User: "unborn@contoso.com" } };
    await expect(lifecycle.check(embedded.world, unborn)).resolves.toEqual(unborn);
  });

  test("reaches the mailboxes of the senders and no others: nested groups in, the excluded out, shared ones in", async () => {
    const reached = async (Include: string, Users: string[], Groups: string[]): Promise<string[]> => {
      const scope = wish("ManagementScope", { Name: "Reach", Include, Users, Groups });
      const { inputs } = await lifecycle.check(embedded.world, scope);
      const found = await embedded.exchange("onPremises").invoke("Get-Recipient", {
        Filter: inputs["RecipientRestrictionFilter"] ?? null,
        ResultSize: "Unlimited",
      });
      return found.map((row) => String(row["PrimarySmtpAddress"]));
    };
    const all = await reached("all", [], []);
    expect(all).toContain("info@contoso.com");
    const but = await reached("allExcept", ["otto.outsider@contoso.com"], []);
    expect(all.filter((each) => !but.includes(each))).toEqual(["otto.outsider@contoso.com"]);
    const group = recipientByAddress(onPremises(), "signatures@contoso.com");
    const nested = recipientByAddress(onPremises(), "sales@contoso.com");
    const only = await reached("only", ["info@contoso.com"], ["signatures@contoso.com"]);
    const people = [...(group?.members ?? []), ...(nested?.members ?? [])];
    const mailboxes = [...onPremises().recipients.values()].filter(
      ({ guid, type }) => type === "UserMailbox" && people.includes(guid),
    );
    expect(only.toSorted()).toEqual(
      ["info@contoso.com", ...mailboxes.map((each) => each.primarySmtpAddress)].toSorted(),
    );
    expect(await reached("only", [], [])).toEqual([]);
  });

  test("that somebody else manages is found under any name, and missed with the command that makes it", async () => {
    const granted = wish("ImpersonationGranted", { User: "siu@contoso.com" });
    await expect(make(granted)).rejects.toMatchObject({
      code: "UNMET",
      message: expect.stringContaining("New-ManagementRoleAssignment") as string,
    });
    const { id, state } = await make(
      wish("ImpersonationGrant", { Name: "Any", Role: "ApplicationImpersonation", User: "siu@contoso.com" }),
    );
    await make(granted);
    await lifecycle.remove(embedded.world, id, state);
  });
});
