import { beforeEach, describe, expect, test } from "vitest";
import type { Body } from "../../reconciler/mailbox/port.ts";
import { readMark } from "../../reconciler/mark.ts";
import { sentItem } from "./memory.ts";
import { digestOf } from "../../reconciler/stamp.ts";
import { multipart, stamped } from "./message.ts";
import { anna, info, isSigned, messageId, original, start, startTurns, type Turns } from "./turns.ts";

let at: Turns;
beforeEach(() => {
  at = startTurns();
});

describe("a plain message", () => {
  test("its sent copy gets the stamped body, the pictures and the mark, in one update that is read again", async () => {
    const html = '<p>Hello Carl</p><p>Anna <img src="cid:logo@relay"></p>';
    const turn = await at.run(stamped({ html, pictures: ["logo@relay"] }));
    expect(turn).toMatchObject({ finish: { outcome: "updated", items: 1, mailboxes: [anna] } });
    const [item] = at.items();
    expect(item?.body).toEqual({ type: "html", content: html });
    expect(item?.attachments.map(({ contentId }) => contentId)).toEqual(["logo@relay"]);
    expect(readMark(item?.mark)?.state).toBe("updated");
    expect(at.mailboxes.calls).toEqual(["find", "update: picture", "update: body", "update: read"]);
  });

  test("a text copy gets the stamped text", async () => {
    at.mailboxes.items.set(anna, [sentItem(messageId, { type: "text", content: "Hello Carl\r\n" })]);
    await at.run();
    expect(at.items()[0]?.body).toMatchObject({
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
    at.mailboxes.items.set(anna, [
      sentItem(messageId, body, {
        attachments: [
          { ...attachment, id: "1", name: "kept.png", contentId: "kept" },
          { ...attachment, id: "2", name: "gone.png", contentId: "gone" },
          { ...attachment, id: "3", name: "prices.pdf", isInline: false },
          { ...attachment, id: "4", name: "never-shown.png", contentId: "never-shown" },
        ],
      }),
    ]);
    await at.run(
      stamped({ html: '<p>Hello Carl <img src="cid:kept"></p><p>Contoso</p>', pictures: ["kept"] }),
    );
    expect(at.items()[0]?.attachments.map(({ id }) => id)).toEqual(["1", "3", "4"]);
  });

  test("files that the stamped mail has in another form, more or fewer are brought in line", async () => {
    const attachment = { contentType: "text/plain", isInline: false, isItem: false, size: 1 };
    const named = { "offer.txt": "offer", "prices.txt": "prices", "macro.txt": "macro" };
    const attachments = Object.entries(named).map(([name, content]) => ({
      ...attachment,
      id: name,
      name,
      digest: digestOf(content),
    }));
    at.mailboxes.items.set(anna, [sentItem(messageId, original, { attachments })]);
    const part = (name: string, content: string) =>
      `Content-Type: text/plain; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n${content}`;
    const content = multipart("mixed", [
      "Content-Type: text/html\r\n\r\n<p>Hello Carl</p><p>Contoso</p>",
      part("offer.txt", "offer"),
      part("prices.txt", "prices with a stamp"),
      part("anna.vcf", "card"),
    ]);
    expect(await at.run(stamped({ content }))).toMatchObject({ finish: { outcome: "updated" } });
    const [item] = at.items();
    expect(item?.attachments.map(({ name, digest }) => [name, digest]).toSorted()).toEqual([
      ["anna.vcf", digestOf("card")],
      ["offer.txt", digestOf("offer")],
      ["prices.txt", digestOf("prices with a stamp")],
    ]);
    expect(item?.attachments.map(({ id }) => id)).toContain("offer.txt");
  });

  test("done once, it is not touched again", async () => {
    await at.run();
    const before = structuredClone(at.items());
    expect(await at.run()).toMatchObject({ finish: { outcome: "updated", items: 1 } });
    expect(at.items()).toEqual(before);
  });

  test("a copy that shows it already is left as it is", async () => {
    at.mailboxes.items.set(anna, [
      sentItem(messageId, { type: "html", content: "<div>Hello Carl</div>Anna Weber, Contoso" }),
    ]);
    expect(await at.run()).toMatchObject({ finish: { outcome: "skipped", reason: "nothing-to-change" } });
    expect(at.count("update: body")).toBe(0);
  });

  test("no copy yet: looked for less and less often, and given up at the deadline", async () => {
    at.mailboxes.items.set(anna, []);
    const first = await at.run();
    const later = await at.run(stamped(), {}, { attempt: 4 });
    expect(first).toMatchObject({ later: start + 250, result: { outcome: "pending" } });
    expect(later).toMatchObject({ later: start + 4000 });
    at.now = start + 3_600_000;
    expect(await at.run()).toMatchObject({ finish: { outcome: "failed", reason: "not-found" } });
  });

  test("before the settle delay is over nothing is written", async () => {
    expect(await at.run(stamped(), {}, { notBefore: start + 500 })).toMatchObject({ later: start + 500 });
    expect(at.count("update: body")).toBe(0);
  });

  test("drafts and other messages are never taken for the copy", async () => {
    at.mailboxes.items.set(anna, [
      sentItem(messageId, original, { isDraft: true }),
      sentItem("<other@contoso.com>", original),
    ]);
    expect(await at.run()).toMatchObject({ later: expect.any(Number) });
    expect(at.items().some(isSigned)).toBe(false);
  });
});

describe("whose copy", () => {
  test("a forged body without the sender's own text changes nothing", async () => {
    const forged = stamped({ html: "<p>Please transfer the money.</p>", text: "Please transfer the money." });
    expect(await at.run(forged)).toMatchObject({ finish: { outcome: "skipped", reason: "foreign-body" } });
    expect(at.items()[0]?.body).toEqual(original);
  });

  test("two copies of a message in one mailbox are both updated", async () => {
    at.items().push(sentItem(messageId, original, { created: 5 }));
    expect(await at.run()).toMatchObject({ finish: { outcome: "updated", items: 2 } });
    expect(at.items().every(isSigned)).toBe(true);
  });

  test("Send As: the copies in the shared mailbox and in the delegate's are both updated", async () => {
    at.mailboxes.items.set(info, [sentItem(messageId, original)]);
    const turn = await at.run(stamped({ from: info }), {}, { senders: [info, anna] });
    expect(turn).toMatchObject({ finish: { outcome: "updated", items: 2, mailboxes: [info, anna] } });
  });

  test("a second candidate mailbox without a copy is looked at again for a while, and then let be", async () => {
    at.mailboxes.items.set(info, []);
    const change = { senders: [info, anna] };
    expect(await at.run(stamped(), {}, change)).toMatchObject({ result: { outcome: "updated", items: 1 } });
    at.now += 20_000;
    expect(await at.run(stamped(), {}, change)).toMatchObject({
      finish: { outcome: "updated", items: 1, mailboxes: [anna] },
    });
  });

  test("aliases of one mailbox count once", async () => {
    await at.run(stamped(), {}, { senders: [anna, "a.weber@contoso.com"] });
    expect(at.count("find")).toBe(1);
  });

  test("a sender without a mailbox is skipped", async () => {
    expect(await at.run(stamped(), {}, { senders: ["sales@contoso.com"] })).toMatchObject({
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
    const turn = await at.run(stamped(), {
      senders: { ...senders, users: [...senders.users], groups: [...senders.groups] },
    });
    expect(turn).toMatchObject({ finish: { outcome } });
  });

  test("a scope with a group that is not there updates nobody, and says so", async () => {
    const senders = { include: "allExcept" as const, users: [], groups: ["typo@contoso.com"] };
    expect(await at.run(stamped(), { senders })).toMatchObject({
      result: { outcome: "pending", reason: "scope-unknown" },
    });
    expect(at.items().some(isSigned)).toBe(false);
  });
});
