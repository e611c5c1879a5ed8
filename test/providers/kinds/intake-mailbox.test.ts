import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as lifecycle from "../../../providers/lifecycle.ts";
import type { Inputs } from "../../../providers/state.ts";
import { recipientByAddress, sideOf } from "../../emulator/store.ts";
import { startEmbedded, type Embedded } from "../embedded.ts";
import { livesAndDies, made, mends, wish } from "../wish.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());
beforeEach(() => embedded.renew());

describe.each(["online", "onPremises"] as const)("an intake mailbox, %s", (side) => {
  const address = "stamped.copies@contoso.com";
  const policy = wish("RetentionPolicy", { Name: "Intake", RetentionPolicyTagLinks: ["Intake"] }, { side });
  const tag = wish(
    "RetentionPolicyTag",
    {
      Name: "Intake",
      Type: "All",
      RetentionEnabled: true,
      RetentionAction: "DeleteAndAllowRecovery",
      AgeLimitForRetention: "3.00:00:00",
    },
    { side },
  );
  const mailbox: Inputs = wish(
    "IntakeMailbox",
    {
      Name: "Intake",
      DisplayName: "Intake",
      Shared: true,
      PrimarySmtpAddress: address,
      ...(side === "onPremises" && { UserPrincipalName: address }),
      HiddenFromAddressListsEnabled: true,
      RetentionPolicy: "Intake",
    },
    { side },
  );
  const holder = () => recipientByAddress(sideOf(embedded.emulator.organization, side), address);

  test("has a retention policy of its own, is made, found unchanged and removed", async () => {
    await livesAndDies(tag, embedded);
    embedded.renew();
    const first = await made(tag, embedded);
    await livesAndDies(policy, embedded);
    embedded.renew();
    const second = await made(policy, embedded);
    await livesAndDies(mailbox, embedded);
    embedded.renew();
    await lifecycle.remove(embedded.world, second.id, second.state);
    await lifecycle.remove(embedded.world, first.id, first.state);
  });

  test("is a shared one that no address list shows", async () => {
    await made(tag, embedded);
    await made(policy, embedded);
    const { id, state } = await made(mailbox, embedded);
    expect(holder()).toMatchObject({ type: "SharedMailbox", hiddenFromAddressLists: true, disabled: true });
    expect(holder()?.other["RetentionPolicy"]).toBe("Intake");
    await lifecycle.remove(embedded.world, id, state);
    expect(holder()).toBeUndefined();
  });

  test.each([
    ["RetentionPolicyTag", { AgeLimitForRetention: "30.00:00:00" }, "AgeLimitForRetention"],
    ["RetentionPolicyTag", { RetentionAction: "PermanentlyDelete" }, "RetentionAction"],
    ["RetentionPolicyTag", { RetentionEnabled: false }, "RetentionEnabled"],
    ["RetentionPolicy", { RetentionPolicyTagLinks: ["1 Week Delete"] }, "RetentionPolicyTagLinks"],
    ["IntakeMailbox", { HiddenFromAddressListsEnabled: false }, "HiddenFromAddressListsEnabled"],
    ["IntakeMailbox", { RetentionPolicy: null }, "RetentionPolicy"],
  ] as const)("whose %s gets %j by hand is brought back", async (kind, parameters, told) => {
    const objects = { RetentionPolicyTag: tag, RetentionPolicy: policy, IntakeMailbox: mailbox };
    const before = [tag, policy].slice(0, [tag, policy, mailbox].indexOf(objects[kind]));
    for (const each of before) await made(each, embedded);
    const noun = kind === "IntakeMailbox" ? "Mailbox" : kind;
    await mends(objects[kind], embedded, [`Set-${noun}`, parameters], told);
  });

  test("is neither found in, nor kept from being made by, one of its name and address that was removed", async () => {
    await made(tag, embedded);
    await made(policy, embedded);
    const exchange = embedded.exchange(side);
    const gone = [];
    for (const _ of [1, 2]) {
      const { id, state } = await made(mailbox, embedded);
      gone.push(id);
      await lifecycle.remove(embedded.world, id, state);
      embedded.renew();
      expect(await lifecycle.read(embedded.world, id, state)).toBeUndefined();
    }
    if (side === "online") {
      const soft = await exchange.invoke("Get-Mailbox", { SoftDeletedMailbox: true });
      expect(soft.map((row) => row["Guid"])).toEqual(expect.arrayContaining(gone));
    }
    await livesAndDies(mailbox, embedded);
  });

  test("whose name something has that it cannot see says where to look", async () => {
    await embedded.exchange(side).invoke("New-Mailbox", {
      Name: "Intake",
      Shared: true,
      PrimarySmtpAddress: "elsewhere@contoso.com",
      ...(side === "onPremises" && { UserPrincipalName: "elsewhere@contoso.com" }),
    });
    await expect(made(mailbox, embedded)).rejects.toMatchObject({
      code: "ALREADY_EXISTS",
      message: expect.stringMatching(/removed lately keeps it\. .*Get-Mailbox -SoftDeletedMailbox/) as string,
    });
    await embedded
      .exchange(side)
      .invoke("Remove-Mailbox", { Identity: "elsewhere@contoso.com", Confirm: false });
  });

  test("is never a person's, and the preview says whose address it is", async () => {
    embedded.calls.length = 0;
    const person = { ...mailbox, inputs: { ...mailbox.inputs, PrimarySmtpAddress: "a.weber@contoso.com" } };
    await expect(lifecycle.check(embedded.world, { ...person, adopt: true })).rejects.toMatchObject({
      code: "UNMET",
      message: expect.stringMatching(/belongs to 'Anna Weber' \(\w+\).*intake\.address/) as string,
    });
    expect(embedded.calls.filter((each) => !each.includes(" Get-"))).toEqual([]);
  });

  test("that somebody made is taken over with adopt alone", async () => {
    await made(tag, embedded);
    await made(policy, embedded);
    await embedded.exchange(side).invoke("New-Mailbox", {
      Name: "Made by hand",
      Shared: true,
      PrimarySmtpAddress: address,
      ...(side === "onPremises" && { UserPrincipalName: address }),
    });
    embedded.renew();
    await expect(made(mailbox, embedded)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
    const { state } = await made({ ...mailbox, adopt: true }, embedded);
    expect(state).toMatchObject({ inputs: { Name: "Made by hand" }, marked: true });
    expect(holder()).toMatchObject({ name: "Made by hand", hiddenFromAddressLists: true });
  });
});
