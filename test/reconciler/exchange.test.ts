import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectExchange, openExchange } from "../../reconciler/exchange.ts";
import type { OnlineMailboxes, OnPremisesMailboxes, Settings } from "../../stacks/config/types.ts";
import { startEmbeddedGraph, type EmbeddedGraph } from "../contract/embedded-graph.ts";
import { answer, startScriptedServer } from "./mailbox/ews/scripted-server.ts";
import { startEmbedded, type Embedded } from "../contract/embedded.ts";

const anna = "anna.weber@contoso.com";
let here: Embedded;
let there: EmbeddedGraph;
beforeAll(async () => {
  here = await startEmbedded("Alias -like '*'");
  here.organization.settings.extendedProtection = "require";
  there = await startEmbeddedGraph("Alias -like '*'", here.organization);
  here.organization.store.applications[0]?.permissions.push("full_access_as_app");
});
afterAll(async () => {
  await there.close();
  await here.close();
});

/** Opens what settings of these mailboxes name, and lets somebody work with it. */
async function using<T>(
  mailboxes: Settings["mailboxes"],
  work: (open: Awaited<ReturnType<typeof connectExchange>>) => Promise<T>,
): Promise<T> {
  const open = await connectExchange({ mailboxes }, (call) => call());
  try {
    return await work(open);
  } finally {
    await open.mailboxes.close();
  }
}

function online(): OnlineMailboxes {
  const { url: graphUrl, signIn, certificateAuthority = "" } = there.options;
  const { tenantId, clientId, authority: loginUrl } = signIn;
  const clientSecret = here.organization.store.applications[0]?.secret ?? "";
  return { tenantId, application: { clientId, clientSecret }, graphUrl, loginUrl, certificateAuthority };
}

function onPremises(): OnPremisesMailboxes {
  const { certificateAuthority = "" } = here.options;
  const { username: upn, password } = here.account;
  return { account: { upn, password }, certificateAuthority };
}

const ways: [name: string, way: () => Partial<OnPremisesMailboxes>][] = [
  ["Basic, where nothing is said", () => ({})],
  ["NTLM", () => ({ authentication: "ntlm" })],
  [
    "a token",
    () => {
      const { tenantId, application, loginUrl } = online();
      return { oauth: { tenantId, application, loginUrl, resource: "https://mail.contoso.com" } };
    },
  ],
];

describe.for(ways)("servers that are signed in to by %s", ([, way]) => {
  test.for([
    ["a URL", () => ({ ewsUrl: here.options.url })],
    ["Autodiscover", () => ({ autodiscover: here.autodiscover })],
  ] as const)("and are known by %s answer", async ([, place]) => {
    await using({ onPremises: { ...onPremises(), ...way(), ...place() } }, async (open) => {
      await open.ping();
      expect(await open.directory.mailboxOf("a.weber@contoso.com")).toBe(anna);
      expect(await open.mailboxes.find(anna, "<none@contoso.com>")).toEqual([]);
    });
  });
});

test("a hybrid organization is open on both sides, each mailbox where it lives", async () => {
  const mailboxes = { onPremises: { ...onPremises(), ewsUrl: here.options.url }, online: online() };
  await using(mailboxes, async (open) => {
    await open.ping();
    expect(Object.keys(open.inboxes)).toEqual(["onPremises", "online"]);
    for (const mailbox of [anna, "uma.patel@contoso.com"])
      expect(await open.mailboxes.find(mailbox, "<none@contoso.com>")).toEqual([]);
  });
});

test("a server that Autodiscover located is located again when it does not answer there any more", async () => {
  const service = await startScriptedServer();
  const at = (url: string) =>
    answer(200, `<A><Account><Protocol><Type>EXCH</Type><EwsUrl>${url}</EwsUrl></Protocol></Account></A>`);
  service.script(at("https://127.0.0.1:1/EWS/Exchange.asmx"), at(here.options.url));
  const { certificateAuthority = "", ...own } = onPremises();
  const trusted = `${certificateAuthority}\n${service.ca}`;
  const settings = { ...own, autodiscover: `${service.origin}/`, certificateAuthority: trusted };
  await using({ onPremises: settings }, async ({ mailboxes }) => {
    await expect(mailboxes.find(anna, "<none@contoso.com>")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await mailboxes.find(anna, "<none@contoso.com>")).toEqual([]);
    expect(service.seen).toHaveLength(2);
  });
  await service.close();
});

test("a mailbox whose server is busy is left alone for as long as it asks", async () => {
  let time = 0;
  const settings = { mailboxes: { onPremises: { ...onPremises(), ewsUrl: here.options.url } } };
  const called: [string, string | undefined][] = [];
  const exchange = openExchange(
    settings,
    connectExchange,
    () => time,
    (operation, fault) => void called.push([operation, fault]),
  );
  const { mailboxes } = await exchange.connected();
  const { faults } = here.organization;
  faults.add({ protocol: "ews", operation: "FindItem", failure: "throttle", retryAfter: 2, times: 2 });
  const find = () => mailboxes.find(anna, "<none@contoso.com>");
  await expect(find()).rejects.toMatchObject({ code: "THROTTLED", retryAfter: 2000 });
  time = 500;
  await expect(find()).rejects.toMatchObject({ code: "THROTTLED", retryAfter: 1500 });
  time = 2000;
  await expect(find()).rejects.toMatchObject({ code: "THROTTLED", retryAfter: 2000 });
  time = 4000;
  expect(await find()).toEqual([]);
  // What was told without a request is not counted.
  expect(called).toEqual([
    ["find", "THROTTLED"],
    ["find", "THROTTLED"],
    ["find", undefined],
  ]);
  await exchange.close();
});

test("a server that cannot be located is named, with what was tried", async () => {
  const account = { upn: "siu@contoso.invalid", password: "x" };
  await expect(using({ onPremises: { account, autodiscover: true } }, async () => {})).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringMatching(
      /locate the server for 'siu@contoso\.invalid'[^]*https:\/\/autodiscover\.contoso\.invalid/,
    ),
  });
});

test("settings that name neither side, or no way to sign in, are refused", async () => {
  await expect(using({}, async () => {})).rejects.toMatchObject({ code: "BAD_SETTINGS" });
  const { clientId } = online().application;
  const bare = { ...online(), application: { clientId } };
  await expect(using({ online: bare }, async () => {})).rejects.toMatchObject({ code: "BAD_SETTINGS" });
});
