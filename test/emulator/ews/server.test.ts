import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { anna, at, codes, messages, soap, startEws, type EwsTest } from "./client.ts";
import { getFoldersXml } from "./folder-requests.ts";
import { folderXml, uris } from "./requests.ts";

const siu = "siu@contoso.com";
const getInbox = getFoldersXml(folderXml("inbox"), "Default");
let ews: EwsTest;

beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());

describe("signing in", () => {
  test("works with UPN and password, and tells the server's version", async () => {
    const answered = await ews.ask(getInbox);
    expect(codes(answered)).toEqual(["NoError"]);
    expect(answered.text).toContain("ServerVersionInfo");
    expect(answered.headers["content-type"]).toBe("text/xml; charset=utf-8");
  });

  test("is refused with a challenge for a wrong password", async () => {
    const { status, headers } = await ews.raw(soap(getInbox), { password: "wrong" });
    expect(status).toBe(401);
    expect(headers["www-authenticate"]).toMatch(/^Basic realm=/);
  });

  test("is refused to a disabled account", async () => {
    const ben = ews.recipient("ben.fischer@contoso.com");
    ben.disabled = true;
    expect((await ews.raw(soap(getInbox), { as: "ben.fischer@contoso.com" })).status).toBe(401);
  });
});

describe("the request's version", () => {
  test.each(["Exchange2010_SP2", "Exchange2013", "Exchange2013_SP1", "Exchange2016"])(
    "may be %s",
    async (version) => {
      expect(codes(await ews.ask(getInbox, { version }))).toEqual(["NoError"]);
    },
  );

  test("is refused when no server ever had it", async () => {
    const answered = await ews.raw(soap(getInbox, { version: "Exchange1999" }));
    expect([answered.status, ...codes(answered)]).toEqual([500, "ErrorInvalidServerVersion"]);
  });

  test("has to know the properties that are asked for", async () => {
    const find = `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${uris("item:Flag")}</t:AdditionalProperties></m:ItemShape><m:ParentFolderIds>${folderXml()}</m:ParentFolderIds></m:FindItem>`;
    expect(codes(await ews.ask(find, { version: "Exchange2010_SP2" }))).toEqual([
      "ErrorIncorrectSchemaVersion",
    ]);
    expect(codes(await ews.ask(find, { version: "Exchange2013" }))).toEqual(["NoError"]);
  });
});

describe("impersonation", () => {
  const as = siu;
  const smtp = (address: string) => `<t:SmtpAddress>${address}</t:SmtpAddress>`;

  test("is denied with a fault without the grant", async () => {
    const answered = await ews.ask(getInbox, { as, impersonate: smtp(anna) });
    expect([answered.status, ...codes(answered)]).toEqual([500, "ErrorImpersonateUserDenied"]);
    expect(at(answered.body, "faultcode")?.text).toMatch(/:ErrorImpersonateUserDenied$/);
    expect(at(answered.body, "faultstring")?.text).toBe(
      "The account does not have permission to impersonate the requested user.",
    );
  });

  describe("with the grant", () => {
    beforeAll(async () => {
      await ews.cmdlet("New-ManagementScope", {
        Name: "Senders",
        RecipientRestrictionFilter: "Alias -ne 'clara.schulz'",
      });
      await ews.cmdlet("New-ManagementRoleAssignment", {
        Role: "ApplicationImpersonation",
        User: siu,
        CustomRecipientWriteScope: "Senders",
      });
    });

    test("opens the mailbox by SMTP address, primary address, UPN or SID", async () => {
      const { sid = "", userPrincipalName = "" } = ews.recipient(anna);
      const identities = [
        smtp(anna),
        `<t:PrimarySmtpAddress>${anna}</t:PrimarySmtpAddress>`,
        `<t:PrincipalName>${userPrincipalName}</t:PrincipalName>`,
        `<t:SID>${sid}</t:SID>`,
      ];
      for (const impersonate of identities) {
        expect([impersonate, ...codes(await ews.ask(getInbox, { as, impersonate }))]).toEqual([
          impersonate,
          "NoError",
        ]);
      }
    });

    test("is denied for whom the grant's scope leaves out", async () => {
      const answered = await ews.ask(getInbox, { as, impersonate: smtp("clara.schulz@contoso.com") });
      expect(codes(answered)).toEqual(["ErrorImpersonateUserDenied"]);
    });

    test.each([
      [smtp("nobody@contoso.com"), "ErrorNonExistentMailbox"],
      [smtp("uma.patel@contoso.com"), "ErrorNonExistentMailbox"],
      ["<t:PrincipalName>nobody@contoso.com</t:PrincipalName>", "ErrorInvalidUserPrincipalName"],
      ["<t:SID>S-1-5-21-1-2-3-4</t:SID>", "ErrorInvalidUserSid"],
      ["<t:PrimarySmtpAddress>nobody@contoso.com</t:PrimarySmtpAddress>", "ErrorNonExistentMailbox"],
    ])("of %s fails with %s", async (impersonate, code) => {
      const answered = await ews.ask(getInbox, { as, impersonate });
      expect([answered.status, ...codes(answered)]).toEqual([500, code]);
    });

    test("by an address that is not the primary one is refused where the primary one is wanted", async () => {
      const { emailAddresses } = ews.recipient(anna);
      emailAddresses.push("smtp:second@contoso.com");
      const primary = "<t:PrimarySmtpAddress>second@contoso.com</t:PrimarySmtpAddress>";
      expect(codes(await ews.ask(getInbox, { as, impersonate: primary }))).toEqual([
        "ErrorNonPrimarySmtpAddress",
      ]);
      expect(codes(await ews.ask(getInbox, { as, impersonate: smtp("second@contoso.com") }))).toEqual([
        "NoError",
      ]);
    });

    test.each([
      ["nobody", ""],
      ["two people at once", `${smtp(anna)}<t:SID>S-1-5-21-1-2-3-4</t:SID>`],
      ["somebody by his shoe size", "<t:ShoeSize>42</t:ShoeSize>"],
    ])("of %s is a header without sense", async (_, identity) => {
      const header = `<t:ExchangeImpersonation><t:ConnectingSID>${identity}</t:ConnectingSID></t:ExchangeImpersonation>`;
      const document = soap(getInbox).replace("</soap:Header>", `${header}</soap:Header>`);
      const answered = await ews.raw(document, { as });
      expect([answered.status, ...codes(answered)]).toEqual([
        500,
        "ErrorInvalidExchangeImpersonationHeaderData",
      ]);
    });

    test("is needed by an account without a mailbox of its own", async () => {
      ews.side.mailboxes.delete(ews.recipient(siu).guid);
      expect(codes(await ews.ask(getInbox, { as }))).toEqual(["ErrorMissingEmailAddress"]);
    });
  });
});

describe("a request that makes no sense", () => {
  test.each([
    ["is not XML", "hello"],
    ["breaks off", soap(getInbox).slice(0, -20)],
    ["has a document type", soap(getInbox).replace("?>", '?><!DOCTYPE x [<!ENTITY a "b">]>')],
    ["lacks what the schema demands", soap("<m:GetItem/>")],
    ["asks for what never was", soap("<m:MakeCoffee/>")],
  ])("is answered with a schema fault when it %s", async (_, document) => {
    const answered = await ews.raw(document);
    expect([answered.status, ...codes(answered)]).toEqual([500, "ErrorSchemaValidation"]);
  });

  test("is answered with a fault for an operation that this server leaves out", async () => {
    const answered = await ews.ask("<m:GetRoomLists/>");
    expect([answered.status, ...codes(answered)]).toEqual([500, "ErrorInvalidOperation"]);
  });
});

describe("a failure that a test asked for", () => {
  test("throttles with the time to stay away", async () => {
    ews.organization.faults.add({ protocol: "ews", failure: "throttle", retryAfter: 2.5 });
    const answered = await ews.ask(getInbox);
    expect(codes(answered)).toEqual(["ErrorServerBusy"]);
    expect(at(answered.body, "detail", "t:MessageXml", "t:Value")).toMatchObject({
      attributes: { Name: "BackOffMilliseconds" },
      text: "2500",
    });
    expect(codes(await ews.ask(getInbox))).toEqual(["NoError"]);
  });

  test.each(["drop", "dropAfter"] as const)("breaks the connection (%s)", async (failure) => {
    ews.organization.faults.add({ protocol: "ews", operation: "GetFolder", failure });
    await expect(ews.ask(getInbox)).rejects.toThrow(/socket hang up|ECONNRESET/);
  });

  test("breaks the connection of an answer that tells of an internal error, too", async () => {
    onTestFinished(() => void vi.restoreAllMocks());
    const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    vi.spyOn(ews.organization, "inTurn").mockRejectedValue(new Error("the store is broken"));
    expect(codes(await ews.ask(getInbox))).toEqual(["ErrorInternalServerError"]);
    ews.organization.faults.add({ protocol: "ews", failure: "dropAfter" });
    await expect(ews.ask(getInbox)).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(stderr).toHaveBeenCalledTimes(2);
  });

  test("makes the service unavailable for a while", async () => {
    ews.organization.faults.add({ protocol: "ews", failure: "unavailable", retryAfter: 7 });
    const { status, headers } = await ews.raw(soap(getInbox));
    expect([status, headers["retry-after"]]).toEqual([503, "7"]);
  });
});

describe("somebody else's mailbox", () => {
  test("is closed to whom its folders' permissions do not let in, and unknown ones do not exist", async () => {
    const of = (address: string) =>
      `<t:DistinguishedFolderId Id="inbox"><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`;
    const ids = [of(anna), of("clara.schulz@contoso.com"), of("nobody@contoso.com")].join("");
    const answered = await ews.ask(getInbox.replace(folderXml("inbox"), ids));
    expect(codes(answered)).toEqual(["NoError", "ErrorAccessDenied", "ErrorNonExistentMailbox"]);
    expect(messages(answered)).toHaveLength(3);
  });
});
