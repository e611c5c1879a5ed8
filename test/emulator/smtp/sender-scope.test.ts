import { afterEach, beforeEach, expect, test } from "vitest";
import type { Row } from "../store.ts";
import {
  anna,
  headerIn,
  intake,
  outsider,
  plain,
  provision,
  startMailWorld,
  uma,
  victor,
  type MailWorld,
} from "./mail-world.ts";

let world: MailWorld;
beforeEach(async () => (world = await startMailWorld()));
afterEach(() => world.close());

const rule = (row: Row): Row => world.rule({ SetHeaderName: "X-Ruled", SetHeaderValue: "yes", ...row });
const ruled = (): (string | undefined)[] =>
  world.folder(uma, "inbox").map(({ mime }) => headerIn(mime, "X-Ruled"));

test("a sender scope finds nobody in what returns from the relay, a header does", async () => {
  provision(world.organization);
  const returned = { HeaderMatchesMessageHeader: "X-CodeTwoProcessed", HeaderMatchesPatterns: ["true"] };
  rule({ ...returned, FromScope: "InOrganization" });
  await world.submit(anna, [uma], plain(anna, uma, "One"));
  await world.flow.idle();
  rule({ ...returned, Name: "Header" });
  await world.submit(anna, [uma], plain(anna, uma, "Two"));
  await world.flow.idle();
  expect(ruled()).toEqual([undefined, "yes"]);
});

test("a sender scope believes a sign-in, not an address", async () => {
  rule({ FromScope: "InOrganization" });
  await world.submit(victor, [uma], plain(victor, uma, "Signed in"));
  await world.flow.idle();
  await world.bring(world.flow.online ?? "", { from: anna, to: [uma] }, plain(anna, uma, "Forged"));
  await world.flow.idle();
  expect(ruled()).toEqual(["yes", undefined]);
});

test("the pattern <> excepts no message with an empty sender", async () => {
  rule({ ExceptIfFromAddressMatchesPatterns: ["<>"], SenderAddressLocation: "HeaderOrEnvelope" });
  await world.bring(
    world.flow.online ?? "",
    { from: "", to: [uma] },
    plain("postmaster@partner.example", uma, "DSN"),
  );
  await world.bring(world.flow.online ?? "", { from: "", to: [uma] }, "Subject: bare\n\nNo sender at all.\n");
  await world.flow.idle();
  expect(ruled()).toEqual(["yes", "yes"]);
});

test("a message with an empty sender that fails costs nobody a report", async () => {
  rule({ RejectMessageReasonText: "No", RejectMessageEnhancedStatusCode: "5.7.1" });
  await world.bring(world.flow.online ?? "", { from: "", to: [uma] }, plain(outsider, uma, "DSN"));
  await world.flow.idle();
  expect(world.events("online").at(-1)).toBe(`Fail ${uma}: 550 5.7.1 TRANSPORT.RULES.RejectMessage; No`);
  expect(world.flow.internet.received).toEqual([]);
  expect(world.organization.store.queue?.size).toBe(0);
});

test.each([true, false])(
  "the organization's own headers travel through a connector (CloudServicesMailEnabled %s)",
  async (keeps) => {
    world.create("OutboundConnector", {
      Name: "Intake",
      Enabled: true,
      RecipientDomains: ["siu.contoso.com"],
      SmartHosts: ["siu.contoso.com"],
      TlsSettings: "EncryptionOnly",
      CloudServicesMailEnabled: keeps,
    });
    await world.submit(uma, [intake], plain(uma, intake, "Hi"));
    await world.flow.idle();
    const mime = world.taken[0]?.mime;
    expect(headerIn(mime, "X-MS-Exchange-CrossPremises-AuthAs")).toBe(keeps ? "Internal" : undefined);
    expect(headerIn(mime, "X-MS-Exchange-CrossPremises-MessageDirectionality")).toBe(
      keeps ? "Originating" : undefined,
    );
    expect(String(mime)).not.toContain("X-MS-Exchange-Organization-");
    expect(headerIn(mime, "X-MS-Exchange-CrossTenant-Id")).toBe(world.organization.store.tenantId);
  },
);
