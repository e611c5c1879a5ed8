import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Call, connect } from "../../../../reconciler/mailbox/graph/client.ts";
import { credentialOf, tokens } from "../../../../reconciler/mailbox/application.ts";
import { graphProtocol } from "../../../../reconciler/mailbox/graph/protocol.ts";
import { mailboxesOver } from "../../../../reconciler/mailbox/over-protocol.ts";
import type { Change, Mailboxes, SentItem } from "../../../../reconciler/mailbox/port.ts";
import { type EmbeddedGraph, startEmbeddedGraph } from "../../../contract/embedded-graph.ts";
import { pixel, type Operator } from "../../../contract/ews-operator.ts";
import { graphOperator } from "../../../contract/graph-operator.ts";

const mailbox = "uma.patel@contoso.com";
const logo = {
  contentId: "logo@siu",
  name: "logo.png",
  contentType: "image/png",
  content: new Uint8Array(pixel),
};
const change: Change = {
  body: { type: "html", content: '<p>Hello</p><img src="cid:logo@siu">' },
  addPictures: [],
  removeAttachments: [],
  mark: "1 updated x",
};

let embedded: EmbeddedGraph;
let close: () => Promise<void>;
let operator: Operator;
let mailboxes: Mailboxes;
/** The requests that went over the wire, as `POST /$batch`. */
let requests: string[];

beforeAll(async () => {
  embedded = await startEmbeddedGraph("Alias -like '*'");
  const { signIn, now, ...options } = embedded.options;
  const token = tokens(() => credentialOf(signIn), "https://graph.microsoft.com/.default", now);
  const connection = connect({ ...options, token });
  ({ close } = connection);
  const watched: Call = (ask, about, on) => {
    requests.push(`${ask.method} ${ask.path.replace(/\?.*/, "").split("/").at(-1)}`);
    return connection.call(ask, about, on);
  };
  operator = graphOperator(connection.call, mailbox);
  mailboxes = mailboxesOver(graphProtocol(watched, async () => {}));
});
beforeEach(() => {
  requests = [];
});
afterAll(async () => {
  await close();
  await embedded.close();
});

async function found(pictures: string[] = []): Promise<SentItem> {
  const messageId = `<${randomUUID()}@contoso.com>`;
  await operator.store({ messageId, html: '<p>Hello</p><img src="cid:old@x">', pictures });
  const [item] = await mailboxes.find(mailbox, messageId, () => true);
  if (!item) throw new Error("it was not stored");
  return item;
}

test("a plain update takes two round trips, and is verified in the second", async () => {
  const item = await found();
  const updated = await mailboxes.update(mailbox, item, change);
  expect(requests).toEqual(["GET messages", "POST $batch"]);
  expect(updated).toMatchObject({ mark: "1 updated x" });
  expect(await mailboxes.read(mailbox, item.id)).toEqual(updated);
});

test("pictures go in with one more, those of before are read with one, and go out with the body", async () => {
  const item = await found(["old@x", "older@x"]);
  expect(requests).toEqual(["GET messages", "POST $batch"]);
  requests = [];
  const removeAttachments = item.attachments.map(({ id }) => id);
  const addPictures = [logo, { ...logo, contentId: "second@siu" }];
  const updated = await mailboxes.update(mailbox, item, { ...change, addPictures, removeAttachments });
  expect(requests).toEqual(["POST $batch", "POST $batch"]);
  expect(updated.attachments.map(({ contentId }) => contentId)).toEqual(["logo@siu", "second@siu"]);
});

test("a body too large for a batch is written and read by itself", async () => {
  const item = await found();
  requests = [];
  const body = { type: "html", content: `<p>${"ü".repeat(2 ** 20)}</p>` } as const;
  const updated = await mailboxes.update(mailbox, item, { ...change, body });
  expect(requests.map((request) => request.split(" ")[0])).toEqual(["PATCH", "GET"]);
  expect(updated.body.content).toContain(body.content);
});

test("an attachment that is gone by the time it is to be taken out does not hold up the update", async () => {
  const item = await found(["old@x"]);
  const [gone] = item.attachments.map(({ id }) => id);
  const removeAttachments = [gone ?? "", gone ?? ""];
  const updated = await mailboxes.update(mailbox, item, { ...change, removeAttachments });
  expect(updated).toMatchObject({ mark: "1 updated x", attachments: [] });
});
