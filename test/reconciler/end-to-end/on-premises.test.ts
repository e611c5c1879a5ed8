import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { mailOf, type Scene, startScene } from "./scene.ts";
import type { Intake } from "../../../stacks/config/types.ts";

// Whole processes, on a machine that may have much else to do.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const anna = "anna.weber@contoso.com";
const nils = "nils.berger@contoso.com";
const journalAt = "journal@siu.contoso.com";
const signature = "<p>Anna Weber, Contoso Ltd</p>";
const common = { name: "Intake", adopt: false };

let scene: Scene;

/** Servers of one's own sign their mail by a rule, which says so in a header; `intake` tells the daemon where copies come from. */
async function open(intake: () => Intake, copyTo: string[] = []): Promise<void> {
  scene = await startScene({ environment: "onPremises" });
  scene.make("onPremises", "TransportRule", {
    Name: "Signature",
    State: "Enabled",
    Priority: 0,
    Mode: "Enforce",
    FromScope: "InOrganization",
    ApplyHtmlDisclaimerText: signature,
    ApplyHtmlDisclaimerLocation: "Append",
    ApplyHtmlDisclaimerFallbackAction: "Ignore",
    SetHeaderName: "X-CodeTwoProcessed",
    SetHeaderValue: "true",
    ...(copyTo.length > 0 && { BlindCopyTo: copyTo }),
  });
  await scene.start();
  const answer = await scene.put({ intake: intake() });
  expect([answer.status, await answer.text()]).toEqual([204, ""]);
}

async function updated(messageId: string): Promise<void> {
  const rows = await scene.daemon().until((rows) => rows.get(messageId)?.done !== undefined);
  expect(rows.get(messageId)).toMatchObject({ outcome: "updated", items: 1, mailboxes: [anna] });
  const copies = scene.copies(anna, messageId);
  expect(copies).toHaveLength(1);
  expect(copies[0]?.html).toMatch(/what we talked about[^]*Contoso Ltd/);
}

const ways: [name: string, intake: () => Intake, copyTo: string[]][] = [
  [
    "a journal",
    () => ({
      ...common,
      via: "journal",
      address: journalAt,
      smartHost: "siu.contoso.com",
      clientCertificateName: "mail.contoso.com",
      listen: scene.listen("siu.contoso.com"),
    }),
    [],
  ],
  [
    "an intake mailbox",
    () => ({ ...common, via: "mailbox", address: nils, read: "ews", retentionDays: 7 }),
    [nils],
  ],
];

describe.each(ways)("by %s", (name, intake, copyTo) => {
  beforeAll(async () => {
    await open(intake, copyTo);
    if (name === "a journal")
      scene.make("onPremises", "JournalRule", {
        Name: "All mail",
        JournalEmailAddress: journalAt,
        Recipient: null,
        Scope: "Global",
        Enabled: true,
      });
  });
  afterAll(() => scene.close());

  test("a sent copy shows what the recipients got, and so does one of mail that the daemon was not there for", async () => {
    await updated(await scene.send(anna));
    await scene.kill();
    const messageId = await scene.send(anna);
    await scene.start();
    await updated(messageId);
  });
});

describe("by a relay of one's own", () => {
  beforeAll(() =>
    open(() => ({ via: "relay", allow: ["127.0.0.1"], listen: scene.listen("siu.contoso.com") })),
  );
  afterAll(() => scene.close());

  /** What the relay, or who says that he is, brings of a message. */
  const bring = (messageId: string, more: string[] = []): Promise<string> => {
    const raw = mailOf(anna, messageId, ["carl@fabrikam.example"], more);
    return scene.bring(scene.ports["siu.contoso.com"] ?? 0, {
      from: anna,
      to: "carl@fabrikam.example",
      raw: raw.replace("</body>", `${signature}</body>`),
    });
  };

  test("a sent copy shows what the recipients got", async () => {
    const messageId = await scene.send(anna);
    expect(await bring(messageId, ["X-CodeTwoProcessed: true"])).toMatch(/^250 /);
    await updated(messageId);
  });

  test("what nobody has stamped, or comes from elsewhere, is refused", async () => {
    const messageId = await scene.send(anna);
    expect(await bring(messageId)).toMatch(/^550 5\.7\.1 Origin not proved/);
    const listen = scene.listen("siu.contoso.com");
    expect((await scene.put({ intake: { via: "relay", allow: ["192.0.2.0/24"], listen } })).status).toBe(204);
    expect(await bring(messageId, ["X-CodeTwoProcessed: true"])).toMatch(/^550 5\.7\.1 Origin not proved/);
    expect(scene.copies(anna, messageId)[0]?.html).not.toContain("Contoso Ltd");
  });
});
