import { watch } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { basic } from "../admin/session.ts";
import { soap } from "../ews/client.ts";
import { createXml, setXml, updateXml } from "../ews/requests.ts";
import { copyItem, findFolder, removeItem, replaceItem, storeMessage } from "../mailbox.ts";
import { createOrganization, type Organization } from "../organization.ts";
import { recipientByAddress, sideOf, type Item, type Mailbox } from "../store.ts";
import { startServerProcess } from "./server-process.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "shorten-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

const mime = Buffer.from("From: a@b.example\r\nSubject: x\r\n\r\nHello\r\n");

function mailboxOf(organization: Organization): Mailbox {
  const side = sideOf(organization, "onPremises");
  const mailbox = side.mailboxes.get(recipientByAddress(side, "anna.weber@contoso.com")?.guid ?? "");
  if (!mailbox) throw new Error("Anna has no mailbox.");
  return mailbox;
}

async function fileOf({ owner }: Mailbox): Promise<string> {
  const name = (await readdir(join(folder, "mailboxes"))).find((each) => each.startsWith(owner));
  return join(folder, "mailboxes", name ?? "none");
}

function contentOf(mailbox: Mailbox): unknown {
  return {
    removed: mailbox.removed,
    items: [...mailbox.items.values()].map((item) => ({
      ...item,
      mime: Buffer.from(item.mime).toString("latin1"),
    })),
  };
}

/** Changes an item so often that most of its mailbox's file is out of date. */
async function waste(organization: Organization, mailbox: Mailbox, id: string, times: number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const before = mailbox.items.get(id);
    if (!before) throw new Error("It is gone.");
    replaceItem(organization, mailbox, { ...before, mime: Buffer.alloc(1_000_000, time), text: `t${time}` });
    await organization.settled();
  }
}

test("a file does not grow with what was changed away, and everything is still there", async () => {
  const first = await createOrganization({ dataFolder: folder, items: 20 });
  const mailbox = mailboxOf(first);
  const { id } = await storeMessage(first, mailbox, "inbox", mime, { at: 1 });
  await first.settled();
  const held = mailbox.items.get(id) as Item;
  await waste(first, mailbox, id, 30);
  await first.shortened();
  expect((await stat(await fileOf(mailbox))).size).toBeLessThan(12_000_000);
  expect(mailbox.items.get(id)?.text).toBe("t29");
  // Who held the item before its file was written anew can read it for a while.
  expect(Buffer.from(held.mime)).toEqual(mime);
  await first.flush();
  expect(contentOf(mailboxOf(await createOrganization({ dataFolder: folder })))).toEqual(contentOf(mailbox));
});

test("what changes while a file is written anew has its turn, and is in the new file", async () => {
  const first = await createOrganization({ dataFolder: folder, items: 20 });
  const mailbox = mailboxOf(first);
  const stored: string[] = [];
  for (let index = 0; index < 12; index++) {
    const item = await storeMessage(first, mailbox, "inbox", Buffer.alloc(1_000_000, 65 + index), {
      at: index,
    });
    stored.push(item.id);
  }
  await first.settled();
  let over = false;
  const [last = "", gone = "", copied = ""] = stored;
  await waste(first, mailbox, last, 50);
  const written = first.shortened().then(() => (over = true));
  let turns = 0;
  for (; !over; turns++) {
    const item = mailbox.items.get(stored[turns % 12 || 3] ?? "");
    if (item) replaceItem(first, mailbox, { ...item, text: `turn ${turns}` });
    if (turns === 1) removeItem(first, mailbox, mailbox.items.get(gone) as Item);
    if (turns === 2)
      copyItem(first, mailbox, mailbox.items.get(copied) as Item, findFolder(mailbox, "drafts")?.id ?? "");
    await first.settled();
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
  await written;
  expect(turns).toBeGreaterThan(3);
  await first.flush();
  expect(contentOf(mailboxOf(await createOrganization({ dataFolder: folder })))).toEqual(contentOf(mailbox));
});

interface Ready {
  ews: string;
  users: { upn: string; password: string }[];
}

/** A body that is large and says which one it is. */
function bodyXml(mark: string): string {
  return `<t:Body BodyType="Text">${mark} ${"x".repeat(700_000)}</t:Body>`;
}

test("whoever is killed while a file is written anew has lost nothing", async () => {
  const bodies = new Map<string, string[]>();
  // The last start only looks.
  for (const moment of [...fc.sample(fc.integer({ min: 1, max: 6 }), 3), undefined]) {
    const server = await startServerProcess<Ready>(folder);
    const { ews, users } = server.ready;
    const [{ upn, password } = { upn: "", password: "" }] = users;
    const ask = async (operation: string): Promise<string> => {
      const headers = { "Content-Type": "text/xml", Authorization: basic(upn, password) };
      const text = await (await fetch(ews, { method: "POST", headers, body: soap(operation) })).text();
      if (!text.includes("NoError")) throw new Error(text);
      return text;
    };
    try {
      for (const [id, possible] of bodies) {
        const found = await ask(
          `<m:GetItem><m:ItemShape><t:BaseShape>Default</t:BaseShape><t:BodyType>Text</t:BodyType></m:ItemShape><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:GetItem>`,
        );
        expect(possible).toContain(/<t:Body [^>]*>(\S+) x/.exec(found)?.[1]);
      }
      if (moment === undefined) return;
      if (bodies.size === 0)
        for (let index = 0; index < 5; index++) {
          const created = await ask(createXml({ before: bodyXml("first"), folder: "drafts", flags: "" }));
          bodies.set(/<t:ItemId Id="([^"]+)"/.exec(created)?.[1] ?? "", ["first"]);
        }
      let seen = 0;
      const watcher = watch(join(folder, "mailboxes"), (_, name) => {
        if (name?.endsWith(".new") && ++seen === moment) void server.kill();
      });
      const change = async (id: string): Promise<void> => {
        for (let turn = 0; ; turn++) {
          const mark = `${moment}.${turn}`;
          bodies.set(id, [mark, ...(bodies.get(id) ?? [])]);
          await ask(updateXml({ id }, setXml("item:Body", bodyXml(mark)), "AlwaysOverwrite"));
          bodies.set(id, [mark]);
        }
      };
      const ends = await Promise.allSettled([...bodies.keys()].map(change));
      watcher.close();
      for (const end of ends)
        expect(end).toMatchObject({
          reason: { message: expect.stringMatching(/fetch failed|ECONN|closed?|terminated|socket/i) },
        });
      expect(seen).toBeGreaterThanOrEqual(moment);
    } finally {
      await server.kill();
    }
  }
}, 120_000);
