import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEwsMailboxes } from "../../reconciler/mailbox/ews/adapter.ts";
import { createGraphMailboxes } from "../../reconciler/mailbox/graph/adapter.ts";
import { storeMessage } from "../emulator/mailbox.ts";
import { type Mailbox, recipientByAddress, sideOf, type SideName } from "../emulator/store.ts";
import { startEmbedded } from "./embedded.ts";
import { startEmbeddedGraph } from "./embedded-graph.ts";
import type { Inbox } from "../../reconciler/mailbox/inbox.ts";
import type { Organization } from "../emulator/organization.ts";

/** An adapter, and the organization behind it. */
interface Open {
  inbox: Inbox;
  /** The same, which reads short answers only. */
  narrow: Inbox;
  organization: Organization;
  close: () => Promise<void>;
}

const maxAnswer = 4_000;

const adapters: [
  name: string,
  mailbox: string,
  side: SideName,
  watches: boolean,
  open: () => Promise<Open>,
][] = [
  [
    "EWS of the embedded Exchange",
    "nils.berger@contoso.com",
    "onPremises",
    true,
    async () => {
      const { options, organization, close } = await startEmbedded("Alias -ne 'tina.vogel'");
      const ews = createEwsMailboxes(options);
      const narrow = createEwsMailboxes({ ...options, maxAnswer });
      return {
        inbox: ews.inbox,
        narrow: narrow.inbox,
        organization,
        close: async () => void (await ews.close(), await narrow.close(), await close()),
      };
    },
  ],
  [
    "Graph of the embedded Exchange",
    "uma.patel@contoso.com",
    "online",
    false,
    async () => {
      const { options, organization, close } = await startEmbeddedGraph("Alias -ne 'victor.hugo'");
      const graph = createGraphMailboxes(options);
      const narrow = createGraphMailboxes({ ...options, maxAnswer });
      return {
        inbox: graph.inbox,
        narrow: narrow.inbox,
        organization,
        close: async () => void (await graph.close(), await narrow.close(), await close()),
      };
    },
  ],
];

describe.for(adapters)("%s", ([, mailbox, side, watches, openAdapter]) => {
  let open: Open;
  beforeAll(async () => {
    open = await openAdapter();
  });
  afterAll(() => open.close());

  function box(): Mailbox {
    const exchange = sideOf(open.organization, side);
    const found = exchange.mailboxes.get(recipientByAddress(exchange, mailbox)?.guid ?? "");
    if (!found) throw new Error(`${mailbox} has no mailbox`);
    return found;
  }

  /** Delivers a message into the Inbox, and answers its lines. */
  async function deliver(...headers: string[]): Promise<string[]> {
    const { organization } = open;
    const lines = [
      "Received: from mail.contoso.com by mail.contoso.com; Wed, 25 Nov 2026 10:00:00 +0000",
      "X-CodeTwoProcessed: true",
      "X-MS-Exchange-Organization-MessageDirectionality: Originating",
      ...headers,
      `Message-ID: <${randomUUID()}@contoso.com>`,
      "From: Anna Weber <anna.weber@contoso.com>",
      "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: 8bit",
      "",
      "Grüße 😀",
      ...Array.from({ length: 100 }, () => "Line after line of what was written, until it is too much."),
    ];
    await storeMessage(organization, box(), "inbox", Buffer.from(`${lines.join("\r\n")}\r\n`), {
      at: organization.now(),
      isRead: false,
    });
    return lines;
  }

  test("lists the oldest messages first, as many as it is asked for", async () => {
    await deliver();
    await deliver();
    await deliver();
    const all = await open.inbox.list(mailbox, 50);
    expect(all).toHaveLength(3);
    expect(await open.inbox.list(mailbox, 2)).toEqual(all.slice(0, 2));
  });

  test("gives a message as it came, with the headers of its journey", async () => {
    const lines = await deliver("X-CodeTwo-MessageID: p1");
    const id = (await open.inbox.list(mailbox, 50)).at(-1) ?? "";
    const mime = Buffer.from((await open.inbox.mime(mailbox, id)) ?? []).toString();
    for (const line of lines.slice(0, 4)) expect(mime).toContain(line);
    expect(mime).toContain("Grüße 😀");
  });

  test("gives the header alone of a message that is too large to be read", async () => {
    const lines = await deliver("X-CodeTwo-MessageID: p2");
    const id = (await open.inbox.list(mailbox, 50)).at(-1) ?? "";
    await expect(open.narrow.mime(mailbox, id)).rejects.toMatchObject({ code: "TOO_LARGE" });
    const head = Buffer.from((await open.narrow.head(mailbox, id)) ?? []).toString();
    for (const line of lines.slice(0, 4)) expect(head).toContain(line);
    expect(head).not.toContain("😀");
    await open.inbox.remove(mailbox, [id]);
    expect(await open.inbox.head(mailbox, id)).toBeUndefined();
  });

  test("removes messages for good, and passes over those that are gone", async () => {
    const ids = await open.inbox.list(mailbox, 50);
    await open.inbox.remove(mailbox, ids);
    await open.inbox.remove(mailbox, ids);
    await open.inbox.remove(mailbox, []);
    expect(await open.inbox.list(mailbox, 50)).toEqual([]);
    expect(await open.inbox.mime(mailbox, ids[0] ?? "")).toBeUndefined();
  });

  test("sets messages aside in a folder of their own, and passes over those that are gone", async () => {
    await deliver();
    await deliver();
    const [first = "", second = ""] = await open.inbox.list(mailbox, 50);
    await open.inbox.setAside(mailbox, first);
    await open.inbox.setAside(mailbox, second);
    await open.inbox.remove(mailbox, [second]);
    await open.inbox.setAside(mailbox, second);
    expect(await open.inbox.list(mailbox, 50)).toEqual([]);
    const named = [...box().folders.values()].filter(({ displayName }) => displayName === "Not taken in");
    expect(named).toHaveLength(1);
    const held = [...box().items.values()].filter(({ folderId }) => folderId === named[0]?.id);
    expect(held).not.toEqual([]);
  });

  test("says what to do about a mailbox that may not be opened", async () => {
    const denied = side === "online" ? "victor.hugo@contoso.com" : "tina.vogel@contoso.com";
    await expect(open.inbox.list(denied, 1)).rejects.toMatchObject({ code: "ACCESS_DENIED" });
  });

  if (!watches) return;
  test("tells of new mail without being asked, until it is told to stop", async () => {
    const end = new AbortController();
    let told = 0;
    let heard = (): void => {};
    const next = (): Promise<void> => new Promise((resolve) => (heard = resolve));
    const first = next();
    const watching = open.inbox.watch(mailbox, () => (told++, heard()), end.signal);
    await first;
    for (let round = 0; round < 3; round++) {
      const news = next();
      await deliver();
      await news;
    }
    end.abort();
    await watching;
    expect(told).toBeGreaterThanOrEqual(4);
  });
});
