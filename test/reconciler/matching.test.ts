import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cachedDirectory } from "../../reconciler/directory.ts";
import { rememberLocks } from "../../reconciler/locks.ts";
import { fromMailbox } from "../../reconciler/intake/from-mailbox.ts";
import { queueSink } from "../../reconciler/intake/sink.ts";
import type { Job } from "../../reconciler/job.ts";
import type { CachedDirectory } from "../../reconciler/directory.ts";
import type { Mailboxes } from "../../reconciler/mailbox/port.ts";
import type { Result } from "../../reconciler/queue/port.ts";
import { reconcile } from "../../reconciler/reconcile.ts";
import { ewsMover } from "../contract/mover.ts";
import { createOperator } from "../contract/ews-operator.ts";
import { settings } from "./message.ts";
import { type Mail, type SentWorld, startSentWorld, signed, written } from "./sent-world.ts";

const anna = "anna.weber@contoso.com";
const ben = "ben.fischer@contoso.com";
const david = "david.koch@contoso.com";
const info = "info@contoso.com";
const board = "board@contoso.com";
/** A header by which a mail program shows that it keeps copies of its own. */
const program = ["User-Agent: Thunderbird"];

let world: SentWorld;
beforeAll(async () => {
  world = await startSentWorld();
});
afterAll(() => world.close());

describe.each(["EWS", "Graph"] as const)("over %s", (protocol) => {
  let now: number;
  let mailboxes: Mailboxes;
  let directory: CachedDirectory;
  beforeEach(() => {
    now = Date.now();
    ({ mailboxes } = world.protocols[protocol]);
    directory = cachedDirectory(world.protocols[protocol].directory, () => now);
  });

  /** Sends a message; answers its Message-ID, and what the service makes of what the recipient got. */
  async function sent(of: Omit<Mail, "subject" | "messageId">) {
    const name = randomUUID();
    const mail: Mail = { ...of, subject: name, messageId: `<${name}@contoso.com>` };
    const got = await world.send(mail);
    const mime = Buffer.from(got.mime).toString("latin1").replace(written, signed);
    const raw = Buffer.from(`X-CodeTwoProcessed: true\r\n${mime}`, "latin1");
    return { messageId: mail.messageId, raw, mail };
  }

  /** What the intake makes of a stamped copy. */
  async function taken(raw: Buffer): Promise<Job> {
    const jobs: Job[] = [];
    const queue = {
      add: async (job: Job) => jobs.push(job) > 0,
      refuse: async () => undefined,
      stumbled: async () => 1,
    };
    const verdict = await fromMailbox(raw, "X-CodeTwoProcessed");
    if (!("take" in verdict)) throw new Error("not believed");
    await queueSink({ queue, settings: settings(), now: () => now }).accept(verdict.take);
    const [job] = jobs;
    if (!job) throw new Error("no job");
    return job;
  }

  /** Carries a message to its end, moving the clock from turn to turn; `between` runs after each with its number. */
  async function carried(
    raw: Buffer,
    change: Partial<ReturnType<typeof settings>> = {},
    between: (turn: number) => Promise<unknown> = async () => undefined,
  ): Promise<Result> {
    const job = await taken(raw);
    const originals = { rememberOriginal: async () => undefined, originalOf: async () => undefined };
    const locks = rememberLocks(() => now);
    const connected = async () => ({ mailboxes, directory, locks });
    for (let turn = 1; turn < 3000; turn++) {
      const end = await reconcile(
        { job, raw, attempt: 0 },
        { settings: settings(change), connected, originals, now: () => now },
      );
      if ("finish" in end) return end.finish;
      expect(end.later).toBeGreaterThan(now);
      now = end.later;
      job.attempt += 1;
      await between(turn);
    }
    throw new Error("it never ended");
  }

  const move = async (mailbox: string, messageId: string, folder: string): Promise<void> => {
    const [found] = await world.protocols.EWS.mailboxes.find(mailbox, messageId);
    await ewsMover(world.call, mailbox).move(found?.id ?? "", folder);
  };

  describe("whose mailbox", () => {
    test("an alias in From leads to the mailbox behind it", async () => {
      const { messageId, raw } = await sent({ account: anna, from: "a.weber@contoso.com", by: "mailbox" });
      expect(await carried(raw)).toMatchObject({ outcome: "updated", mailboxes: [anna], items: 1 });
      expect(world.shown(anna, messageId)).toEqual([`Sent Items: ${signed}`]);
    });

    const sendAs = [{ address: "INFO@contoso.com", users: [], groups: [board] }];

    test("Send As with a copy for the shared mailbox: that and the delegate's are updated", async () => {
      world.recipient(info).messageCopyForSentAsEnabled = true;
      const { messageId, raw } = await sent({ account: anna, from: info, by: "mailbox" });
      expect(await carried(raw, { sendAs })).toMatchObject({ mailboxes: [info, anna], items: 2 });
      for (const mailbox of [info, anna])
        expect(world.shown(mailbox, messageId)).toEqual([`Sent Items: ${signed}`]);
    });

    test("Send As without it: the delegate's is updated where the configuration names who may, by a group too", async () => {
      world.recipient(info).messageCopyForSentAsEnabled = false;
      const { messageId, raw } = await sent({ account: anna, from: info, by: "mailbox" });
      expect(await carried(raw)).toMatchObject({ outcome: "failed", reason: "not-found" });
      expect(world.shown(anna, messageId)).toEqual([`Sent Items: ${written}`]);
      now = Date.now();
      expect(await carried(raw, { sendAs })).toMatchObject({ mailboxes: [anna], items: 1 });
      expect(world.shown(anna, messageId)).toEqual([`Sent Items: ${signed}`]);
    });

    test("a delegate outside of the scope of senders is left alone", async () => {
      world.recipient(info).messageCopyForSentAsEnabled = true;
      const { messageId, raw } = await sent({ account: anna, from: info, by: "mailbox" });
      const senders = { include: "only" as const, users: [info], groups: [] };
      expect(await carried(raw, { sendAs, senders })).toMatchObject({ mailboxes: [info], items: 1 });
      expect(world.shown(anna, messageId)).toEqual([`Sent Items: ${written}`]);
    });

    test.each([
      [true, [david, anna]],
      [false, [anna]],
    ])("Send on Behalf, with a copy for the other mailbox %s: %s", async (copies, updated) => {
      const other = world.recipient(david);
      other.grantSendOnBehalfTo = [world.recipient(anna).guid];
      other.messageCopyForSendOnBehalfEnabled = copies;
      const { messageId, raw } = await sent({ account: anna, from: david, by: "mailbox" });
      expect(await carried(raw)).toMatchObject({ mailboxes: updated, items: updated.length });
      for (const mailbox of updated)
        expect(world.shown(mailbox, messageId)).toEqual([`Sent Items: ${signed}`]);
    });

    test("who joins or leaves a group is followed within minutes", async () => {
      const group = world.recipient(board);
      const { guid } = world.recipient(ben);
      const members = group.members ?? [];
      const senders = { include: "only" as const, users: [], groups: [board] };
      const outcome = async () =>
        (await carried((await sent({ account: ben, by: "mailbox" })).raw, { senders })).outcome;
      expect(await outcome()).toBe("skipped");
      try {
        group.members = [...members, guid];
        now += 120_000;
        expect(await outcome()).toBe("updated");
      } finally {
        group.members = members;
      }
      now += 120_000;
      expect(await outcome()).toBe("skipped");
    });
  });

  describe("two copies of one message", () => {
    beforeEach(() => {
      world.recipient(anna).messageCopyForSmtpClientSubmissionEnabled = true;
    });

    test("what Exchange and the mail program kept are both updated, when the second comes later too", async () => {
      const { messageId, raw, mail } = await sent({ account: anna, by: "smtp", headers: program });
      expect(world.shown(anna, messageId)).toEqual([`Sent Items: ${written}`]);
      const keep = (turn: number) => (turn === 2 ? world.keep(mail) : Promise.resolve());
      expect(await carried(raw, {}, keep)).toMatchObject({ outcome: "updated", items: 2 });
      expect(world.shown(anna, messageId)).toEqual(Array(2).fill(`Sent Items: ${signed}`));
    });

    test("a mail program's copy in a folder of its own is updated too", async () => {
      const { messageId, raw, mail } = await sent({ account: anna, by: "smtp", headers: program });
      await world.keep(mail, "conversationhistory");
      expect(await carried(raw)).toMatchObject({ outcome: "updated", items: 2 });
      expect(world.shown(anna, messageId)).toEqual([
        `Conversation History: ${signed}`,
        `Sent Items: ${signed}`,
      ]);
    });

    test("a script's mail over SMTP, which keeps no copy, is done at once", async () => {
      const { raw } = await sent({ account: anna, by: "smtp" });
      const arrived = now;
      expect(await carried(raw)).toMatchObject({ outcome: "updated", items: 1 });
      expect(now).toBe(arrived);
    });
  });

  describe("a copy that is not where it is expected", () => {
    test("appears late: it is updated when it is there", async () => {
      world.recipient(anna).messageCopyForSmtpClientSubmissionEnabled = false;
      const { messageId, raw, mail } = await sent({ account: anna, by: "smtp" });
      const keep = (turn: number) => (turn === 9 ? world.keep(mail) : Promise.resolve());
      expect(await carried(raw, {}, keep)).toMatchObject({ outcome: "updated", items: 1 });
      expect(world.shown(anna, messageId)).toEqual([`Sent Items: ${signed}`]);
    });

    test.each([false, true])(
      "was moved by a rule: it is updated there, with keepOriginal %s",
      async (keepOriginal) => {
        const { messageId, raw } = await sent({ account: anna, by: "mailbox" });
        await move(anna, messageId, "conversationhistory");
        expect(await carried(raw, { keepOriginal })).toMatchObject({ outcome: "updated", items: 1 });
        const kept = keepOriginal ? [`Conversation History: ${written}`] : [];
        expect(world.shown(anna, messageId)).toEqual([...kept, `Conversation History: ${signed}`].toSorted());
      },
    );

    test("was deleted: it stays deleted, and what oneself received of it stays as it is", async () => {
      const { messageId, raw } = await sent({ account: anna, to: [anna, ben], by: "mailbox" });
      await move(anna, messageId, "deleteditems");
      expect(await carried(raw)).toMatchObject({ outcome: "skipped", reason: "deleted" });
      const plain = [`Deleted Items: ${written}`, `Inbox: ${written}`];
      expect(world.shown(anna, messageId)).toEqual(plain);
    });

    test("is nowhere but received by oneself: nothing is updated", async () => {
      const { messageId, raw } = await sent({ account: anna, to: [anna, ben], by: "mailbox" });
      const [found] = await world.protocols.EWS.mailboxes.find(anna, messageId);
      await createOperator(world.call, anna).remove(found?.id ?? "");
      expect(await carried(raw)).toMatchObject({ outcome: "failed", reason: "not-found" });
      expect(world.shown(anna, messageId)).toEqual([`Inbox: ${written}`]);
    });
  });

  describe("a copy that its owner has edited", () => {
    const own = "<p>Hello Ben, and bring the papers</p>";
    async function edited(): Promise<{ messageId: string; raw: Buffer }> {
      const { messageId, raw } = await sent({ account: anna, by: "mailbox" });
      const [found] = await world.protocols.EWS.mailboxes.find(anna, messageId);
      await createOperator(world.call, anna).edit(found?.id ?? "", own);
      return { messageId, raw };
    }

    test("is skipped, and says so", async () => {
      const { messageId, raw } = await edited();
      expect(await carried(raw)).toMatchObject({ outcome: "skipped", reason: "foreign-body" });
      expect(world.shown(anna, messageId)).toEqual([`Sent Items: ${own}`]);
    });

    test.each([false, true])(
      "with keepBoth stays the very item, and a second one shows what was sent; keepOriginal %s",
      async (keepOriginal) => {
        const { messageId, raw } = await edited();
        const [before] = world.items(anna, messageId);
        const change = { whenEdited: "keepBoth" as const, keepOriginal };
        for (let run = 0; run < 2; run++) {
          expect(await carried(raw, change)).toMatchObject({ outcome: "updated", items: 1 });
          expect(world.shown(anna, messageId)).toEqual(
            [`Sent Items: ${own}`, `Sent Items: ${signed}`].toSorted(),
          );
        }
        const after = world.items(anna, messageId).find(({ id }) => id === before?.id);
        expect(after?.html).toBe(before?.html);
      },
    );
  });
});
