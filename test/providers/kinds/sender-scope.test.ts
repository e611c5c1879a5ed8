import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as lifecycle from "../../../providers/lifecycle.ts";
import type { Props } from "../../../providers/kind.ts";
import { sideOf } from "../../emulator/store.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { made, wish } from "../wish.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());
beforeEach(() => {
  embedded.renew();
  embedded.said.length = 0;
});

const scope = (props: Props) => wish("SenderScope", { Scope: "signatures", ...props });
const run = (cmdlet: string, parameters: Props) => embedded.exchange("online").invoke(cmdlet, parameters);

/** What a preview tells of a scope. */
async function told(props: Props): Promise<string> {
  await lifecycle.check(embedded.world, scope(props));
  return embedded.said.splice(0).join("\n");
}

describe("every preview tells how many senders a scope has, each of whom costs a licence", () => {
  test("of people, each once, whatever address names them", async () => {
    const people = ["anna.weber@contoso.com", "A.WEBER@contoso.com", "uma.patel@contoso.com"];
    expect(await told({ Recipients: people })).toBe(
      "The sender scope 'signatures' has 2 senders, each of whom uses a licence of the signature service.",
    );
    expect(await told({ Recipients: people.slice(0, 1) })).toContain("has 1 sender,");
  });

  test("of a group, with the groups in it, hidden and dynamic ones too, but no contacts", async () => {
    await run("New-DynamicDistributionGroup", { Name: "Cloud", RecipientFilter: "Alias -like 'uma*'" });
    await run("New-DistributionGroup", {
      Name: "Inner",
      Members: ["anna.weber", "rosa.keller.partner", "cloud@contoso.com"],
    });
    await run("New-DistributionGroup", {
      Name: "Outer",
      Members: ["inner@contoso.com", "anna.weber", "ben.fischer"],
    });
    await run("Set-DistributionGroup", {
      Identity: "Outer",
      HiddenFromAddressListsEnabled: true,
      BypassSecurityGroupManagerCheck: true,
    });
    expect(await told({ Recipients: ["outer@contoso.com"] })).toContain("has 3 senders");
  });

  test("of everybody: mailboxes here and on the own servers, shared ones too", async () => {
    const rows = await run("Get-Recipient", { ResultSize: "Unlimited" });
    const senders = rows.filter((row) =>
      /^(User|Shared)Mailbox$|^MailUser$/.test(String(row["RecipientTypeDetails"])),
    );
    expect(await told({ Everyone: true })).toContain(`has ${senders.length} senders`);
  });

  test("of domains: whose primary address is in exactly one of them, in capital letters or not", async () => {
    const { recipients } = sideOf(embedded.emulator.organization, "online");
    const [first, second] = recipients.values().filter(({ type }) => type === "UserMailbox");
    if (!first || !second) throw new Error("There are people.");
    const before = [first.primarySmtpAddress, second.primarySmtpAddress] as const;
    first.primarySmtpAddress = "a@sales.contoso.com";
    second.primarySmtpAddress = "b@north.sales.contoso.com";
    expect(await told({ Domains: ["Sales.contoso.com"] })).toContain("has 1 sender,");
    [first.primarySmtpAddress, second.primarySmtpAddress] = before;
    expect(await told({ Domains: ["sales.contoso.com"] })).toMatch(/Nobody is in the sender scope/);
  });

  test("or that there is nobody", async () => {
    await run("New-DistributionGroup", { Name: "Empty" });
    expect(await told({ Recipients: ["empty@contoso.com"] })).toMatch(/Nobody is in the sender scope/);
  });
});

test("that somebody joins is told, and is no drift", async () => {
  await run("New-DistributionGroup", { Name: "Growing", Members: ["anna.weber"] });
  const growing = scope({ Recipients: ["growing@contoso.com"] });
  const { id, state, prepared } = await made(growing, embedded);
  expect(state.observed).toMatchObject({ Senders: "1" });
  await run("Add-DistributionGroupMember", {
    Identity: "Growing",
    Member: "ben.fischer",
    BypassSecurityGroupManagerCheck: true,
  });
  embedded.renew();
  const seen = await lifecycle.read(embedded.world, id, state);
  expect(seen?.observed).toMatchObject({ Senders: "2" });
  expect(seen && lifecycle.diff(seen, prepared).changes).toBe(false);
  expect(await told({ Recipients: ["growing@contoso.com"] })).toContain("has 2 senders");
});

test("a group that does not exist fails in the preview, with its address", async () => {
  await expect(told({ Recipients: ["nobody@contoso.com"] })).rejects.toMatchObject({
    code: "NOT_FOUND",
    message: expect.stringContaining("nobody@contoso.com") as string,
  });
});
