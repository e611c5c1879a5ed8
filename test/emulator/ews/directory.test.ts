import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, at, codes, messages, startEws, type EwsTest } from "./client.ts";

let ews: EwsTest;

beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());

describe("ResolveNames", () => {
  const resolve = (entry: string, full = false) =>
    ews.ask(
      `<m:ResolveNames ReturnFullContactData="${full}"><m:UnresolvedEntry>${entry}</m:UnresolvedEntry></m:ResolveNames>`,
    );
  const addresses = async (entry: string) =>
    all((await resolve(entry)).body, "t:EmailAddress").map(({ text }) => text);

  test.each([
    ["anna.weber@contoso.com"],
    ["smtp:anna.weber@contoso.com"],
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

  test("knows no members of people and strangers", async () => {
    expect(codes(await expand("anna.weber@contoso.com"))).toEqual(["ErrorNameResolutionNoResults"]);
    expect(codes(await expand("nobody@example.org"))).toEqual(["ErrorNameResolutionNoResults"]);
  });
});
