import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { copyItem, findFolder, removeItem, replaceItem } from "../mailbox.ts";
import { readMime } from "../mime.ts";
import { createOrganization, type Organization } from "../organization.ts";
import { recipientByAddress, rows, sideOf, type Item, type Mailbox } from "../store.ts";
import { isUntouched } from "./lazy.ts";
import { headline, letter } from "./letter.ts";
import { aliasOf, populationOf } from "./people.ts";
import { readSeedFile } from "./seed-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "populate-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

const anna = "anna.weber@contoso.com";

function mailboxOf(organization: Organization, address = anna): Mailbox {
  const side = sideOf(organization, "onPremises");
  const mailbox = side.mailboxes.get(recipientByAddress(side, address)?.guid ?? "");
  if (!mailbox) throw new Error(`${address} has no mailbox`);
  return mailbox;
}

function inFolder(mailbox: Mailbox, name: string): Item[] {
  const id = findFolder(mailbox, name)?.id;
  return [...mailbox.items.values()].filter(({ folderId }) => folderId === id);
}

describe("generated people", () => {
  test("are as many as asked for, with addresses of their own, and the same each time", () => {
    const { people } = populationOf(true, 9000);
    const aliases = people.map(({ name, alias = aliasOf(name) }) => alias);
    expect(new Set(aliases).size).toBe(9000);
    expect(aliases.every((alias) => /^[a-z.]+\d*$/.test(alias))).toBe(true);
    expect(populationOf(true, 9000)).toEqual(populationOf(true, 9000));
  });

  test("are on both sides of a hybrid organization, however few", () => {
    for (const count of [2, 3, 5, 20, 23, 24, 60]) {
      const { people } = populationOf(true, count);
      expect(people).toHaveLength(count);
      expect(new Set(people.map(({ home }) => home))).toEqual(new Set(["onPremises", "online"]));
      expect(people[0]?.home).toBe("onPremises");
      expect(populationOf(false, count).people.every(({ home }) => home === "onPremises")).toBe(true);
    }
  });

  test("are in a visible group even when they are few", async () => {
    for (const count of [1, 2, 6, 20, 24]) {
      const organization = await createOrganization({ population: populationOf(true, count) });
      const groups = [...sideOf(organization, "onPremises").recipients.values()].filter(
        (each) => each.members,
      );
      expect(groups.some((group) => !group.hiddenFromAddressLists && group.members?.length)).toBe(true);
    }
  });
});

describe("generated mail", () => {
  const recipe = { seed: 3, owner: { name: "Anna", address: anna }, count: 400, first: 1000, newest: 1.8e12 };

  test("depends on mailbox and number alone, and is ordered by time", () => {
    fc.assert(
      fc.property(fc.nat(398), (index) => {
        expect(letter(recipe, index, [])).toEqual(letter(recipe, index, []));
        expect(headline(recipe, index).at).toBeLessThanOrEqual(headline(recipe, index + 1).at);
      }),
    );
  });

  test("lies in the folders of every mailbox, and Sent Items hold what the owner wrote", async () => {
    const organization = await createOrganization({ items: 40 });
    const mailbox = mailboxOf(organization);
    expect(mailbox.items.size).toBe(40);
    for (const name of ["inbox", "sentitems", "drafts", "deleteditems", "junkemail"])
      expect([name, inFolder(mailbox, name).length > 0]).toEqual([name, true]);
    for (const item of inFolder(mailbox, "sentitems"))
      expect(Buffer.from(item.mime).toString()).toMatch(/^From: "Anna Weber" <anna\.weber@contoso\.com>\r\n/);
    const online = sideOf(organization, "online");
    const uma = recipientByAddress(online, "uma.patel@contoso.com");
    expect(online.mailboxes.get(uma?.guid ?? "")?.items.size).toBe(40);
  });

  test("says of itself what its MIME says", async () => {
    const organization = await createOrganization({ items: 60 });
    for (const item of mailboxOf(organization).items.values()) {
      const { attachments, sent, ...read } = await readMime(item.mime);
      expect(item).toMatchObject(read);
      expect(item.sent - (sent ?? 0)).toBeLessThan(1000);
      expect(item.attachments.map(({ name, content }) => [name, Buffer.from(content)])).toEqual(
        attachments.map(({ name, content }) => [name, Buffer.from(content)]),
      );
    }
  });

  test("is not made before somebody looks", async () => {
    const organization = await createOrganization({ items: 10 });
    const mailbox = mailboxOf(organization);
    expect(isUntouched(mailbox)).toBe(true);
    expect(mailbox.items.size).toBe(10);
    expect(isUntouched(mailbox)).toBe(false);
  });

  test("counts as read and not as edited when only its read flag changes", async () => {
    const organization = await createOrganization({ items: 5 });
    const mailbox = mailboxOf(organization);
    for (const item of mailbox.items.values()) {
      replaceItem(organization, mailbox, { ...item, isRead: !item.isRead });
      expect(mailbox.items.get(item.id)?.edited).toBe(item.edited);
      expect(mailbox.items.get(item.id)?.change).toBeGreaterThan(item.change);
    }
  });

  test("is there again after a restart, with everything that changed since", async () => {
    const first = await createOrganization({ items: 30, dataFolder: folder });
    const mailbox = mailboxOf(first);
    const [read, gone, copied, rewritten] = [...mailbox.items.values()];
    if (!read || !gone || !copied || !rewritten) throw new Error("no items");
    replaceItem(first, mailbox, { ...read, isRead: !read.isRead });
    removeItem(first, mailbox, gone);
    copyItem(first, mailbox, copied, findFolder(mailbox, "inbox")?.id ?? "");
    replaceItem(first, mailbox, { ...rewritten, mime: Buffer.from("Subject: x\r\n\r\ny") });
    await first.flush();
    const second = await createOrganization({ dataFolder: folder });
    const plain = (items: Map<string, Item>): Item[] =>
      [...items.values()].map((item) => ({ ...item, mime: new Uint8Array(item.mime) }));
    expect(plain(mailboxOf(second).items)).toEqual(plain(mailbox.items));
    expect(mailboxOf(second).removed).toEqual(mailbox.removed);
    expect(second.nextId()).toBe(first.nextId());
  });
});

describe("a seed file", () => {
  const yaml = `
people:
  - name: Erika Muster
  - { name: Max Muster, address: max@contoso.com }
groups:
  - { name: Team, members: [erika.muster@contoso.com, max@contoso.com] }
mail:
  - mailbox: max@contoso.com
    folder: sentitems
    to: [erika.muster@contoso.com]
    subject: Grüße
    html: "<p>Hallo <img src='cid:logo'></p>"
    date: 2026-10-01T08:00:00Z
    categories: [Red]
    attachments: [{ name: logo.png, type: image/png, contentId: logo, base64: iVBORw0= }]
  - mailbox: max@contoso.com
    folder: Projects/2026
    mime: |
      Subject: raw

      as it is
`;

  async function seeded(content: string): Promise<Organization> {
    const file = join(folder, "seed.yaml");
    await writeFile(file, content);
    return createOrganization(await readSeedFile(file, true));
  }

  test("fills an organization with its people, groups and mail", async () => {
    const organization = await seeded(yaml);
    const mailbox = mailboxOf(organization, "max@contoso.com");
    const [sent] = inFolder(mailbox, "sentitems");
    expect(sent).toMatchObject({
      subject: "Grüße",
      isRead: true,
      categories: ["Red"],
      created: Date.UTC(2026, 9, 1, 8),
      attachments: [{ name: "logo.png", contentId: "logo", isInline: true }],
    });
    const raw = [...mailbox.items.values()].find(({ subject }) => subject === "raw");
    const year = mailbox.folders.get(raw?.folderId ?? "");
    expect([year?.displayName, mailbox.folders.get(year?.parentId ?? "")?.displayName]).toEqual([
      "2026",
      "Projects",
    ]);
    const team = recipientByAddress(sideOf(organization, "onPremises"), "team@contoso.com");
    expect(team?.members).toHaveLength(2);
  });

  test("says what Exchange Online is like at first, and what the application holds", async () => {
    const organization = await seeded(
      "dehydrated: true\napplication: { directoryRoles: [Global Reader], permissions: [Mail.ReadWrite] }",
    );
    expect(organization.store.applications[0]).toMatchObject({
      directoryRoles: ["Global Reader"],
      permissions: ["Mail.ReadWrite"],
    });
    const [config] = rows(sideOf(organization, "online"), "OrganizationConfig");
    expect(config).toMatchObject({ IsDehydrated: true });
  });

  test.each([
    ["people:\n  - nome: x", "line 2, column 5: people/0/nome is not known here"],
    ["people:\n  - name: 5", "line 2, column 5: people/0/name must be string"],
    ["people: [{ name: A, address: a@else.example }]", "(a@else.example) does not end in @contoso.com"],
    ["people:\n  - name: 李", "line 2, column 5: people/0/name (李) makes no address"],
    [
      "people:\n- name: A B\n- name: a b",
      "line 3, column 3: people/1 has the address a.b@contoso.com, which",
    ],
    ["people: [{ name: Siu }]", "has the address siu@contoso.com"],
    [
      "people: [{ name: Sam }]\ngroups:\n- name: T\n  members:\n  - eve@contoso.com",
      "line 5, column 5: groups/0/members/0 (eve@contoso.com) is none of the other people",
    ],
    ["groups: [{ name: T, members: [t@contoso.com] }]", "is none of the other people and groups"],
    [
      "mail:\n- mailbox: nobody@contoso.com",
      "line 2, column 3: mail/0/mailbox (nobody@contoso.com) is nobody's",
    ],
    ["mail: [{ mailbox: a, date: yesterday }]", "line 1, column 22: mail/0/date must match pattern"],
    ["mail: [{ mailbox: a, importance: Top }]", "must be one of Low, Normal, High"],
    ["application: { roles: [] }", "application/roles is not known here"],
    ["hello", "line 1, column 1: must be object"],
    ["people:\n  - name: [x\nmail: 3", "line 3, column 1: Flow sequence"],
  ])("that says %j is refused with what is wrong", async (content, text) => {
    await expect(seeded(content)).rejects.toThrow(text);
  });
});
