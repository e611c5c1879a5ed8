import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFolder } from "../folder-tree.ts";
import { copyItem, findFolder, moveItem, removeItem, replaceItem, storeMessage } from "../mailbox.ts";
import { createOrganization, type Organization } from "../organization.ts";
import { recipientByAddress, sideOf, type Mailbox } from "../store.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mailbox-file-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

const anna = "anna.weber@contoso.com";
const mime = Buffer.from(
  'From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nPDF\r\n--b--\r\n',
);

function mailboxOf(organization: Organization): Mailbox {
  const side = sideOf(organization, "onPremises");
  const mailbox = side.mailboxes.get(recipientByAddress(side, anna)?.guid ?? "");
  if (!mailbox) throw new Error("Anna has no mailbox");
  return mailbox;
}

async function fileOf({ owner }: Mailbox): Promise<string> {
  const name = (await readdir(join(folder, "mailboxes"))).find((each) => each.startsWith(owner));
  return join(folder, "mailboxes", name ?? "none");
}

/** All that a mailbox holds, content included. */
function contentOf(mailbox: Mailbox): unknown {
  return structuredClone({
    folders: [...mailbox.folders.values()],
    removed: mailbox.removed ?? [],
    items: [...mailbox.items.values()].map((item) => ({
      ...item,
      mime: Buffer.from(item.mime).toString("latin1"),
      attachments: item.attachments.map((each) => ({
        ...each,
        content: Buffer.from(each.content).toString("latin1"),
      })),
    })),
  });
}

const command = fc.record({
  do: fc.constantFrom("add", "body", "read", "move", "copy", "remove", "folder"),
  which: fc.nat(100),
});

async function perform(
  organization: Organization,
  { do: what, which }: { do: string; which: number },
): Promise<void> {
  const mailbox = mailboxOf(organization);
  const all = [...mailbox.items.values()];
  const item = all[which % Math.max(1, all.length)];
  const target = findFolder(mailbox, which % 2 === 0 ? "inbox" : "drafts")?.id ?? "";
  if (what === "folder") {
    createFolder(organization, mailbox, `${mailbox.owner}-msgfolderroot`, `f${which}`);
  } else if (what === "add" || !item) await storeMessage(organization, mailbox, target, mime, { at: which });
  else if (what === "body")
    replaceItem(organization, mailbox, {
      ...item,
      html: `<p>${"x".repeat(which)}</p>`,
      subject: `s${which}`,
    });
  else if (what === "read") replaceItem(organization, mailbox, { ...item, isRead: !item.isRead });
  else if (what === "move") moveItem(organization, mailbox, item, target);
  else if (what === "copy") copyItem(organization, mailbox, item, target);
  else removeItem(organization, mailbox, item);
  await organization.settled();
}

test("a file that ends anywhere holds the mailbox as it was after some change, and that change is the last one written whole", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { minLength: 1, maxLength: 12 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(0, 7),
      async (commands, cut, items) => {
        await rm(folder, { recursive: true, force: true });
        const first = await createOrganization({ dataFolder: folder, items });
        const mailbox = mailboxOf(first);
        const file = await fileOf(mailbox);
        const states = [{ size: (await stat(file)).size, content: contentOf(mailbox) }];
        for (const each of commands) {
          await perform(first, each);
          states.push({ size: (await stat(file)).size, content: contentOf(mailbox) });
        }
        const numbers = first.nextId();
        await first.flush();
        const [start, end] = [states[0]?.size ?? 0, states.at(-1)?.size ?? 0];
        const size = Math.round(start + (end - start) * cut);
        await truncate(file, size);
        const second = await createOrganization({ dataFolder: folder });
        const expected = states.findLast((state) => state.size <= size);
        expect(contentOf(mailboxOf(second))).toEqual(expected?.content);
        expect(second.nextId()).toBeGreaterThan(numbers);
        // What comes next is written where the broken end was.
        await perform(second, { do: "add", which: 1 });
        await second.flush();
        const third = await createOrganization({ dataFolder: folder });
        expect(contentOf(mailboxOf(third))).toEqual(contentOf(mailboxOf(second)));
      },
    ),
    { numRuns: 15 },
  );
});

test("a file that is damaged before its end is refused, by name", async () => {
  const first = await createOrganization({ dataFolder: folder });
  const file = await fileOf(mailboxOf(first));
  await perform(first, { do: "add", which: 1 });
  await perform(first, { do: "add", which: 2 });
  await first.flush();
  const bytes = await readFile(file);
  bytes.writeUInt8(bytes.readUInt8(60) ^ 0xff, 60);
  await writeFile(file, bytes);
  const second = await createOrganization({ dataFolder: folder });
  expect(() => mailboxOf(second).items.size).toThrow(`The data file ${file} is damaged`);
});

test("what did not change is not written again", async () => {
  const first = await createOrganization({ dataFolder: folder });
  const mailbox = mailboxOf(first);
  const large = Buffer.concat([mime, Buffer.alloc(5_000_000, "x")]);
  const { id } = await storeMessage(first, mailbox, "inbox", large, { at: 1 });
  await first.settled();
  const before = (await stat(await fileOf(mailbox))).size;
  const item = mailbox.items.get(id);
  if (!item) throw new Error("It is gone.");
  replaceItem(first, mailbox, { ...item, categories: ["Red"] });
  await first.settled();
  expect((await stat(await fileOf(mailbox))).size - before).toBeLessThan(10_000);
  await first.flush();
});

test("a mailbox that was never finished is not taken up, and one that went leaves no file", async () => {
  const first = await createOrganization({ dataFolder: folder });
  const mailbox = mailboxOf(first);
  const file = await fileOf(mailbox);
  await cp(file, join(folder, "mailboxes", "stranger-1.log"));
  sideOf(first, "onPremises").mailboxes.delete(mailbox.owner);
  await first.flush();
  expect(await readdir(join(folder, "mailboxes"))).not.toContain(file.split("/").at(-1));
  await createOrganization({ dataFolder: folder });
  expect(await readdir(join(folder, "mailboxes"))).not.toContain("stranger-1.log");
});
