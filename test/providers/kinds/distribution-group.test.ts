import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as lifecycle from "../../../providers/lifecycle.ts";
import type { Parameters } from "../../../providers/exchange/port.ts";
import type { Props } from "../../../providers/kind.ts";
import { recipientByAddress, sideOf, type Recipient } from "../../emulator/store.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { livesAndDies, made, mends, wish } from "../wish.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());
beforeEach(() => {
  embedded.renew();
  embedded.calls.length = 0;
});

const address = "stamped.senders@contoso.com";
const group = (more: Props = {}) =>
  wish("DistributionGroup", {
    Name: "Senders with signatures",
    DisplayName: "Senders with signatures",
    PrimarySmtpAddress: address,
    // By another address, in capitals, twice, and a group.
    Members: ["A.Weber@contoso.com", "anna.weber@contoso.com", "UMA.PATEL@contoso.com", "sales@contoso.com"],
    MemberJoinRestriction: "Closed",
    MemberDepartRestriction: "Closed",
    HiddenFromAddressListsEnabled: true,
    ...more,
  });
const run = (cmdlet: string, parameters: Parameters) =>
  embedded.exchange("online").invoke(cmdlet, parameters);
const found = (): Recipient | undefined =>
  recipientByAddress(sideOf(embedded.emulator.organization, "online"), address);
const members = (): string[] =>
  (found()?.members ?? [])
    .map((guid) => sideOf(embedded.emulator.organization, "online").recipients.get(guid)?.alias ?? guid)
    .toSorted();
const writes = () => embedded.calls.filter((each) => !each.includes(" Get-"));

describe("a group of the stack's own", () => {
  test("is made, found unchanged, removed, and removed again", async () => {
    await livesAndDies(group(), embedded);
    expect(found()).toBeUndefined();
  });

  test("has each member once, is in no address list, lets nobody in or out, and says whose it is", async () => {
    const { id, state } = await made(group(), embedded);
    expect(members()).toEqual(["anna.weber", "sales", "uma.patel"]);
    expect(found()).toMatchObject({
      hiddenFromAddressLists: true,
      other: {
        MemberJoinRestriction: "Closed",
        MemberDepartRestriction: "Closed",
        Description: ["[sent-items-update:test]"],
      },
    });
    await lifecycle.remove(embedded.world, id, state);
  });

  const insist = { BypassSecurityGroupManagerCheck: true };
  test.each<[what: string, cmdlet: string, parameters: Parameters, told: string]>([
    [
      "joins",
      "Add-DistributionGroupMember",
      { Member: "nils.berger@contoso.com" },
      "nils.berger@contoso.com",
    ],
    [
      "leaves",
      "Remove-DistributionGroupMember",
      { Member: "uma.patel@contoso.com", Confirm: false },
      "Members is",
    ],
    [
      "shows it",
      "Set-DistributionGroup",
      { HiddenFromAddressListsEnabled: false },
      "HiddenFromAddressListsEnabled",
    ],
    ["opens it", "Set-DistributionGroup", { MemberJoinRestriction: "Open" }, "MemberJoinRestriction"],
    ["renames it", "Set-DistributionGroup", { Name: "Other" }, "Name is"],
    ["moves it", "Set-DistributionGroup", { PrimarySmtpAddress: "moved@contoso.com" }, "PrimarySmtpAddress"],
    ["takes the mark", "Set-DistributionGroup", { Description: ["mine"] }, "lost its mark"],
  ])("is mended when somebody %s", async (_, cmdlet, parameters, told) => {
    await mends(group(), embedded, [cmdlet, { ...parameters, ...insist }], told);
    expect(found()).toBeUndefined();
  });

  test("is changed by the cmdlets of what changed, and no others", async () => {
    const { id, state } = await made(group(), embedded);
    const fewer = await lifecycle.check(embedded.world, group({ Members: ["anna.weber@contoso.com"] }));
    expect(lifecycle.diff(state, fewer)).toMatchObject({ changes: true, replaces: [] });
    embedded.calls.length = 0;
    const next = await lifecycle.update(embedded.world, id, state, fewer);
    expect(writes()).toEqual(["online Update-DistributionGroupMember"]);
    expect(members()).toEqual(["anna.weber"]);
    await lifecycle.remove(embedded.world, id, next);
  });

  test("that a broken run left without members is filled by the next one", async () => {
    await run("New-DistributionGroup", {
      Name: "Senders with signatures",
      PrimarySmtpAddress: address,
      Description: ["[sent-items-update:test]"],
    });
    embedded.calls.length = 0;
    const { id, state } = await made(group(), embedded);
    expect(members()).toEqual(["anna.weber", "sales", "uma.patel"]);
    expect(writes()).not.toContain("online New-DistributionGroup");
    await lifecycle.remove(embedded.world, id, state);
  });
});

describe("a group of somebody else", () => {
  const theirs = () =>
    run("New-DistributionGroup", { Name: "Theirs", PrimarySmtpAddress: address, Members: ["nils.berger"] });
  afterEach(async () => {
    const Identity = found()?.guid;
    if (Identity !== undefined)
      await run("Remove-DistributionGroup", { Identity, BypassSecurityGroupManagerCheck: true });
  });

  test("that has the address is never taken, nor emptied", async () => {
    await theirs();
    embedded.calls.length = 0;
    await expect(made(group(), embedded)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
    expect(writes()).toEqual([]);
    expect(members()).toEqual(["nils.berger"]);
  });

  test("is taken over when the file says so", async () => {
    await theirs();
    const { state, prepared } = await made({ ...group(), adopt: true }, embedded);
    expect(lifecycle.diff(state, prepared).changes).toBe(false);
    expect(members()).toEqual(["anna.weber", "sales", "uma.patel"]);
  });

  test("gets back with adopt: restore what it was, its members too; those who left the organization are told", async () => {
    await run("New-Mailbox", { Name: "Gone", Shared: true, PrimarySmtpAddress: "gone@contoso.com" });
    await theirs();
    const insist = { Identity: address, BypassSecurityGroupManagerCheck: true };
    await run("Add-DistributionGroupMember", { ...insist, Member: "gone@contoso.com" });
    const before = structuredClone(found());
    const { id, state } = await made({ ...group(), adopt: "restore" }, embedded);
    expect(members()).toEqual(["anna.weber", "sales", "uma.patel"]);
    await run("Remove-Mailbox", { Identity: "gone@contoso.com", Confirm: false });
    await lifecycle.remove(embedded.world, id, state);
    expect(members()).toEqual(["nils.berger"]);
    expect({ ...found(), members: [], other: found()?.other["MemberJoinRestriction"] }).toEqual({
      ...before,
      members: [],
      other: before?.other["MemberJoinRestriction"],
    });
    expect(embedded.said.join()).toContain("gone@contoso.com");
  });

  test("that took the mark away stays when the stack goes", async () => {
    const { id, state } = await made(group(), embedded);
    await run("Set-DistributionGroup", {
      Identity: id,
      Description: ["theirs now"],
      BypassSecurityGroupManagerCheck: true,
    });
    await expect(lifecycle.remove(embedded.world, id, state)).rejects.toMatchObject({ code: "NOT_OURS" });
    expect(found()).toBeDefined();
  });
});

describe("what cannot be is refused in the preview", () => {
  test.each([
    ["anna.weber@contoso.com", /belongs to 'Anna Weber' \(MailUser\)/],
    ["a.weber@contoso.com", /belongs to 'Anna Weber'/],
  ])("the address %s", async (PrimarySmtpAddress, told) => {
    await expect(lifecycle.check(embedded.world, group({ PrimarySmtpAddress }))).rejects.toThrow(told);
  });

  test("members that there are not, and dynamic groups", async () => {
    await expect(
      lifecycle.check(embedded.world, group({ Members: ["nobody@contoso.com"] })),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
    await run("New-DynamicDistributionGroup", { Name: "Everyone", IncludedRecipients: "MailboxUsers" });
    await expect(
      lifecycle.check(embedded.world, group({ Members: ["everyone@contoso.com"] })),
    ).rejects.toThrow(/dynamic distribution group: inside of another group/);
  });
});
