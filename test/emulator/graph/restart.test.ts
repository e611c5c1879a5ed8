import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findFolder, moveItem, removeItem } from "../mailbox.ts";
import { mimeOf, startGraph, uma, type Answered, type GraphTest } from "./client.ts";

const base = `/users/${uma}`;
const delta = `${base}/mailFolders/sentitems/messages/delta`;
const immutable = { Prefer: 'IdType="ImmutableId"' };
let dataFolder: string;
let graph: GraphTest;
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), "graph-restart-"));
  graph = await startGraph({ dataFolder });
});
afterEach(async () => {
  await stop();
  await rm(dataFolder, { recursive: true });
});

async function stop(): Promise<void> {
  await graph.organization.flush();
  await graph.close();
}

async function restart(): Promise<void> {
  await stop();
  graph = await startGraph({ dataFolder });
}

/** Follows a link of the server as it was, which had another port. */
const follow = (link: unknown, headers = {}): Promise<Answered> => {
  const { pathname, search } = new URL(String(link));
  return graph.ask(`GET ${pathname.slice("/v1.0".length)}${search}`, undefined, headers);
};
const linkOf = ({ data }: Answered): unknown => data["@odata.nextLink"] ?? data["@odata.deltaLink"];
const subjects = ({ value }: Answered): unknown[] => value.map((each) => each["subject"]);

test("a round of delta goes on after a restart in its middle, with its first request's options", async () => {
  for (const subject of ["1", "2", "3"]) await graph.store("sentitems", mimeOf(subject, `${subject}@x`));
  const first = await graph.ask(`GET ${delta}?$select=subject&$top=2`);
  expect(subjects(first)).toEqual(["1", "2"]);
  await restart();
  const second = await follow(linkOf(first));
  expect(second.value).toMatchObject([{ subject: "3" }]);
  expect(second.value[0]).not.toHaveProperty("body");
  expect(second.data).toHaveProperty("@odata.deltaLink");
});

test("delta tells after a restart what went before and after it, and nothing twice", async () => {
  const [gone, moved] = [
    await graph.store("sentitems", mimeOf("gone", "g@x")),
    await graph.store("inbox", mimeOf("moved", "m@x")),
  ];
  const sent = findFolder(graph.mailbox(), "sentitems")?.id ?? "";
  const there = moveItem(graph.organization, graph.mailbox(), moved, sent);
  const round = await graph.ask(`GET ${delta}`, undefined, immutable);
  const ids = round.value.map(({ id }) => id);
  removeItem(graph.organization, graph.mailbox(), gone);
  await restart();
  const item = graph.mailbox().items.get(there.id);
  if (!item) throw new Error("The message is lost.");
  removeItem(graph.organization, graph.mailbox(), item);
  const after = await follow(linkOf(round), immutable);
  expect(after.value).toEqual(ids.map((id) => ({ id, "@removed": { reason: "deleted" } })));
  await restart();
  expect((await follow(linkOf(after), immutable)).value).toEqual([]);
});

test("a token that another folder, another time or nobody gave is refused", async () => {
  const round = await graph.ask(`GET ${delta}`);
  const link = String(linkOf(round));
  const refused = { status: 410, code: "SyncStateNotFound" };
  expect(await follow(link.replace("sentitems", "inbox"))).toMatchObject(refused);
  expect(await follow(link.replace("deltatoken=H4sI", "deltatoken=H4sX"))).toMatchObject(refused);
  graph.organization.store.sequence = 1;
  expect(await follow(link)).toMatchObject(refused);
});

test("delta of groups goes on after a restart", async () => {
  const round = await graph.ask("GET /groups/delta?$select=displayName,members");
  await restart();
  const sales = graph.recipient("sales@contoso.com");
  const left = sales.members?.shift();
  expect((await follow(linkOf(round))).value).toMatchObject([
    { id: sales.guid, "members@delta": [{ id: left, "@removed": { reason: "deleted" } }] },
  ]);
});

test("an upload goes on after a restart, and what it made is whole", async () => {
  const { id } = await graph.ask(`POST ${base}/messages`, { subject: "x" }).then(({ data }) => data);
  const path = `${base}/messages/${String(id)}/attachments`;
  const size = 3_500_000;
  const content = Buffer.from(Array.from({ length: size }, (_, index) => index % 251));
  const session = await graph.ask(`POST ${path}/createUploadSession`, {
    AttachmentItem: { attachmentType: "file", name: "big.bin", size },
  });
  const { pathname, search } = new URL(String(session.data["uploadUrl"]));
  const url = `${pathname.slice("/v1.0".length)}${search}`;
  const put = (from: number, to: number): Promise<Answered> =>
    graph.ask(`PUT ${url}`, content.subarray(from, to), {
      Authorization: "",
      "Content-Range": `bytes ${from}-${to - 1}/${size}`,
    });
  await put(0, 1_000_000);
  await put(1_000_000, 2_000_000);
  await restart();
  expect((await graph.ask(`GET ${url}`)).data).toMatchObject({ nextExpectedRanges: ["2000000-"] });
  expect(await put(2_000_000, size)).toMatchObject({ status: 201 });
  await restart();
  const [made] = (await graph.ask(`GET ${path}`)).value;
  expect(Buffer.from(String(made?.["contentBytes"]), "base64").equals(content)).toBe(true);
  expect(await graph.ask(`GET ${url}`)).toMatchObject({ status: 404 });
  expect(graph.organization.store.uploads?.size ?? 0).toBe(0);
});
