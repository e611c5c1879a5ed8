import { beforeEach, describe, expect, test } from "vitest";
import { Fault } from "../../reconciler/fault.ts";
import type { Body } from "../../reconciler/mailbox/port.ts";
import { memoryMailboxes, sentItem } from "./memory.ts";
import { digestOf } from "../../reconciler/stamp.ts";
import { multipart, stamped } from "./message.ts";
import { anna, isSigned, messageId, original, start, startTurns, type Turns } from "./turns.ts";

let at: Turns;
beforeEach(() => {
  at = startTurns();
});

describe("when Exchange does not play along", () => {
  const fail = (call: string, error: Fault): void => {
    at.mailboxes.before = (name) => {
      if (name !== call) return;
      at.mailboxes.before = undefined;
      throw error;
    };
  };

  test("a conflict is read and planned again in the same turn", async () => {
    fail("update", new Fault("CONFLICT", "changed"));
    expect(await at.run()).toMatchObject({ finish: { outcome: "updated" } });
  });

  test("an edit by the user between reading and writing is not overwritten", async () => {
    at.mailboxes.before = (call) => {
      const [item] = at.items();
      if (call !== "update" || !item) return;
      at.mailboxes.before = undefined;
      item.body = { type: "html", content: "<p>I rewrote this</p>" };
      item.version = "99";
    };
    expect(await at.run()).toMatchObject({ finish: { outcome: "skipped", reason: "foreign-body" } });
    expect(at.items()[0]?.body.content).toBe("<p>I rewrote this</p>");
  });

  test("throttling is waited out as long as Exchange says", async () => {
    fail("find", new Fault("THROTTLED", "busy", { retryAfter: 42_000 }));
    expect(await at.run()).toMatchObject({ later: start + 42_000, result: { outcome: "pending" } });
  });

  test("an answer of success without a change is noticed, tried again, and reported in the end", async () => {
    const update = at.mailboxes.update;
    at.mailboxes.update = async (_, item) => item;
    expect(await at.run()).toMatchObject({ result: { outcome: "pending", reason: "not-verified" } });
    at.mailboxes.update = update;
    expect(await at.run()).toMatchObject({ finish: { outcome: "updated" } });
  });

  test("a body that was lost after it was marked is written again", async () => {
    await at.run();
    const [item] = at.items();
    if (item) item.body = original;
    expect(await at.run()).toMatchObject({ finish: { outcome: "updated" } });
    expect(at.items().every(isSigned)).toBe(true);
  });

  test("a denied mailbox is tried until the deadline, then failed with the reason", async () => {
    const deny = () => {
      throw new Fault("ACCESS_DENIED", "no impersonation");
    };
    at.mailboxes.before = deny;
    expect(await at.run()).toMatchObject({ result: { reason: "access-denied" } });
    at.now = start + 3_600_000;
    expect(await at.run()).toMatchObject({ finish: { outcome: "failed", reason: "access-denied" } });
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
    at.mailboxes = memoryMailboxes();
    const make = (_: unknown, created: number) =>
      sentItem(messageId, before, { created, attachments: [{ ...old }] });
    at.mailboxes.items.set(anna, Array.from({ length: copies }, make));
  };

  test.each(cases)("$name: the next run converges", async ({ keepOriginal, copies, want }) => {
    fill(copies);
    await at.run(raw, { keepOriginal });
    const calls = at.mailboxes.calls.length;
    expect(at.items()).toHaveLength(want);
    for (let crashAfter = 1; crashAfter <= calls; crashAfter++) {
      fill(copies);
      at.mailboxes.crashAfter = crashAfter;
      const died = await at.run(raw, { keepOriginal });
      expect(died, `after call ${crashAfter}`).toHaveProperty("later");
      const turn = await at.run(raw, { keepOriginal });
      expect(turn, `after call ${crashAfter}: ${at.mailboxes.calls.join(", ")}`).toMatchObject({
        finish: { outcome: "updated", items: copies },
      });
      expect(at.items(), `after call ${crashAfter}: ${at.mailboxes.calls.join(", ")}`).toHaveLength(want);
      const changed = at.items().filter(isSigned);
      expect(changed).toHaveLength(copies);
      for (const item of changed)
        expect(item.attachments.filter(({ contentId }) => contentId === "new")).toHaveLength(1);
      for (const item of at.items()) if (!changed.includes(item)) expect(item.body).toEqual(before);
      // Once more where the run died before it had taken out the old picture, which is done together with a body.
      expect([copies, copies + 1], `after call ${crashAfter}`).toContain(at.count("update: body"));
    }
  });

  test("a card that the relay adds: the sender's file stays, and the card is there once", async () => {
    const file = (name: string, content: string) =>
      `Content-Type: text/plain; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\n${content}`;
    const content = multipart("mixed", [
      "Content-Type: text/html\r\n\r\n<p>Hello Carl</p><p>Contoso</p>",
      file("anna.vcf", "card"),
    ]);
    const offer = {
      ...old,
      name: "offer.txt",
      contentType: "text/plain",
      isInline: false,
      digest: digestOf("offer"),
    };
    const { contentId: _, ...attachment } = offer;
    const refill = (): void => {
      at.mailboxes = memoryMailboxes();
      at.mailboxes.items.set(anna, [sentItem(messageId, original, { attachments: [{ ...attachment }] })]);
    };
    refill();
    await at.run(stamped({ content }));
    const calls = at.mailboxes.calls.length;
    for (let crashAfter = 1; crashAfter <= calls; crashAfter++) {
      refill();
      at.mailboxes.crashAfter = crashAfter;
      await at.run(stamped({ content }));
      const told = `after call ${crashAfter}: ${at.mailboxes.calls.join(", ")}`;
      expect(await at.run(stamped({ content })), told).toMatchObject({ finish: { outcome: "updated" } });
      expect(
        at.items()[0]?.attachments.map(({ name }) => name),
        told,
      ).toEqual(["offer.txt", "anna.vcf"]);
    }
  });
});
