import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { provision } from "../../emulator/smtp/mail-world.ts";
import { listeners, mailOf, type Scene, startScene } from "./scene.ts";
import type { Intake } from "../../../stacks/config/types.ts";

// Whole processes, on a machine that may have much else to do.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const anna = "anna.weber@contoso.com";
const uma = "uma.patel@contoso.com";
const victor = "victor.hugo@contoso.com";
const nils = "nils.berger@contoso.com";
const [stampedHost, journalHost] = listeners;
const stampedAt = `stamped@${stampedHost}`;
const journalAt = `journal@${journalHost}`;

let scene: Scene;

const shared = { name: "Intake", adopt: false, clientCertificateName: "mail.protection.outlook.com" };
const ways = {
  connector: () => ({
    ...shared,
    via: "connector" as const,
    address: stampedAt,
    smartHost: stampedHost,
    listen: scene.listen(stampedHost),
  }),
  journal: () => ({
    ...shared,
    via: "journal" as const,
    address: journalAt,
    smartHost: journalHost,
    listen: scene.listen(journalHost),
  }),
  "mailbox by Graph": () => ({ ...mailbox, address: victor, read: "graph" as const }),
  "mailbox by EWS": () => ({ ...mailbox, address: nils, read: "ews" as const }),
} satisfies Record<string, () => Intake>;
type Way = keyof typeof ways;
/** What there is no event for is asked for so long. */
const patience = { timeout: 60_000, interval: 100 };
const mailbox = { via: "mailbox" as const, name: "Intake", adopt: false, retentionDays: 7 };

/** Mail of the senders goes to the relay, and copies of what is stamped the given ways to the daemon. */
async function open(...names: Way[]): Promise<void> {
  scene = await startScene({ environment: "hybrid" });
  const { organization } = scene.world;
  provision(organization, ["intakeRule", ...(names.includes("connector") ? [] : ["intakeConnector"])]);
  for (const [index, name] of names.entries()) {
    const way = ways[name]();
    if (way.via === "journal")
      scene.make("online", "JournalRule", {
        Name: name,
        JournalEmailAddress: journalAt,
        Recipient: null,
        Scope: "Global",
        Enabled: true,
      });
    else
      scene.make("online", "TransportRule", {
        Name: name,
        State: "Enabled",
        Priority: index + 1,
        Mode: "Enforce",
        HeaderMatchesMessageHeader: "X-CodeTwoProcessed",
        HeaderMatchesPatterns: ["^true$"],
        HeaderContainsMessageHeader: "X-MS-Exchange-Organization-MessageDirectionality",
        HeaderContainsWords: ["Originating"],
        BlindCopyTo: [way.address],
        RuleErrorAction: "Ignore",
      });
  }
  await scene.start();
  const answer = await scene.put({ intake: names.map((name) => ways[name]()) });
  expect([answer.status, await answer.text()]).toEqual([204, ""]);
}

/** The copies of messages show the signature, each as one item, and the audit says so. */
async function updated(mails: Map<string, string>): Promise<void> {
  const rows = await scene.daemon().until((rows) => [...mails.keys()].every((id) => rows.get(id)?.done));
  for (const [messageId, from] of mails) {
    expect(rows.get(messageId)).toMatchObject({ outcome: "updated", items: 1, mailboxes: [from] });
    const copies = scene.copies(from, messageId);
    expect(copies).toHaveLength(1);
    expect(copies[0]?.html).toMatch(/what we talked about[^]*Contoso Ltd/);
    expect(copies[0]?.attachments).toHaveLength(1);
  }
}

/** Messages in somebody's Inbox. */
function lyingIn(owner: string): number {
  for (const side of scene.world.organization.store.sides.values())
    for (const box of side.mailboxes.values()) {
      const home = [...side.recipients.values()].find(({ guid }) => guid === box.owner);
      if (home?.primarySmtpAddress !== owner) continue;
      const inbox = [...box.folders.values()].find(({ distinguishedId }) => distinguishedId === "inbox");
      return [...box.items.values()].filter(({ folderId }) => folderId === inbox?.id).length;
    }
  throw new Error(`${owner} has no mailbox`);
}

async function counts(): Promise<Record<string, number>> {
  const answer = await scene.daemon().call("/status");
  return ((await answer.json()) as { messages: Record<string, number> }).messages;
}

describe.each(Object.keys(ways) as Way[])("by %s", (name) => {
  const mails = new Map<string, string>();
  beforeAll(() => open(name));
  afterAll(() => scene.close());

  test("sent copies on both sides of a hybrid organization show what the recipients got", async () => {
    mails.set(await scene.send(anna), anna).set(await scene.send(uma), uma);
    await updated(mails);
  });

  test("so do those of what was sent while the daemon was dead, and nothing is done twice", async () => {
    await scene.kill();
    mails.set(await scene.send(anna), anna).set(await scene.send(uma), uma);
    await scene.start();
    await updated(mails);
    expect(await counts()).toEqual({ updated: mails.size });
  });

  test("a forgery of somebody who has received the mail changes nothing, and is recorded", async () => {
    const [messageId = ""] = mails.keys();
    const before = JSON.stringify(scene.copies(anna, messageId));
    const way = ways[name]();
    const raw = mailOf(
      anna,
      messageId,
      [way.address],
      [
        "X-CodeTwoProcessed: true",
        "X-CodeTwo-MessageID: forged",
        "X-MS-Exchange-Organization-MessageDirectionality: Originating",
        "X-MS-Exchange-Organization-AuthAs: Internal",
        `X-MS-Exchange-CrossTenant-Id: ${scene.world.organization.store.tenantId}`,
      ],
    );
    if ("listen" in way) {
      // At the daemon itself: as nobody, and as somebody with a certificate of his own.
      for (const names of [[], ["mail.fabrikam.example"]]) {
        const answer = await scene.bring(Number(way.listen.port), {
          from: anna,
          to: way.address,
          raw,
          names,
        });
        expect(answer).toMatch(/^550 5\.7\.1 Origin not proved/);
      }
    } else {
      // Through the front door, to the intake mailbox.
      const { onPremises, online = "" } = scene.world.mail;
      const port = Number((way.read === "ews" ? onPremises : online).split(":")[1]);
      const mail = { from: "mallory@fabrikam.example", to: way.address, raw };
      expect(await scene.bring(port, mail)).toMatch(/^250 /);
    }
    await vi.waitFor(async () => expect((await counts())["refused"]).toBeGreaterThan(0), patience);
    expect(JSON.stringify(scene.copies(anna, messageId))).toBe(before);
  });
});

test("what comes in two ways is worked on once", async () => {
  await open("connector", "mailbox by Graph");
  try {
    await updated(new Map([[await scene.send(anna), anna]]));
    await scene.world.mail.idle();
    await vi.waitFor(() => expect(lyingIn(victor)).toBe(0), patience);
    expect(await counts()).toEqual({ updated: 1 });
  } finally {
    await scene.close();
  }
});

test("where the settings name Exchange Online alone, its mailboxes are updated, and others left alone", async () => {
  await open("connector");
  try {
    const { online } = scene.mailboxes;
    if (!online) throw new Error("Exchange Online is missing");
    expect((await scene.put({ intake: ways.connector(), mailboxes: { online } })).status).toBe(204);
    const elsewhere = await scene.send(anna);
    await updated(new Map([[await scene.send(uma), uma]]));
    const rows = await scene.daemon().until((rows) => rows.get(elsewhere)?.done !== undefined);
    expect(rows.get(elsewhere)).toMatchObject({ outcome: "skipped", reason: "no-mailbox" });
    expect(scene.copies(anna, elsewhere)[0]?.html).not.toContain("Contoso Ltd");
  } finally {
    await scene.close();
  }
});
