import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { basic } from "../admin/session.ts";
import { startSessions, type Sessions } from "../admin/sessions.ts";
import { recipientByAddress, sideOf, type Row, type SideName } from "../store.ts";
import { Agent, request } from "undici";
import { soap } from "./client.ts";
import { getFoldersXml } from "./folder-requests.ts";
import { folderXml } from "./requests.ts";

const inbox = getFoldersXml(folderXml("inbox"), "IdOnly");
const uma = "uma.patel@contoso.com";
const victor = "victor.hugo@contoso.com";
const anna = "anna.weber@contoso.com";
let now: number;
let sessions: Sessions;
let dispatcher: Agent;
beforeEach(async () => {
  now = Date.UTC(2026, 8, 1);
  sessions = await startSessions({
    now: () => now,
    grant: true,
    settings: { tokenLifetime: 366 * 86_400_000 },
  });
  dispatcher = new Agent({ connect: { ca: sessions.world.organization.authority.ca } });
});
afterEach(async () => {
  await dispatcher.close();
  await sessions.close();
});

/** The status that a client gets who opens the Inbox of a person on a side. */
async function opens(
  side: SideName,
  address: string,
  { agent = "test", token = false } = {},
): Promise<number> {
  const { world } = sessions;
  const { organization } = world;
  const password = recipientByAddress(sideOf(organization, side), address)?.password ?? "";
  const answer = await request((side === "online" ? world.online : world.onPremises)?.ews ?? "", {
    dispatcher,
    method: "POST",
    headers: {
      "Content-Type": "text/xml",
      "User-Agent": agent,
      Authorization: token ? sessions.authorization : basic(address, password),
    },
    body: token ? soap(inbox, { impersonate: `<t:PrincipalName>${address}</t:PrincipalName>` }) : soap(inbox),
  });
  const text = await answer.body.text();
  expect(text.includes("NoError")).toBe(answer.statusCode === 200);
  return answer.statusCode;
}

const organization = (settings: Row): Promise<Row[]> =>
  sessions.online.must("Set-OrganizationConfig", settings);

describe("EWS in Exchange Online", () => {
  test("is there only where neither organization nor mailbox turn it off", async () => {
    await sessions.online.must("Set-CASMailbox", { Identity: uma, EwsEnabled: false });
    expect([await opens("online", uma), await opens("online", victor)]).toEqual([403, 200]);
    expect(await sessions.online.must("Get-CASMailbox", { Identity: uma })).toMatchObject([
      { EwsEnabled: false },
    ]);
    await sessions.online.must("Set-CASMailbox", { Identity: uma, EwsEnabled: true });
    expect(await opens("online", uma)).toBe(200);
    await organization({ EwsEnabled: false });
    expect([await opens("online", uma), await opens("online", victor)]).toEqual([403, 403]);
    expect(await opens("onPremises", anna)).toBe(200);
  });

  test("is for the applications on the list, where there is one and EwsEnabled is true", async () => {
    await organization({ EwsAllowedAppIDs: "11111111-2222-3333-4444-555555555555" });
    expect([await opens("online", uma), await opens("online", uma, { token: true })]).toEqual([403, 403]);
    const [application] = sessions.world.organization.store.applications;
    await organization({ EwsAllowedAppIDs: `11111111-2222-3333-4444-555555555555,${application?.appId}` });
    expect([await opens("online", uma), await opens("online", uma, { token: true })]).toEqual([403, 200]);
    await organization({ EwsEnabled: null });
    expect(await opens("online", uma)).toBe(200);
  });

  test("ends on the tenant's day for who has not kept it by switch and list, and for all on 2027-04-01", async () => {
    const { settings, store } = sessions.world.organization;
    settings.ewsRetired = Date.UTC(2026, 9, 1);
    expect(await opens("online", uma)).toBe(200);
    now = Date.UTC(2026, 9, 1);
    expect([await opens("online", uma), await opens("online", uma, { token: true })]).toEqual([403, 403]);
    await organization({ EwsEnabled: true, EwsAllowedAppIDs: store.applications[0]?.appId });
    expect([await opens("online", uma), await opens("online", uma, { token: true })]).toEqual([403, 200]);
    now = Date.UTC(2027, 3, 1);
    expect(await opens("online", uma, { token: true })).toBe(403);
    expect(await opens("onPremises", anna)).toBe(200);
  });
});

describe("who may use EWS by user agent", () => {
  test("is said by lists of the organization and of mailboxes", async () => {
    await organization({
      EwsApplicationAccessPolicy: "EnforceAllowList",
      EwsAllowList: ["Good/*", "Exact (1)"],
    });
    expect(await opens("online", uma, { agent: "Good/1.0 (x)" })).toBe(200);
    expect(await opens("online", uma, { agent: "exact (1)" })).toBe(200);
    expect(await opens("online", uma, { agent: "Better/1.0" })).toBe(403);
    await organization({ EwsApplicationAccessPolicy: "EnforceBlockList", EwsBlockList: ["Bad*"] });
    expect(await opens("online", uma, { agent: "Better/1.0" })).toBe(200);
    expect(await opens("online", uma, { agent: "Bad/2" })).toBe(403);
    await sessions.online.must("Set-CASMailbox", {
      Identity: uma,
      EwsApplicationAccessPolicy: "EnforceBlockList",
      EwsBlockList: ["Better*"],
    });
    expect([
      await opens("online", uma, { agent: "Better/1.0" }),
      await opens("online", victor, { agent: "Better/1.0" }),
    ]).toEqual([403, 200]);
  });

  test("has switches of its own for Microsoft's clients", async () => {
    await organization({ EwsAllowMacOutlook: false });
    expect(await opens("online", uma, { agent: "MacOutlook/16.9 (x)" })).toBe(403);
    await organization({ EwsAllowMacOutlook: true, EwsApplicationAccessPolicy: "EnforceAllowList" });
    expect(await opens("online", uma, { agent: "MacOutlook/16.9 (x)" })).toBe(200);
    expect(await opens("online", uma)).toBe(403);
  });

  test("on servers of one's own a mailbox's switch counts more than the organization's", async () => {
    const { onPremises } = sessions;
    await onPremises.must("Set-OrganizationConfig", { EwsEnabled: false });
    await onPremises.must("Set-CASMailbox", { Identity: anna, EwsEnabled: true });
    expect([await opens("onPremises", anna), await opens("onPremises", "ben.fischer@contoso.com")]).toEqual([
      200, 403,
    ]);
  });
});
