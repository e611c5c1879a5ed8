import { beforeEach, expect, test } from "vitest";
import { cachedDirectory } from "../../reconciler/directory.ts";
import { rememberLocks } from "../../reconciler/locks.ts";
import { jobKey } from "../../reconciler/job.ts";
import type { Body } from "../../reconciler/mailbox/port.ts";
import { reconcile } from "../../reconciler/reconcile.ts";
import { type MemoryMailboxes, memoryDirectory, memoryMailboxes, sentItem } from "./memory.ts";
import { settings, stamped } from "./message.ts";

const anna = "anna.weber@contoso.com";
const messageId = "<m1@contoso.com>";
const own: Body = { type: "html", content: "<p>Dear Carl, forget it</p>" };
const raw = stamped({ html: '<p>Hello Carl <img src="cid:new"></p>', pictures: ["new"] });

let mailboxes: MemoryMailboxes;
beforeEach(() => fill());

function fill(folder?: string): void {
  mailboxes = memoryMailboxes();
  const place = folder === undefined ? {} : { folder };
  mailboxes.items.set(anna, [sentItem(messageId, own, { id: "own", ...place })]);
}

const run = () =>
  reconcile(
    {
      job: {
        key: jobKey(anna, messageId, "1"),
        messageId,
        senders: [anna],
        arrived: 0,
        notBefore: 0,
        deadline: 3_600_000,
        attempt: 3,
      },
      raw,
      attempt: 0,
    },
    {
      settings: settings({ whenEdited: "keepBoth" }),
      connected: async () => ({
        mailboxes,
        directory: cachedDirectory(memoryDirectory({ [anna]: anna }), () => 0),
        locks: rememberLocks(() => 0),
      }),
      originals: { rememberOriginal: async () => undefined, originalOf: async () => undefined },
      now: () => 0,
    },
  );

test.each([undefined, "projects"])(
  "with keepBoth a crash after any call leaves the edited item and one beside it, in folder %s",
  async (folder) => {
    fill(folder);
    expect(await run()).toMatchObject({ finish: { outcome: "updated", items: 1 } });
    const calls = mailboxes.calls.length;
    expect(calls).toBeGreaterThan(5);
    for (let crashAfter = 1; crashAfter <= calls; crashAfter++) {
      fill(folder);
      mailboxes.crashAfter = crashAfter;
      expect(await run()).toHaveProperty("later");
      const trail = `after call ${crashAfter}: ${mailboxes.calls.join(", ")}`;
      expect(await run(), trail).toMatchObject({ finish: { outcome: "updated", items: 1 } });
      const items = mailboxes.items.get(anna) ?? [];
      expect(items, trail).toHaveLength(2);
      expect(items.find(({ id }) => id === "own")).toMatchObject({ body: own, attachments: [] });
      const second = items.find(({ id }) => id !== "own");
      expect(second?.body.content).toContain("Hello Carl");
      expect(second?.attachments).toHaveLength(1);
      expect(items.map((item) => item.folder)).toEqual([folder, folder]);
    }
  },
);
