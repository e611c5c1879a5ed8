import { afterAll, beforeAll, expect, test } from "vitest";
import type { Parameters } from "../../providers/exchange/port.ts";
import { recipient } from "../../providers/exchange/recipient.ts";
import { openSession } from "../../providers/exchange/session.ts";
import { addressOf, isDynamic, isGroup, peopleIn } from "../../providers/people.ts";
import { startEmbedded, type Embedded } from "./embedded.ts";

let embedded: Embedded;
beforeAll(async () => void (embedded = await startEmbedded()));
afterAll(() => embedded.close());

const run = (cmdlet: string, parameters: Parameters) =>
  embedded.exchange("onPremises").invoke(cmdlet, parameters);
const who = async (...addresses: string[]) => {
  const session = embedded.world.on("onPremises");
  const rows = await Promise.all(addresses.map((each) => recipient(session, each)));
  return peopleIn(rows, session);
};

test("groups in groups are walked through once, even where they hold each other", async () => {
  await run("New-DistributionGroup", { Name: "One", Members: ["anna.weber", "ben.fischer"] });
  await run("New-DistributionGroup", { Name: "Two", Members: ["one@contoso.com", "clara.schulz"] });
  await run("Add-DistributionGroupMember", {
    Identity: "One",
    Member: "two@contoso.com",
    BypassSecurityGroupManagerCheck: true,
  });
  const { addresses, hidden } = await who("two@contoso.com", "anna.weber@contoso.com");
  expect(addresses.toSorted()).toEqual(
    ["anna", "ben", "clara"].map(
      (name, index) => `${name}.${["weber", "fischer", "schulz"][index]}@contoso.com`,
    ),
  );
  expect(hidden).toEqual([]);
});

test("a dynamic group on one's own servers looks only where it is told to", async () => {
  const filter = { RecipientFilter: "Alias -eq 'anna.weber' -or Alias -eq 'sales'" };
  await run("New-DynamicDistributionGroup", { Name: "Everywhere", ...filter });
  await run("New-DynamicDistributionGroup", {
    Name: "Users only",
    ...filter,
    RecipientContainer: "contoso.com/Users",
  });
  await run("New-DynamicDistributionGroup", {
    Name: "Elsewhere",
    ...filter,
    RecipientContainer: "OU=Groups,DC=contoso,DC=com",
  });
  expect((await who("everywhere@contoso.com")).addresses).toContain("felix.braun@contoso.com");
  expect((await who("usersonly@contoso.com")).addresses).toEqual(["anna.weber@contoso.com"]);
  expect((await who("elsewhere@contoso.com")).addresses).not.toContain("anna.weber@contoso.com");
});

test("a group that shows no members is named, and one that shows no filter is no empty group", async () => {
  const team = { Guid: "1", PrimarySmtpAddress: "team@contoso.com", RecipientTypeDetails: "GroupMailbox" };
  const session = openSession({ side: "online", invoke: async () => [], close: async () => {} });
  expect(await peopleIn([team], session)).toEqual({ addresses: [], hidden: ["team@contoso.com"] });
  const dynamic = { ...team, RecipientTypeDetails: "DynamicDistributionGroup" };
  await expect(peopleIn([dynamic], session)).rejects.toMatchObject({ code: "UNEXPECTED" });
});

test.each([
  ["MailUniversalDistributionGroup", true, false],
  ["MailUniversalSecurityGroup", true, false],
  ["RoomList", true, false],
  ["DynamicDistributionGroup", false, true],
  ["GroupMailbox", false, false],
  ["UserMailbox", false, false],
])("%s", (RecipientTypeDetails, group, dynamic) => {
  expect([isGroup({ RecipientTypeDetails }), isDynamic({ RecipientTypeDetails })]).toEqual([group, dynamic]);
});

test("who has no address is called by the name", () => {
  expect(addressOf({ PrimarySmtpAddress: "", Name: "Guest" })).toBe("Guest");
});
