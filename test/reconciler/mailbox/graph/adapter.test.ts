import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  createGraphMailboxes,
  scopeOf,
  type GraphConnection,
} from "../../../../reconciler/mailbox/graph/adapter.ts";
import { connect } from "../../../../reconciler/mailbox/graph/client.ts";
import { credentialOf, tokens } from "../../../../reconciler/mailbox/application.ts";
import { rows, sideOf } from "../../../emulator/store.ts";
import { startEmbeddedGraph, type EmbeddedGraph } from "../../../contract/embedded-graph.ts";
import { graphOperator } from "../../../contract/graph-operator.ts";
import type { Operator } from "../../../contract/ews-operator.ts";
import type { Change, SentItem } from "../../../../reconciler/mailbox/port.ts";

const mailbox = "uma.patel@contoso.com";
let embedded: EmbeddedGraph;
/** Those that requests to Graph came over. */
const connections = new Set<object | undefined>();
let graph: GraphConnection;
let operator: Operator;
let closeOperator: () => Promise<void>;

beforeAll(async () => {
  embedded = await startEmbeddedGraph("Alias -ne 'victor.hugo'", undefined, ({ connection }) =>
    connections.add(connection),
  );
  graph = createGraphMailboxes(embedded.options);
  const { signIn, now, ...rest } = embedded.options;
  const own = connect({
    ...rest,
    token: tokens(() => credentialOf(signIn), "https://graph.microsoft.com/.default", now),
  });
  operator = graphOperator(own.call, mailbox);
  closeOperator = own.close;
});
afterEach(() => embedded.organization.faults.clear());
afterAll(async () => {
  await graph.close();
  await closeOperator();
  await embedded.close();
});

async function stored(): Promise<SentItem> {
  const messageId = `<${randomUUID()}@contoso.com>`;
  await operator.store({ messageId, html: "<p>Hello</p>" });
  return only(messageId);
}

async function only(messageId: string): Promise<SentItem> {
  const [found] = await graph.mailboxes.find(mailbox, messageId);
  const item = found && (await graph.mailboxes.read(mailbox, found.id));
  if (item === undefined) throw new Error("it is not there");
  return item;
}

const large = {
  contentId: "large@siu",
  name: "large.png",
  contentType: "image/png",
  content: new Uint8Array(7_000_000).fill(7),
};
const small = {
  contentId: "small@siu",
  name: "small.png",
  contentType: "image/png",
  content: new Uint8Array(10).fill(1),
};
const change = (addPictures: Change["addPictures"]): Change => ({
  body: { type: "html", content: '<p>Hello</p><img src="cid:large@siu"><img src="cid:small@siu">' },
  addPictures,
  removeAttachments: [],
  mark: "1 updated x",
});

test("opens nothing before the first call, and nothing after close", async () => {
  const idle = createGraphMailboxes({ ...embedded.options, url: "https://graph.invalid" });
  await idle.close();
  const { check, close } = createGraphMailboxes(embedded.options);
  await check(mailbox);
  await close();
  await expect(check(mailbox)).rejects.toMatchObject({ code: "UNAVAILABLE" });
});

test.for([
  ["https://graph.microsoft.com", "https://graph.microsoft.com/.default"],
  ["https://graph.microsoft.us/", "https://graph.microsoft.us/.default"],
  ["https://dod-graph.microsoft.us", "https://dod-graph.microsoft.us/.default"],
  ["https://microsoftgraph.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn/.default"],
  ["https://127.0.0.1:8443", "https://graph.microsoft.com/.default"],
])("for %s tokens are asked for as %s", ([url, scope]) => {
  expect(scopeOf(String(url))).toBe(scope);
});

test("the mailbox of the other side cannot be opened on this one", async () => {
  await expect(graph.check("anna.weber@contoso.com")).rejects.toMatchObject({
    code: "MAILBOX_NOT_FOUND",
    message: expect.stringContaining("on-premises"),
  });
});

test("a great many calls for one mailbox wait for each other instead of being refused, over kept connections", async () => {
  connections.clear();
  const { messageId } = await stored();
  const found = await Promise.all(Array.from({ length: 40 }, () => graph.mailboxes.find(mailbox, messageId)));
  expect(found.map(({ length }) => length)).toEqual(Array.from({ length: 40 }, () => 1));
  // Four requests at once, each of whose connections may have a double (undici opens one while the other is put back), and the test's own.
  expect(connections.size).toBeLessThanOrEqual(9);
});

test("what does not bear its mark, although Graph says so, is not copied", async () => {
  const item = await stored();
  const { faults } = embedded.organization;
  faults.add({ protocol: "graph", operation: "UpdateMessage", failure: "ignore" });
  await expect(graph.mailboxes.copy(mailbox, item, "1 original x")).rejects.toMatchObject({
    code: "NOT_VERIFIED",
  });
  expect(await graph.mailboxes.find(mailbox, item.messageId)).toHaveLength(1);
});

describe("pictures", () => {
  test("of any size arrive whole and with their Content-ID", async () => {
    const item = await stored();
    await graph.mailboxes.update(mailbox, item, change([small, large]));
    const { attachments } = await only(item.messageId);
    expect(
      attachments.map(({ contentId, isInline, size }) => [contentId, isInline, size]).toSorted(),
    ).toEqual([
      ["large@siu", true, 7_000_000],
      ["small@siu", true, 10],
    ]);
  });

  test("are all taken out again when a large one loses its Content-ID on the way", async () => {
    const item = await stored();
    const { faults } = embedded.organization;
    faults.add({ protocol: "graph", operation: "UploadRange", failure: "ignore", times: 3 });
    await expect(graph.mailboxes.update(mailbox, item, change([small, large]))).rejects.toMatchObject({
      code: "REFUSED",
      message: expect.stringContaining("Content-ID"),
    });
    expect(await only(item.messageId)).toMatchObject({ attachments: [], body: item.body });
  });

  test("that were added are taken out again when a later one is refused", async () => {
    const item = await stored();
    const { faults } = embedded.organization;
    faults.add({ protocol: "graph", operation: "CreateUploadSession", failure: "throttle", retryAfter: 3 });
    await expect(graph.mailboxes.update(mailbox, item, change([small, large]))).rejects.toMatchObject({
      code: "THROTTLED",
      retryAfter: 3000,
    });
    expect(await only(item.messageId)).toMatchObject({ attachments: [], body: item.body });
  });
});

test("an answer of success without a change is not taken for one by whoever reads it again", async () => {
  const item = await stored();
  embedded.organization.faults.add({ protocol: "graph", operation: "UpdateMessage", failure: "ignore" });
  await graph.mailboxes.update(mailbox, item, change([]));
  expect(await only(item.messageId)).toMatchObject({ body: item.body });
});

test.for([
  ["throttle", "THROTTLED"],
  ["unavailable", "UNAVAILABLE"],
  ["error", "UNAVAILABLE"],
  ["drop", "UNAVAILABLE"],
  ["truncate", "UNAVAILABLE"],
] as const)("a server with the fault %s is %s", async ([failure, code]) => {
  const { faults } = embedded.organization;
  faults.add({
    protocol: "graph",
    operation: "ListMessages",
    failure,
    ...(failure === "throttle" && { retryAfter: 2 }),
  });
  await expect(graph.mailboxes.find(mailbox, "<x@y>")).rejects.toMatchObject({
    code,
    message: expect.stringContaining(mailbox),
    ...(failure === "throttle" && { retryAfter: 2000 }),
  });
});

test("without the advanced permission what a sent message says is locked from a date on; its mark is not, and it can be made anew", async () => {
  const { organization } = embedded;
  const { mailAdvancedFrom } = organization.settings;
  const grants = rows(sideOf(organization, "online"), "ManagementRoleAssignment");
  const advanced =
    grants.find(({ Name }) => Name === "Application Mail-Advanced.ReadWrite.All-Senders") ?? {};
  const item = await stored();
  organization.settings.mailAdvancedFrom = 0;
  advanced["Role"] = "Application Mail.Read";
  try {
    await expect(graph.mailboxes.update(mailbox, item, change([small]))).rejects.toMatchObject({
      code: "LOCKED",
    });
    const left = await only(item.messageId);
    expect(left).toMatchObject({ body: item.body, attachments: [] });
    const marked = await graph.mailboxes.mark(mailbox, left, "1 original x");
    const made = await graph.mailboxes.recreate(
      mailbox,
      { ...left, ...marked },
      change([small, large]),
      "1 building x",
    );
    const read = await graph.mailboxes.read(mailbox, made.id);
    expect(read).toMatchObject({ isDraft: false, messageId: item.messageId, mark: "1 updated x" });
    expect(read?.attachments.map(({ contentId }) => contentId)).toEqual(["small@siu", "large@siu"]);
  } finally {
    organization.settings.mailAdvancedFrom = mailAdvancedFrom;
    advanced["Role"] = "Application Mail-Advanced.ReadWrite.All";
  }
});
