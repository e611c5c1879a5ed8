import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { signIn } from "../sign-in/account.ts";
import { sideOf, type Row } from "../store.ts";
import type { AdminSession } from "./session.ts";
import { startSessions, type Sessions } from "./sessions.ts";

let sessions: Sessions;
let onPremises: AdminSession;
beforeEach(async () => {
  sessions = await startSessions();
  ({ onPremises } = sessions);
});
afterEach(() => sessions.close());

async function one(cmdlet: string, parameters: Row): Promise<Row> {
  const found = await onPremises.must(cmdlet, parameters);
  expect(found).toHaveLength(1);
  return found[0] ?? {};
}

async function addresses(cmdlet: string, parameters: Row, session = onPremises): Promise<unknown[]> {
  return (await session.must(cmdlet, parameters)).map(
    (row) => row["PrimarySmtpAddress"] ?? row["WindowsEmailAddress"],
  );
}

describe("a recipient", () => {
  test("is named by every form of identity", async () => {
    const anna = await one("Get-Recipient", { Identity: "anna.weber@contoso.com" });
    const { Sid: sid } = await one("Get-User", { Identity: "anna.weber" });
    const forms = [
      "ANNA.WEBER",
      "a.weber@contoso.com",
      "Anna Weber",
      anna["Guid"],
      anna["DistinguishedName"],
      "contoso.com/Users/Anna Weber",
      "CONTOSO\\anna.weber",
      sid,
    ];
    for (const identity of forms) {
      expect(await one("Get-Mailbox", { Identity: identity })).toMatchObject({
        Guid: anna["Guid"],
        UserPrincipalName: "anna.weber@contoso.com",
      });
    }
  });

  test("is ambiguous by a display name that two of them have", async () => {
    expect((await onPremises.run("Get-Recipient", { Identity: "Rosa Keller" })).error).toContain(
      "'Rosa Keller' matches multiple entries",
    );
    expect(await addresses("Get-Mailbox", { Identity: "Rosa Keller" })).toEqual(["rosa.keller@contoso.com"]);
  });

  test("that does not exist is an error by identity and an empty answer by filter", async () => {
    const { status, error } = await onPremises.run("Get-Mailbox", { Identity: "nobody" });
    expect({ status, error }).toEqual({
      status: 404,
      error:
        "Ex6F9304|Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException|The operation couldn't be performed because object 'nobody' couldn't be found on 'DC01.contoso.com'.",
    });
    expect(await onPremises.must("Get-Mailbox", { Filter: "Alias -eq 'nobody'" })).toEqual([]);
    expect(await onPremises.must("Get-Mailbox", { Identity: "nobody*" })).toEqual([]);
  });

  test("is a mailbox on its own side, and a mail user on the other under the same id", async () => {
    const uma = await one("Get-Recipient", { Identity: "uma.patel@contoso.com" });
    expect(uma["RecipientTypeDetails"]).toBe("RemoteUserMailbox");
    const [mailbox] = await sessions.online.must("Get-Mailbox", { Identity: "uma.patel@contoso.com" });
    expect(mailbox).toMatchObject({ Guid: uma["Guid"], RecipientTypeDetails: "UserMailbox" });
    const [anna] = await sessions.online.must("Get-Recipient", { Identity: "anna.weber@contoso.com" });
    expect(anna?.["RecipientTypeDetails"]).toBe("MailUser");
  });

  test("is kept out of an answer that ResultSize cuts, with a warning", async () => {
    const { rows, warnings } = await onPremises.run("Get-Mailbox", { ResultSize: 3 });
    expect(rows).toHaveLength(3);
    expect(warnings).toEqual([expect.stringContaining("There are more results available")]);
    expect((await onPremises.run("Get-Mailbox", { ResultSize: "Unlimited" })).warnings).toEqual([]);
  });
});

describe("a distribution group", () => {
  test("lists its direct members, a nested group as a group", async () => {
    const direct = await addresses("Get-DistributionGroupMember", { Identity: "signatures@contoso.com" });
    expect(direct).toContain("sales@contoso.com");
    expect(direct).toContain("otto.outsider@contoso.com");
    expect(direct).not.toContain("felix.braun@contoso.com");
    expect(direct).not.toContain("nils.berger@contoso.com");
    expect(await addresses("Get-DistributionGroupMember", { Identity: "Sales" }, sessions.online)).toContain(
      "felix.braun@contoso.com",
    );
  });

  test("may be hidden from address lists", async () => {
    expect(await one("Get-DistributionGroup", { Identity: "board" })).toMatchObject({
      HiddenFromAddressListsEnabled: true,
    });
  });
});

describe("a role group", () => {
  test("lists the service account and the operator of a hybrid organization", async () => {
    const members = await addresses("Get-RoleGroupMember", { Identity: "Organization Management" });
    expect(members).toEqual(["admin@contoso.com", "siu@contoso.com"]);
    expect(await one("Get-RoleGroup", { Identity: "organization management" })).toMatchObject({
      Members: ["Exchange Administrator", "Sent Items Update"],
    });
  });
});

describe("a mailbox on-premises", () => {
  const upn = "CodeTwoSiuAgent@contoso.com";
  const account = {
    Name: "CodeTwoSiuAgent",
    UserPrincipalName: upn,
    Password: "Rather-Long-1",
    DisplayName: "made by siu",
  };

  test("is made with an account that can sign in, changed, found by a filter, and removed", async () => {
    await onPremises.must("New-Mailbox", account);
    const side = sideOf(sessions.world.organization, "onPremises");
    const guid = signIn(side, upn, account.Password)?.guid ?? "";
    expect(side.mailboxes.has(guid)).toBe(true);
    await onPremises.must("Set-Mailbox", {
      Identity: upn,
      HiddenFromAddressListsEnabled: true,
      CustomAttribute15: "ours",
    });
    await onPremises.must("Set-User", { Identity: upn, Notes: "kept by siu" });
    const [found] = await onPremises.must("Get-Mailbox", { Filter: `UserPrincipalName -eq '${upn}'` });
    expect(found).toMatchObject({
      DisplayName: "made by siu",
      PrimarySmtpAddress: upn,
      HiddenFromAddressListsEnabled: true,
      CustomAttribute15: "ours",
    });
    expect(await one("Get-User", { Identity: upn })).toMatchObject({
      Notes: "kept by siu",
      UserAccountControl: "NormalAccount",
    });
    await onPremises.must("Remove-Mailbox", { Identity: upn });
    expect(side.mailboxes.has(guid)).toBe(false);
  });

  test("never shows a password, in rows or refusals", async () => {
    await onPremises.must("New-Mailbox", account);
    for (const cmdlet of ["Get-Mailbox", "Get-User", "Get-Recipient"]) {
      expect(JSON.stringify(await onPremises.run(cmdlet))).not.toContain(account.Password);
    }
    const { error } = await onPremises.run("New-Mailbox", {
      ...account,
      Name: "Other",
      UserPrincipalName: "x@contoso.com",
      Password: ["a-Secret-1", "b"],
    });
    expect(error).toContain("System.Security.SecureString");
    expect(error).not.toContain("a-Secret-1");
  });

  test("is refused with a weak password, a taken name or address, a foreign domain, and online", async () => {
    const refused = async (parameters: Row): Promise<string | undefined> =>
      (await onPremises.run("New-Mailbox", { ...account, ...parameters })).error;
    expect(await refused({ Password: "secret" })).toContain("password policy requirements");
    expect(await refused({ Password: undefined })).toContain("missing mandatory parameters: Password.");
    expect(await refused({ UserPrincipalName: "anna.weber@contoso.com" })).toContain(
      "ProxyAddressExistsException",
    );
    expect(await refused({ UserPrincipalName: "x@fabrikam.com" })).toContain("isn't an accepted domain");
    expect(await refused({ Name: "Anna Weber" })).toContain("ADObjectAlreadyExistsException");
    expect((await sessions.online.run("New-Mailbox", account)).error).toContain("name 'UserPrincipalName'");
  });
});
