import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ewsProtocol } from "../../../reconciler/mailbox/ews/protocol.ts";
import { mailboxesOver } from "../../../reconciler/mailbox/over-protocol.ts";
import { createCall } from "../../../reconciler/mailbox/ews/operation.ts";
import { createTransport } from "../../../reconciler/mailbox/ews/transport.ts";
import { startEmbedded } from "../../contract/embedded.ts";
import { createOperator, pixel } from "../../contract/ews-operator.ts";
import type { Call } from "../../../reconciler/mailbox/ews/operation.ts";
import type { Transport } from "../../../reconciler/mailbox/ews/transport.ts";
import type { Change, Mailboxes, SentItem } from "../../../reconciler/mailbox/port.ts";
import type { Embedded } from "../../contract/embedded.ts";
import type { Operator } from "../../contract/ews-operator.ts";

const mailbox = "anna.weber@contoso.com";
const logo = {
  contentId: "logo@siu",
  name: "logo.png",
  contentType: "image/png",
  content: new Uint8Array(pixel),
};
const body = { type: "html", content: '<p>Hello</p><img src="cid:logo@siu">' } as const;
/** The server may put a head around what it is given. */
const shown = { type: "html", content: expect.stringContaining(body.content) };
const change = (rest: Partial<Change> = {}): Change => ({
  body,
  addPictures: [logo],
  removeAttachments: [],
  mark: "1 updated x",
  ...rest,
});

let embedded: Embedded;
let transport: Transport;
let operator: Operator;
let mailboxes: Mailboxes;
let watched: Call;
/** The operations that went over the wire, and what happens just before one of them does. */
let calls: string[];
let before: Record<string, () => Promise<unknown>>;

beforeAll(async () => {
  embedded = await startEmbedded("Alias -like '*'");
  transport = createTransport(embedded.options);
  const call = createCall(transport);
  operator = createOperator(call, mailbox);
  watched = async (operation, input, on) => {
    const meanwhile = before[operation.name];
    delete before[operation.name];
    await meanwhile?.();
    calls.push(operation.name);
    return call(operation, input, on);
  };
  mailboxes = mailboxesOver(ewsProtocol(watched, async () => {}));
});
beforeEach(() => {
  calls = [];
  before = {};
});
afterEach(() => embedded.organization.faults.clear());
afterAll(async () => {
  await transport.close();
  await embedded.close();
});

async function stored(pictures: string[] = []): Promise<SentItem> {
  const messageId = `<${randomUUID()}@contoso.com>`;
  await operator.store({ messageId, html: "<p>Hello</p>", pictures });
  const [found] = await mailboxes.find(mailbox, messageId);
  const item = found && (await again(found));
  if (!item) throw new Error("it was not stored");
  calls = [];
  return item;
}

async function again({ id }: { id: string }): Promise<SentItem> {
  const item = await mailboxes.read(mailbox, id);
  if (!item) throw new Error("it is gone");
  return item;
}

describe("round trips", () => {
  test("an item of the newest page is found and read with two, and one that is not there with two", async () => {
    const { messageId } = await stored();
    await mailboxes.find(mailbox, messageId);
    expect(calls).toEqual(["FindItem", "GetItem"]);
    calls = [];
    await mailboxes.find(mailbox, "<none@contoso.com>");
    expect(calls).toEqual(["FindItem", "FindItem"]);
  });

  test("copies are read together", async () => {
    const { messageId } = await stored();
    await operator.store({ messageId, html: "<p>Hello</p>" });
    calls = [];
    expect(await mailboxes.find(mailbox, messageId)).toHaveLength(2);
    expect(calls).toEqual(["FindItem", "GetItem"]);
  });

  test("an update without pictures is one, and one that verifies it", async () => {
    const item = await stored();
    await mailboxes.update(mailbox, item, change({ addPictures: [] }));
    expect(calls).toEqual(["UpdateItem", "GetItem"]);
  });

  test("of attachments that stay, what is known is not read again", async () => {
    const { messageId } = await stored(["a@x", "b@x"]);
    const [item] = await mailboxes.find(mailbox, messageId, () => true);
    expect(calls).toEqual(["FindItem", "GetItem", "GetAttachment"]);
    calls = [];
    const updated = await mailboxes.update(
      mailbox,
      item as SentItem,
      change({ addPictures: [] }),
      () => true,
    );
    expect(calls).toEqual(["UpdateItem", "GetItem"]);
    expect(updated.attachments).toEqual(item?.attachments);
  });

  test("pictures go in before the body that shows them, and out after it", async () => {
    const item = await stored(["old@x"]);
    const removeAttachments = item.attachments.map(({ id }) => id);
    await mailboxes.update(
      mailbox,
      item,
      change({ addPictures: [logo, { ...logo, contentId: "second@siu" }], removeAttachments }),
    );
    expect(calls).toEqual(["CreateAttachment", "GetItem", "UpdateItem", "DeleteAttachment", "GetItem"]);
  });
});

describe("an edit by the user", () => {
  const moments = ["CreateAttachment", "GetItem", "UpdateItem"];
  test.for(moments)("just before %s is not overwritten, and leaves no picture behind", async (moment) => {
    const item = await stored();
    before[moment] = () => operator.edit(item.id, "<p>edited</p>");
    await expect(mailboxes.update(mailbox, item, change())).rejects.toMatchObject({ code: "CONFLICT" });
    const now = await again(item);
    expect(now.body.content).toContain("edited");
    expect(now.attachments).toEqual([]);
    expect(now.mark).toBeUndefined();

    await mailboxes.update(mailbox, now, change());
    expect(await again(item)).toMatchObject({
      body: shown,
      mark: "1 updated x",
      attachments: [{ contentId: "logo@siu" }],
    });
  });

  test("that removes the item while pictures are added is told", async () => {
    const item = await stored();
    before["GetItem"] = () => operator.remove(item.id);
    await expect(mailboxes.update(mailbox, item, change())).rejects.toMatchObject({ code: "CONFLICT" });
  });
});

describe("a failure in the middle", () => {
  /** Fails the operation once, updates, and answers what is there then. */
  async function broken(operation: string, failure: "throttle" | "drop" | "dropAfter"): Promise<SentItem> {
    const item = await stored();
    embedded.organization.faults.add({ protocol: "ews", operation, failure });
    await expect(mailboxes.update(mailbox, item, change())).rejects.toMatchObject({
      code: expect.stringMatching(/UNAVAILABLE|THROTTLED/),
    });
    return again(item);
  }

  test("after pictures were added is made good by the next attempt, without doubling them", async () => {
    const item = await broken("CreateAttachment", "dropAfter");
    expect(item.attachments).toHaveLength(1);
    expect(item.body.content).not.toContain("logo");
    await mailboxes.update(mailbox, item, change());
    expect(await again(item)).toMatchObject({ body: shown, attachments: [{ contentId: "logo@siu" }] });
  });

  test("of the update itself keeps the pictures, for the body may have been written", async () => {
    const item = await broken("UpdateItem", "throttle");
    expect(item.attachments).toHaveLength(1);
    await mailboxes.update(mailbox, item, change());
    expect((await again(item)).attachments).toHaveLength(1);
  });

  test("of a kept connection does not fail the update", async () => {
    const item = await stored();
    embedded.organization.faults.add({ protocol: "ews", operation: "UpdateItem", failure: "drop" });
    await mailboxes.update(mailbox, item, change());
    expect(await again(item)).toMatchObject({ body: shown, attachments: [{ contentId: "logo@siu" }] });
  });

  test("that loses the answer of the update is seen through, and the pictures stay with the body", async () => {
    const item = await stored();
    embedded.organization.faults.add({ protocol: "ews", operation: "UpdateItem", failure: "dropAfter" });
    const { version } = await mailboxes.update(mailbox, item, change());
    expect(await again(item)).toMatchObject({
      version,
      body: shown,
      mark: "1 updated x",
      attachments: [{ contentId: "logo@siu" }],
    });
  });
});

test("two daemons at once: one updates, the other is told, and each picture is there once", async () => {
  const item = await stored();
  const results = await Promise.allSettled([
    mailboxes.update(mailbox, item, change()),
    mailboxes.update(mailbox, item, change()),
  ]);
  const won = results.filter(({ status }) => status === "fulfilled").length;
  expect(won).toBeLessThanOrEqual(1);
  const now = await again(item);
  if (won === 0) await mailboxes.update(mailbox, now, change());
  expect(await again(item)).toMatchObject({ body: shown, attachments: [{ contentId: "logo@siu" }] });
});

test("attachments go in as many requests as the server takes, each at the version that the one before made", async () => {
  const item = await stored();
  const files = [1, 2, 3].map((index) => ({
    name: `${index}.bin`,
    contentType: "application/octet-stream",
    content: Buffer.alloc(2 * 2 ** 20, index),
  }));
  await mailboxes.update(mailbox, item, change({ addPictures: [], addFiles: files }));
  expect(calls.filter((name) => name === "CreateAttachment")).toHaveLength(2);
  expect((await again(item)).attachments.map(({ name }) => name)).toEqual(files.map(({ name }) => name));
});

test("what is too large to be carried over or attached is refused before anything is changed", async () => {
  const item = await stored(["logo@siu"]);
  const small = mailboxesOver(ewsProtocol(watched, async () => {}, 100));
  const large = change({ addPictures: [], addFiles: [{ ...logo, content: Buffer.alloc(73) }] });
  const kept = { ...item, attachments: item.attachments.map((one) => ({ ...one, size: 73 })) };
  for (const refused of [
    () => small.update(mailbox, item, large),
    () => small.recreate(mailbox, item, large, "1 building x"),
    () => small.recreate(mailbox, kept, change({ addPictures: [] }), "1 building x"),
  ])
    await expect(refused()).rejects.toMatchObject({ code: "TOO_LARGE" });
  expect(calls).toEqual([]);
});
