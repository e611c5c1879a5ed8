import { beforeEach, describe, expect, test } from "vitest";
import { cachedDirectory } from "../../reconciler/directory.ts";
import { Fault } from "../../reconciler/fault.ts";
import { type Job, jobKey } from "../../reconciler/job.ts";
import type { Body, Directory, SentItem } from "../../reconciler/mailbox/port.ts";
import { readMark } from "../../reconciler/mark.ts";
import { type World, reconcile } from "../../reconciler/reconcile.ts";
import type { Turn } from "../../reconciler/standing.ts";
import { type MemoryMailboxes, memoryDirectory, memoryMailboxes, sentItem } from "./memory.ts";
import { settings, stamped } from "./message.ts";

const anna = "anna.weber@contoso.com";
const info = "info@contoso.com";
const messageId = "<m1@contoso.com>";
const original: Body = { type: "html", content: "<p>Hello Carl</p>" };
const start = Date.UTC(2026, 10, 22);

let mailboxes: MemoryMailboxes;
let directory: Directory;
let now: number;
let originals: Map<string, Body>;

beforeEach(() => {
  mailboxes = memoryMailboxes();
  mailboxes.items.set(anna, [sentItem(messageId, original)]);
  directory = memoryDirectory(
    { [anna]: anna, [info]: info, "a.weber@contoso.com": anna },
    { "sales@contoso.com": [anna] },
  );
  now = start;
  originals = new Map();
});

function world(change: Partial<ReturnType<typeof settings>> = {}): World {
  return {
    settings: settings(change),
    connected: async () => ({ mailboxes, directory: cachedDirectory(directory, () => now) }),
    originals: {
      rememberOriginal: async (mailbox, id, body) => {
        const key = `${mailbox} ${id}`;
        if (!originals.has(key)) originals.set(key, body);
      },
      originalOf: async (mailbox, id) => originals.get(`${mailbox} ${id}`),
    },
    now: () => now,
  };
}

function job(change: Partial<Job> = {}): Job {
  return {
    key: jobKey(anna, messageId, "1"),
    messageId,
    senders: [anna],
    arrived: start,
    notBefore: start,
    deadline: start + 3_600_000,
    attempt: 0,
    ...change,
  };
}

const run = (
  raw = stamped(),
  change: Partial<ReturnType<typeof settings>> = {},
  of: Partial<Job> = {},
): Promise<Turn> => reconcile({ job: job(of), raw, attempt: 0 }, world(change));
const items = (mailbox = anna): SentItem[] => mailboxes.items.get(mailbox) ?? [];
const signed = (item: SentItem): boolean => item.body.content.includes("Contoso");
const count = (call: string): number => mailboxes.calls.filter((one) => one === call).length;

describe("a plain message", () => {
  test("its sent copy gets the stamped body, the pictures and the mark, in one update that is read again", async () => {
    const html = '<p>Hello Carl</p><p>Anna <img src="cid:logo@relay"></p>';
    const turn = await run(stamped({ html, pictures: ["logo@relay"] }));
    expect(turn).toMatchObject({ finish: { outcome: "updated", items: 1, mailboxes: [anna] } });
    const [item] = items();
    expect(item?.body).toEqual({ type: "html", content: html });
    expect(item?.attachments.map(({ contentId }) => contentId)).toEqual(["logo@relay"]);
    expect(readMark(item?.mark)?.state).toBe("updated");
    expect(mailboxes.calls).toEqual(["find", "read", "update: picture", "update: body", "read"]);
  });

  test("a text copy gets the stamped text", async () => {
    mailboxes.items.set(anna, [sentItem(messageId, { type: "text", content: "Hello Carl\r\n" })]);
    await run();
    expect(items()[0]?.body).toMatchObject({
      type: "text",
      content: expect.stringContaining("Anna Weber, Contoso"),
    });
  });

  test("ordinary attachments stay, and so do pictures still shown; pictures no longer shown go", async () => {
    const attachment = { contentType: "image/png", isInline: true, isItem: false, size: 1 };
    const body: Body = {
      type: "html",
      content: '<p>Hello Carl <img src="cid:kept"><img src="cid:gone"></p>',
    };
    mailboxes.items.set(anna, [
      sentItem(messageId, body, {
        attachments: [
          { ...attachment, id: "1", name: "kept.png", contentId: "kept" },
          { ...attachment, id: "2", name: "gone.png", contentId: "gone" },
          { ...attachment, id: "3", name: "prices.pdf", isInline: false },
          { ...attachment, id: "4", name: "never-shown.png", contentId: "never-shown" },
        ],
      }),
    ]);
    await run(stamped({ html: '<p>Hello Carl <img src="cid:kept"></p><p>Contoso</p>', pictures: ["kept"] }));
    expect(items()[0]?.attachments.map(({ id }) => id)).toEqual(["1", "3", "4"]);
  });

  test("done once, it is not touched again", async () => {
    await run();
    const before = structuredClone(items());
    expect(await run()).toMatchObject({ finish: { outcome: "updated", items: 1 } });
    expect(items()).toEqual(before);
  });

  test("a copy that shows it already is left as it is", async () => {
    mailboxes.items.set(anna, [
      sentItem(messageId, { type: "html", content: "<div>Hello Carl</div>Anna Weber, Contoso" }),
    ]);
    expect(await run()).toMatchObject({ finish: { outcome: "skipped", reason: "nothing-to-change" } });
    expect(count("update: body")).toBe(0);
  });

  test("no copy yet: looked for less and less often, and given up at the deadline", async () => {
    mailboxes.items.set(anna, []);
    const first = await run();
    const later = await run(stamped(), {}, { attempt: 4 });
    expect(first).toMatchObject({ later: start + 250, result: { outcome: "pending" } });
    expect(later).toMatchObject({ later: start + 4000 });
    now = start + 3_600_000;
    expect(await run()).toMatchObject({ finish: { outcome: "failed", reason: "not-found" } });
  });

  test("before the settle delay is over nothing is written", async () => {
    expect(await run(stamped(), {}, { notBefore: start + 500 })).toMatchObject({ later: start + 500 });
    expect(count("update: body")).toBe(0);
  });

  test("drafts and other messages are never taken for the copy", async () => {
    mailboxes.items.set(anna, [
      sentItem(messageId, original, { isDraft: true }),
      sentItem("<other@contoso.com>", original),
    ]);
    expect(await run()).toMatchObject({ later: expect.any(Number) });
    expect(items().some(signed)).toBe(false);
  });
});

describe("whose copy", () => {
  test("a forged body without the sender's own text changes nothing", async () => {
    const forged = stamped({ html: "<p>Please transfer the money.</p>", text: "Please transfer the money." });
    expect(await run(forged)).toMatchObject({ finish: { outcome: "skipped", reason: "foreign-body" } });
    expect(items()[0]?.body).toEqual(original);
  });

  test("two copies of a message in one mailbox are both updated", async () => {
    items().push(sentItem(messageId, original, { created: 5 }));
    expect(await run()).toMatchObject({ finish: { outcome: "updated", items: 2 } });
    expect(items().every(signed)).toBe(true);
  });

  test("Send As: the copies in the shared mailbox and in the delegate's are both updated", async () => {
    mailboxes.items.set(info, [sentItem(messageId, original)]);
    const turn = await run(stamped({ from: info }), {}, { senders: [info, anna] });
    expect(turn).toMatchObject({ finish: { outcome: "updated", items: 2, mailboxes: [info, anna] } });
  });

  test("a second candidate mailbox without a copy is looked at again for a while, and then let be", async () => {
    mailboxes.items.set(info, []);
    const change = { senders: [info, anna] };
    expect(await run(stamped(), {}, change)).toMatchObject({ result: { outcome: "updated", items: 1 } });
    now += 20_000;
    expect(await run(stamped(), {}, change)).toMatchObject({
      finish: { outcome: "updated", items: 1, mailboxes: [anna] },
    });
  });

  test("aliases of one mailbox count once", async () => {
    await run(stamped(), {}, { senders: [anna, "a.weber@contoso.com"] });
    expect(count("find")).toBe(1);
  });

  test("a sender without a mailbox is skipped", async () => {
    expect(await run(stamped(), {}, { senders: ["sales@contoso.com"] })).toMatchObject({
      finish: { outcome: "skipped", reason: "no-mailbox" },
    });
  });

  test.each([
    [{ include: "only", users: ["a.weber@contoso.com"], groups: [] }, "updated"],
    [{ include: "only", users: [], groups: ["sales@contoso.com"] }, "updated"],
    [{ include: "only", users: [info], groups: [] }, "skipped"],
    [{ include: "allExcept", users: [], groups: ["sales@contoso.com"] }, "skipped"],
    [{ include: "allExcept", users: [info], groups: [] }, "updated"],
  ] as const)("scope %j: %s", async (senders, outcome) => {
    const turn = await run(stamped(), {
      senders: { ...senders, users: [...senders.users], groups: [...senders.groups] },
    });
    expect(turn).toMatchObject({ finish: { outcome } });
  });

  test("a scope with a group that is not there updates nobody, and says so", async () => {
    const senders = { include: "allExcept" as const, users: [], groups: ["typo@contoso.com"] };
    expect(await run(stamped(), { senders })).toMatchObject({
      result: { outcome: "pending", reason: "scope-unknown" },
    });
    expect(items().some(signed)).toBe(false);
  });
});

describe("when Exchange does not play along", () => {
  const fail = (call: string, error: Fault): void => {
    mailboxes.before = (name) => {
      if (name !== call) return;
      mailboxes.before = undefined;
      throw error;
    };
  };

  test("a conflict is read and planned again in the same turn", async () => {
    fail("update", new Fault("CONFLICT", "changed"));
    expect(await run()).toMatchObject({ finish: { outcome: "updated" } });
  });

  test("an edit by the user between reading and writing is not overwritten", async () => {
    mailboxes.before = (call) => {
      const [item] = items();
      if (call !== "update" || !item) return;
      mailboxes.before = undefined;
      item.body = { type: "html", content: "<p>I rewrote this</p>" };
      item.version = "99";
    };
    expect(await run()).toMatchObject({ finish: { outcome: "skipped", reason: "foreign-body" } });
    expect(items()[0]?.body.content).toBe("<p>I rewrote this</p>");
  });

  test("throttling is waited out as long as Exchange says", async () => {
    fail("find", new Fault("THROTTLED", "busy", { retryAfter: 42_000 }));
    expect(await run()).toMatchObject({ later: start + 42_000, result: { outcome: "pending" } });
  });

  test("an answer of success without a change is noticed, tried again, and reported in the end", async () => {
    const update = mailboxes.update;
    mailboxes.update = async (_, { id, version }) => ({ id, version });
    expect(await run()).toMatchObject({ result: { outcome: "pending", reason: "not-verified" } });
    mailboxes.update = update;
    expect(await run()).toMatchObject({ finish: { outcome: "updated" } });
  });

  test("a body that was lost after it was marked is written again", async () => {
    await run();
    const [item] = items();
    if (item) item.body = original;
    expect(await run()).toMatchObject({ finish: { outcome: "updated" } });
    expect(items().every(signed)).toBe(true);
  });

  test("a denied mailbox is tried until the deadline, then failed with the reason", async () => {
    const deny = () => {
      throw new Fault("ACCESS_DENIED", "no impersonation");
    };
    mailboxes.before = deny;
    expect(await run()).toMatchObject({ result: { reason: "access-denied" } });
    now = start + 3_600_000;
    expect(await run()).toMatchObject({ finish: { outcome: "failed", reason: "access-denied" } });
  });
});

describe("a crash after any call", () => {
  const cases = [
    { name: "plain", keepOriginal: false, copies: 1, want: 1 },
    { name: "keepOriginal", keepOriginal: true, copies: 1, want: 2 },
    { name: "two copies", keepOriginal: false, copies: 2, want: 2 },
    { name: "two copies, keepOriginal", keepOriginal: true, copies: 2, want: 3 },
  ];
  const html = '<p>Hello Carl <img src="cid:new"></p><p>Contoso</p>';
  const raw = stamped({ html, pictures: ["new"] });
  const before: Body = { type: "html", content: '<p>Hello Carl <img src="cid:old"></p>' };
  const old = {
    id: "old",
    name: "old.png",
    contentId: "old",
    contentType: "image/png",
    isInline: true,
    isItem: false,
    size: 1,
  };
  const fill = (copies: number): void => {
    mailboxes = memoryMailboxes();
    const make = (_: unknown, created: number) =>
      sentItem(messageId, before, { created, attachments: [{ ...old }] });
    mailboxes.items.set(anna, Array.from({ length: copies }, make));
  };

  test.each(cases)("$name: the next run converges", async ({ keepOriginal, copies, want }) => {
    fill(copies);
    await run(raw, { keepOriginal });
    const calls = mailboxes.calls.length;
    expect(items()).toHaveLength(want);
    for (let crashAfter = 1; crashAfter <= calls; crashAfter++) {
      fill(copies);
      mailboxes.crashAfter = crashAfter;
      const died = await run(raw, { keepOriginal });
      expect(died, `after call ${crashAfter}`).toHaveProperty("later");
      const turn = await run(raw, { keepOriginal });
      expect(turn, `after call ${crashAfter}: ${mailboxes.calls.join(", ")}`).toMatchObject({
        finish: { outcome: "updated", items: copies },
      });
      expect(items(), `after call ${crashAfter}: ${mailboxes.calls.join(", ")}`).toHaveLength(want);
      const changed = items().filter(signed);
      expect(changed).toHaveLength(copies);
      for (const item of changed)
        expect(item.attachments.filter(({ contentId }) => contentId === "new")).toHaveLength(1);
      for (const item of items()) if (!changed.includes(item)) expect(item.body).toEqual(before);
      expect(count("update: body"), `after call ${crashAfter}`).toBe(copies);
    }
  });
});

describe("versions of a split message", () => {
  const version = (name: string) => stamped({ html: `<p>Hello Carl</p><p>${name}, Contoso</p>` });
  const split = (change: Partial<ReturnType<typeof settings>["splitMessages"]>) => ({
    splitMessages: { enabled: true, saveAll: false, keep: "first" as const, ...change },
  });
  const both = async (change: Partial<ReturnType<typeof settings>>): Promise<Turn> => {
    await run(version("First"), change);
    return run(version("Second"), change, { key: jobKey(anna, messageId, "2") });
  };
  const shown = () =>
    items()
      .map(({ body }) => /First|Second/.exec(body.content)?.[0] ?? "original")
      .toSorted();

  test("keep first: the second version is skipped", async () => {
    expect(await both(split({}))).toMatchObject({ finish: { outcome: "skipped", reason: "other-version" } });
    expect(shown()).toEqual(["First"]);
  });

  test("keep last: the second version replaces the first", async () => {
    expect(await both(split({ keep: "last" }))).toMatchObject({ finish: { outcome: "updated", items: 1 } });
    expect(shown()).toEqual(["Second"]);
  });

  test.each([
    ["external", ["eva@contoso.com"], ["carl@fabrikam.example"], "Second"],
    ["external", ["carl@fabrikam.example"], ["eva@contoso.com"], "First"],
    ["external", ["carl@fabrikam.example"], ["dora@fabrikam.example"], "First"],
    ["internal", ["carl@fabrikam.example", "eva@contoso.com"], ["eva@contoso.com"], "Second"],
    ["internal", undefined, undefined, "First"],
  ] as const)("keep %s, of versions for %j and for %j: %s", async (keep, first, second, want) => {
    const change = split({ keep });
    await run(version("First"), change, first && { recipients: [...first] });
    await run(version("Second"), change, {
      key: jobKey(anna, messageId, "2"),
      ...(second && { recipients: [...second] }),
    });
    expect(shown()).toEqual([want]);
  });

  test("saveAll: one item for each version", async () => {
    expect(await both(split({ saveAll: true }))).toMatchObject({ finish: { outcome: "updated", items: 1 } });
    expect(shown()).toEqual(["First", "Second"]);
  });

  test("saveAll with keepOriginal: the original too", async () => {
    await both({ ...split({ saveAll: true }), keepOriginal: true });
    expect(shown()).toEqual(["First", "Second", "original"]);
  });

  test("a second version must contain the original's text too", async () => {
    const change = split({ keep: "last" });
    await run(version("First"), change);
    const forged = stamped({ html: "<p>Transfer the money</p><p>Contoso</p>" });
    expect(await run(forged, change, { key: jobKey(anna, messageId, "2") })).toMatchObject({
      finish: { reason: "foreign-body" },
    });
    expect(shown()).toEqual(["First"]);
  });

  test("saveAll: a crash after any call of the second version leaves one item for each version", async () => {
    const change = split({ saveAll: true });
    await both(change);
    const calls = mailboxes.calls.length;
    for (let crashAfter = 1; crashAfter <= calls; crashAfter++) {
      mailboxes = memoryMailboxes();
      originals.clear();
      mailboxes.items.set(anna, [sentItem(messageId, original)]);
      mailboxes.crashAfter = crashAfter;
      for (const key of ["1", "2"]) {
        const once = () =>
          run(version(key === "1" ? "First" : "Second"), change, { key: jobKey(anna, messageId, key) });
        if ("later" in (await once())) expect(await once()).toHaveProperty("finish.outcome", "updated");
      }
      expect(shown(), `after call ${crashAfter}: ${mailboxes.calls.join(", ")}`).toEqual(["First", "Second"]);
    }
  });
});
