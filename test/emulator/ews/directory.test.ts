import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, at, codes, messages, soap, startEws, type Asking, type EwsTest } from "./client.ts";
import { create, idXml } from "./requests.ts";

let ews: EwsTest;

beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());

describe("ResolveNames", () => {
  const resolve = (entry: string, full = false, more = "") =>
    ews.ask(
      `<m:ResolveNames ReturnFullContactData="${full}"${more}><m:UnresolvedEntry>${entry}</m:UnresolvedEntry></m:ResolveNames>`,
    );
  const addresses = async (entry: string) =>
    all((await resolve(entry)).body, "t:EmailAddress").map(({ text }) => text);

  test.each([
    ["anna.weber@contoso.com"],
    ["smtp:anna.weber@contoso.com"],
    ["SMTP:anna.w"],
    ["Anna Web"],
    ["weber anna"],
    ["anna.w"],
  ])("finds somebody by %s", async (entry) => {
    expect(await addresses(entry)).toContain("anna.weber@contoso.com");
  });

  test("tells people from groups, and gives contact data when asked", async () => {
    const answered = await resolve("signatures@contoso.com", true);
    expect(all(answered.body, "t:MailboxType")[0]?.text).toBe("PublicDL");
    expect(all(answered.body, "t:Contact")).toHaveLength(1);
  });

  test("warns when there are several", async () => {
    const answered = await resolve("s");
    expect(codes(answered)).toEqual(["ErrorNameResolutionMultipleResults"]);
    expect(messages(answered)[0]?.attributes["ResponseClass"]).toBe("Warning");
    expect(all(answered.body, "t:Resolution").length).toBeGreaterThan(1);
  });

  test("finds neither strangers nor what is hidden", async () => {
    expect(codes(await resolve("nobody@example.org"))).toEqual(["ErrorNameResolutionNoResults"]);
    expect(codes(await resolve("board@contoso.com"))).toEqual(["ErrorNameResolutionNoResults"]);
  });
});

describe("ResolveNames, within limits", () => {
  const resolve = (entry: string, more = "", asking: Asking = {}) =>
    ews.ask(
      `<m:ResolveNames ReturnFullContactData="true"${more}><m:UnresolvedEntry>${entry}</m:UnresolvedEntry></m:ResolveNames>`,
      asking,
    );

  test("searches the directory in every scope but that of personal contacts, which nobody has", async () => {
    for (const scope of ["ActiveDirectory", "ActiveDirectoryContacts", "ContactsActiveDirectory"])
      expect(
        codes(await resolve("anna.weber", ` SearchScope="${scope}" ContactDataShape="Default"`)),
      ).toEqual(["NoError"]);
    expect(codes(await resolve("anna.weber", ' SearchScope="Contacts"'))).toEqual([
      "ErrorNameResolutionNoResults",
    ]);
    const wrong = soap(
      '<m:ResolveNames ReturnFullContactData="true" SearchScope="Everywhere"><m:UnresolvedEntry>x</m:UnresolvedEntry></m:ResolveNames>',
    );
    expect(codes(await ews.raw(wrong))).toEqual(["ErrorSchemaValidation"]);
  });

  test("answers the first hundred, and says that there are more", async () => {
    const { guid, ...anna } = ews.recipient("anna.weber@contoso.com");
    const made = Array.from({ length: 101 }, (_, number) => `${guid}-${number}`);
    for (const each of made)
      ews.side.recipients.set(each, {
        ...anna,
        guid: each,
        displayName: `Crowd ${each}`,
        alias: each,
        emailAddresses: [`SMTP:${each}@contoso.com`],
      });
    const answered = await resolve("Crowd");
    for (const each of made) ews.side.recipients.delete(each);
    const [set] = all(answered.body, "m:ResolutionSet");
    expect(set?.attributes).toEqual({ TotalItemsInView: "100", IncludesLastItemInRange: "false" });
    expect(set?.children).toHaveLength(100);
  });

  test("is for those who have a mailbox, as expanding groups is", async () => {
    const { guid } = ews.recipient("nils.berger@contoso.com");
    ews.side.mailboxes.delete(guid);
    const as = "nils.berger@contoso.com";
    expect(codes(await resolve("anna.weber", "", { as }))).toEqual(["ErrorNameResolutionNoMailbox"]);
    const group =
      "<m:ExpandDL><m:Mailbox><t:EmailAddress>sales@contoso.com</t:EmailAddress></m:Mailbox></m:ExpandDL>";
    expect(codes(await ews.ask(group, { as }))).toEqual(["ErrorNameResolutionNoMailbox"]);
  });
});

describe("ExpandDL", () => {
  const expand = (address: string) =>
    ews.ask(`<m:ExpandDL><m:Mailbox><t:EmailAddress>${address}</t:EmailAddress></m:Mailbox></m:ExpandDL>`);

  test("gives direct members only: a group in the group stays a group", async () => {
    const members = at(messages(await expand("signatures@contoso.com"))[0], "m:DLExpansion")?.children ?? [];
    const types = new Map(
      members.map((member) => [at(member, "t:EmailAddress")?.text, at(member, "t:MailboxType")?.text]),
    );
    expect(types.get("sales@contoso.com")).toBe("PublicDL");
    expect(types.get("anna.weber@contoso.com")).toBe("Mailbox");
    expect(types.has("felix.braun@contoso.com")).toBe(false);
  });

  test("opens a hidden group by its address", async () => {
    const answered = await expand("board@contoso.com");
    expect(codes(answered)).toEqual(["NoError"]);
    expect(all(answered.body, "t:Mailbox")).toHaveLength(3);
  });

  test("wants an address, or the id of a private list, which nobody has", async () => {
    const ask = (mailbox: string) => ews.ask(`<m:ExpandDL><m:Mailbox>${mailbox}</m:Mailbox></m:ExpandDL>`);
    expect(codes(await ask("<t:Name>Sales</t:Name>"))).toEqual(["ErrorMissingInformationEmailAddress"]);
    const message = await create(ews, { before: "<t:Subject>x</t:Subject>" });
    expect(codes(await ask(idXml(message)))).toEqual(["ErrorNameResolutionNoResults"]);
    expect(codes(await ask('<t:ItemId Id="nonsense"/>'))).toEqual(["ErrorInvalidIdMalformed"]);
  });

  test("knows no members of people and strangers", async () => {
    expect(codes(await expand("anna.weber@contoso.com"))).toEqual(["ErrorNameResolutionNoResults"]);
    expect(codes(await expand("nobody@example.org"))).toEqual(["ErrorNameResolutionNoResults"]);
  });
});
