import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { signIn } from "../sign-in/account.ts";
import { sideOf, type Row } from "../store.ts";
import type { AdminSession } from "./session.ts";
import { softDeleted } from "./soft-deleted.ts";
import { startSessions, type Sessions } from "./sessions.ts";

let now = Date.UTC(2026, 10, 25);
let sessions: Sessions;
let online: AdminSession;
let onPremises: AdminSession;
beforeEach(async () => {
  sessions = await startSessions({ now: () => now });
  ({ online, onPremises } = sessions);
});
afterEach(() => sessions.close());

async function one(session: AdminSession, cmdlet: string, parameters: Row): Promise<Row> {
  const found = await session.must(cmdlet, parameters);
  expect(found).toHaveLength(1);
  return found[0] ?? {};
}

async function refused(session: AdminSession, cmdlet: string, parameters: Row): Promise<string> {
  return (await session.run(cmdlet, parameters)).error ?? "accepted";
}

async function names(session: AdminSession, cmdlet: string, parameters: Row): Promise<unknown[]> {
  return (await session.must(cmdlet, parameters)).map((row) => row["Name"]);
}

describe("an intake mailbox", () => {
  test("is shared, hidden, with retention, and found by its mark", async () => {
    await online.must("New-Mailbox", { Name: "siu-intake", Shared: true });
    await online.must("Set-Mailbox", {
      Identity: "siu-intake",
      HiddenFromAddressListsEnabled: true,
      RetentionPolicy: "default mrm policy",
      CustomAttribute15: "ours",
      MaxReceiveSize: "150MB",
    });
    expect(await one(online, "Get-Mailbox", { Filter: "CustomAttribute15 -eq 'ours'" })).toMatchObject({
      Name: "siu-intake",
      RecipientTypeDetails: "SharedMailbox",
      PrimarySmtpAddress: "siu-intake@contoso.com",
      HiddenFromAddressListsEnabled: true,
      RetentionPolicy: "Default MRM Policy",
      MaxReceiveSize: "150 MB (157,286,400 bytes)",
      IsDirSynced: false,
    });
    await online.must("Set-Mailbox", {
      Identity: "siu-intake",
      CustomAttribute15: null,
      EmailAddresses: { Add: "smtp:intake@contoso.com" },
    });
    expect(
      await one(online, "Get-EXOMailbox", {
        Identity: "intake@contoso.com",
        Properties: ["CustomAttribute15"],
      }),
    ).toEqual(
      expect.objectContaining({
        CustomAttribute15: "",
        EmailAddresses: ["SMTP:siu-intake@contoso.com", "smtp:intake@contoso.com"],
      }),
    );
    const before = await one(online, "Get-Mailbox", { Identity: "siu-intake" });
    now += 1000;
    const again = await online.run("Set-Mailbox", {
      Identity: "siu-intake",
      HiddenFromAddressListsEnabled: true,
    });
    expect(again.warnings).toEqual([
      expect.stringContaining("no settings of 'siu-intake' have been modified"),
    ]);
    expect(await one(online, "Get-Mailbox", { Identity: "siu-intake" })).toEqual(before);
    expect(await one(online, "Get-EXOMailbox", { Identity: "siu-intake" })).not.toHaveProperty(
      "CustomAttribute15",
    );
  });

  test("that is removed online stays in sight beside its namesake, for thirty days", async () => {
    const first = await one(online, "New-Mailbox", { Name: "siu-intake", Shared: true });
    await online.must("Remove-Mailbox", { Identity: "siu-intake" });
    expect(await refused(online, "Get-Mailbox", { Identity: "siu-intake" })).toContain("couldn't be found");
    await online.must("New-Mailbox", { Name: "siu-intake", Shared: true });
    expect(await names(online, "Get-Mailbox", { Identity: "siu-intake" })).toEqual(["siu-intake"]);
    expect(await one(online, "Get-Mailbox", { SoftDeletedMailbox: true })).toMatchObject({
      Guid: first["Guid"],
      Name: "siu-intake",
      IsSoftDeletedByRemove: true,
    });
    await online.must("Remove-Mailbox", { Identity: "siu-intake" });
    expect(
      await refused(online, "Get-Mailbox", { SoftDeletedMailbox: true, Identity: "siu-intake" }),
    ).toContain("multiple entries");
    await online.must("Remove-Mailbox", { Identity: first["Guid"], PermanentlyDelete: true });
    expect(await online.must("Get-EXOMailbox", { SoftDeletedMailbox: true })).toHaveLength(1);
    // The token of this session is as old by then.
    now += 30 * 86_400_000;
    const side = sideOf(sessions.world.organization, "online");
    const call = {
      organization: sessions.world.organization,
      side,
      parameters: {},
      caller: "",
      warn: () => {},
    };
    expect(softDeleted(call)).toEqual([]);
  });

  test("may be a room, and becomes another kind with Type", async () => {
    await onPremises.must("New-Mailbox", { Name: "Meeting", Room: true });
    expect(await names(onPremises, "Get-Mailbox", { RecipientTypeDetails: ["RoomMailbox"] })).toEqual([
      "Meeting",
    ]);
    await onPremises.must("Set-Mailbox", { Identity: "Meeting", Type: "Shared" });
    expect(await one(onPremises, "Get-Recipient", { Identity: "Meeting" })).toMatchObject({
      RecipientTypeDetails: "SharedMailbox",
    });
  });
});

describe("a mailbox", () => {
  test("goes and comes back while the account stays", async () => {
    const side = sideOf(sessions.world.organization, "onPremises");
    await onPremises.must("Disable-Mailbox", { Identity: "ben.fischer" });
    expect(await refused(onPremises, "Get-Mailbox", { Identity: "ben.fischer" })).toContain(
      "couldn't be found",
    );
    const user = await one(onPremises, "Get-User", { Identity: "ben.fischer" });
    expect(user).toMatchObject({ RecipientTypeDetails: "User" });
    await onPremises.must("Enable-Mailbox", { Identity: "ben.fischer" });
    expect(await one(onPremises, "Get-Mailbox", { Identity: "ben.fischer@contoso.com" })).toMatchObject({
      Guid: user["Guid"],
    });
    expect(side.mailboxes.has(String(user["Guid"]))).toBe(true);
    expect(await refused(onPremises, "Enable-Mailbox", { Identity: "ben.fischer" })).toContain(
      "is of type UserMailbox",
    );
    await onPremises.must("Enable-Mailbox", { Identity: "ben.fischer", Archive: true });
    expect(await names(onPremises, "Get-Mailbox", { Archive: true })).toEqual(["Ben Fischer"]);
    await onPremises.must("Disable-Mailbox", { Identity: "ben.fischer", Archive: true });
    expect(await onPremises.must("Get-Mailbox", { Archive: true })).toEqual([]);
  });

  test("of Exchange Online that comes from on-premises is changed there, except in what is Exchange Online's own", async () => {
    const synchronised = "is being synchronized from your on-premises organization";
    const uma = { Identity: "uma.patel" };
    expect(await refused(online, "Set-Mailbox", { ...uma, CustomAttribute1: "x" })).toContain(synchronised);
    expect(await refused(online, "Set-User", { ...uma, Title: "x" })).toContain(synchronised);
    expect(await refused(online, "Remove-Mailbox", uma)).toContain(synchronised);
    expect(
      await refused(online, "Add-DistributionGroupMember", { Identity: "Sales", Member: "uma.patel" }),
    ).toContain(synchronised);
    await online.must("Set-Mailbox", {
      ...uma,
      MessageCopyForSentAsEnabled: true,
      ForwardingSmtpAddress: "x@partner.example",
    });
    expect(await one(online, "Get-Mailbox", uma)).toMatchObject({
      IsDirSynced: true,
      MessageCopyForSentAsEnabled: true,
    });
  });

  test("has an account online that signs in with its own id", async () => {
    const account = {
      Name: "Cloud",
      MicrosoftOnlineServicesID: "cloud@contoso.com",
      Password: "Rather-Long-1",
    };
    await online.must("New-Mailbox", account);
    expect(
      signIn(sideOf(sessions.world.organization, "online"), "cloud@contoso.com", account.Password),
    ).toBeDefined();
  });

  test("lets others in by permission, and lets them send as it", async () => {
    const grant = { Identity: "uma.patel", User: "victor.hugo", AccessRights: "FullAccess" };
    await online.must("Add-MailboxPermission", grant);
    expect((await online.run("Add-MailboxPermission", grant)).warnings).toEqual([
      expect.stringContaining("already present"),
    ]);
    expect(
      (await online.must("Get-MailboxPermission", { Identity: "uma.patel" })).map((row) => [
        row["User"],
        row["AccessRights"],
      ]),
    ).toEqual([
      [String.raw`NT AUTHORITY\SELF`, ["FullAccess", "ReadPermission"]],
      ["victor.hugo@contoso.com", ["FullAccess"]],
    ]);
    await online.must("Remove-MailboxPermission", grant);
    expect(
      await online.must("Get-MailboxPermission", { Identity: "uma.patel", User: "victor.hugo" }),
    ).toEqual([]);
    expect(
      await refused(online, "Add-MailboxPermission", { ...grant, AccessRights: "Everything" }),
    ).toContain("valid enumerator name");
    const sendAs = { Identity: "uma.patel", Trustee: "victor.hugo", AccessRights: "SendAs" };
    await online.must("Add-RecipientPermission", sendAs);
    expect(await one(online, "Get-RecipientPermission", { Identity: "uma.patel" })).toMatchObject({
      Trustee: "victor.hugo@contoso.com",
      AccessRights: ["SendAs"],
    });
    await online.must("Remove-RecipientPermission", sendAs);
    expect(await online.must("Get-RecipientPermission", { Trustee: "victor.hugo" })).toEqual([]);
  });
});

describe("a distribution group", () => {
  test("is made with members, changed, and removed from the groups around it", async () => {
    await onPremises.must("New-DistributionGroup", {
      Name: "Senders – „alle“",
      Alias: "senders",
      Members: ["anna.weber", "ben.fischer@contoso.com"],
      Notes: "ours",
    });
    const group = await one(onPremises, "Get-DistributionGroup", { Identity: "senders" });
    expect(group).toMatchObject({
      Name: "Senders – „alle“",
      PrimarySmtpAddress: "senders@contoso.com",
      Notes: "ours",
      RequireSenderAuthenticationEnabled: true,
      ManagedBy: ["Exchange Administrator"],
    });
    await onPremises.must("Add-DistributionGroupMember", { Identity: "senders", Member: "felix.braun" });
    expect(
      await refused(onPremises, "Add-DistributionGroupMember", {
        Identity: "senders",
        Member: "felix.braun",
      }),
    ).toContain("MemberAlreadyExistsException");
    await onPremises.must("Remove-DistributionGroupMember", { Identity: "senders", Member: "anna.weber" });
    expect(
      await refused(onPremises, "Remove-DistributionGroupMember", {
        Identity: "senders",
        Member: "anna.weber",
      }),
    ).toContain("MemberNotFoundException");
    expect(await names(onPremises, "Get-DistributionGroupMember", { Identity: "senders" })).toEqual([
      "Ben Fischer",
      "Felix Braun",
    ]);
    await onPremises.must("Update-DistributionGroupMember", {
      Identity: "senders",
      Members: ["nils.berger", "sales"],
    });
    expect(await names(onPremises, "Get-DistributionGroupMember", { Identity: "senders" })).toEqual([
      "Nils Berger",
      "Sales",
    ]);
    await onPremises.must("Set-DistributionGroup", {
      Identity: "senders",
      HiddenFromAddressListsEnabled: true,
      PrimarySmtpAddress: "all@contoso.com",
      Name: "All",
    });
    expect(await one(onPremises, "Get-DistributionGroup", { Identity: "All" })).toMatchObject({
      Guid: group["Guid"],
      EmailAddresses: ["SMTP:all@contoso.com", "smtp:senders@contoso.com"],
      HiddenFromAddressListsEnabled: true,
    });
    const nested = { Identity: "signatures", Members: ["All"] };
    expect(await refused(onPremises, "Update-DistributionGroupMember", nested)).toContain(
      "manager of the group",
    );
    await onPremises.must("Update-DistributionGroupMember", {
      ...nested,
      BypassSecurityGroupManagerCheck: true,
    });
    await onPremises.must("Remove-DistributionGroup", { Identity: "All" });
    expect(await onPremises.must("Get-DistributionGroupMember", { Identity: "signatures" })).toEqual([]);
  });

  test("takes the next free address, and is refused with a taken one, a bad alias or a taken name", async () => {
    const [made] = await onPremises.must("New-DistributionGroup", { Name: "Anna.Weber" });
    expect(made).toMatchObject({ PrimarySmtpAddress: "Anna.Weber1@contoso.com" });
    const group = { Name: "g" };
    expect(
      await refused(onPremises, "New-DistributionGroup", {
        ...group,
        PrimarySmtpAddress: "sales@contoso.com",
      }),
    ).toContain("ProxyAddressExists");
    expect(await refused(onPremises, "New-DistributionGroup", { ...group, Alias: "a b" })).toContain(
      "Alias property isn't valid",
    );
    expect(await refused(onPremises, "New-DistributionGroup", { Name: "Sales" })).toContain("already exists");
    expect(
      await refused(onPremises, "New-DistributionGroup", { ...group, Members: ["Rosa Keller"] }),
    ).toContain("multiple entries");
  });

  test("that is a security group is changed by its managers, or by whoever says so", async () => {
    const boss = { Name: "Guarded", Type: "Security", ManagedBy: ["anna.weber"] };
    await onPremises.must("New-DistributionGroup", boss);
    expect(await one(onPremises, "Get-DistributionGroup", { Identity: "Guarded" })).toMatchObject({
      RecipientTypeDetails: "MailUniversalSecurityGroup",
      GroupType: "Universal, SecurityEnabled",
    });
    const add = { Identity: "Guarded", Member: "ben.fischer" };
    expect(await refused(onPremises, "Add-DistributionGroupMember", add)).toContain("manager of the group");
    await onPremises.must("Add-DistributionGroupMember", { ...add, BypassSecurityGroupManagerCheck: true });
    expect(await names(onPremises, "Get-DistributionGroup", { ManagedBy: "anna.weber" })).toEqual([
      "Guarded",
    ]);
  });
});

describe("a dynamic distribution group", () => {
  test("holds whom its filter finds, as people come, change and go", async () => {
    await online.must("New-DynamicDistributionGroup", {
      Name: "Cloud people",
      RecipientFilter: "RecipientTypeDetails -eq 'UserMailbox'",
    });
    const members = (): Promise<unknown[]> =>
      names(online, "Get-DynamicDistributionGroupMember", { Identity: "Cloud people" });
    expect(await members()).toEqual(["Uma Patel", "Victor Hugo", expect.any(String)]);
    await online.must("New-Mailbox", {
      Name: "New",
      MicrosoftOnlineServicesID: "new@contoso.com",
      Password: "Rather-Long-1",
    });
    expect(await members()).toContain("New");
    await online.must("Set-Mailbox", { Identity: "new@contoso.com", Type: "Shared" });
    expect(await members()).not.toContain("New");
    expect(
      (await one(online, "Get-DynamicDistributionGroup", { Identity: "cloud people" }))["RecipientFilter"],
    ).toContain("SystemMailbox{*");
    expect(await refused(online, "Get-DistributionGroup", { Identity: "Cloud people" })).toContain(
      "couldn't be found",
    );
    expect(
      await refused(online, "New-TransportRule", {
        Name: "x",
        PrependSubject: "x",
        FromMemberOf: "Cloud people",
      }),
    ).toContain("couldn't be found");
  });

  test("is made of ready conditions, and of nothing that contradicts them", async () => {
    await onPremises.must("Set-User", { Identity: "anna.weber", Department: "Sales's" });
    const group = {
      Name: "Sellers",
      IncludedRecipients: "MailboxUsers,MailContacts",
      ConditionalDepartment: ["Sales's"],
    };
    await onPremises.must("New-DynamicDistributionGroup", group);
    expect(await one(onPremises, "Get-DynamicDistributionGroup", { Identity: "Sellers" })).toMatchObject({
      RecipientFilterType: "Precanned",
      IncludedRecipients: "MailboxUsers, MailContacts",
      RecipientType: "DynamicDistributionGroup",
    });
    expect((await onPremises.run("Get-DynamicDistributionGroupMember", { Identity: "Sellers" })).status).toBe(
      403,
    );
    const side = sideOf(sessions.world.organization, "onPremises");
    const stored = [...side.recipients.values()].find(({ name }) => name === "Sellers");
    expect(stored?.members?.map((guid) => side.recipients.get(guid)?.name)).toEqual(["Anna Weber"]);
    expect(
      await refused(onPremises, "Set-DynamicDistributionGroup", {
        Identity: "Sellers",
        RecipientFilter: "Alias -eq 'a'",
        IncludedRecipients: "MailUsers",
      }),
    ).toContain("can't be combined");
    expect(
      await refused(onPremises, "Set-DynamicDistributionGroup", {
        Identity: "Sellers",
        RecipientFilter: "Nonsense -eq 1",
      }),
    ).toContain("filterable property");
    await onPremises.must("Remove-DynamicDistributionGroup", { Identity: "Sellers" });
  });
});
