import {
  BatchRequestContent,
  BatchResponseContent,
  Client,
  FileUpload,
  GraphError,
  LargeFileUploadTask,
  PageIterator,
  type PageCollection,
} from "@microsoft/microsoft-graph-client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { mimeOf, startGraph, uma, type GraphTest } from "./client.ts";
import { startReceiver } from "./notifications/receiver.ts";

let graph: GraphTest;
let client: Client;
const sentTo: { from: string; to: string[] }[] = [];
const sent = `/users/${uma}/mailFolders/sentitems/messages`;

beforeAll(async () => {
  graph = await startGraph({ submit: async ({ from, to }) => void sentTo.push({ from, to }) });
  const { hostname } = new URL(graph.server.origin);
  client = Client.initWithMiddleware({
    baseUrl: `${graph.server.graph ?? ""}/`,
    defaultVersion: "v1.0",
    customHosts: new Set([hostname]),
    authProvider: { getAccessToken: () => graph.token() },
  });
});
afterAll(() => graph.close());
beforeEach(() => {
  graph.mailbox().items.clear();
  // The library calls the global fetch and takes no other.
  vi.stubGlobal("fetch", graph.fetch);
});
afterEach(() => vi.unstubAllGlobals());

describe("@microsoft/microsoft-graph-client", () => {
  test("walks through every page", async () => {
    for (let index = 0; index < 25; index++)
      await graph.store("sentitems", mimeOf(`m${index}`, `${index}@x`), Date.UTC(2026, 0, 1, index));
    const first = (await client.api(sent).select("subject").top(7).get()) as PageCollection;
    const subjects: unknown[] = [];
    await new PageIterator(
      client,
      first,
      ({ subject }: { subject: string }) => subjects.push(subject) > 0,
    ).iterate();
    expect(subjects).toEqual(Array.from({ length: 25 }, (_, index) => `m${24 - index}`));
  });

  test("finds a message by its Message-ID, changes it, and reads the change and its mark back", async () => {
    await graph.store("sentitems", mimeOf("Grüße", "find@x"));
    const id = "String {00020329-0000-0000-c000-000000000046} Name siu-state";
    const found = (await client.api(sent).filter("internetMessageId eq '<find@x>'").get()) as PageCollection;
    const path = `/users/${uma}/messages/${String(found.value[0].id)}`;
    await client
      .api(path)
      .header("If-Match", found.value[0]["@odata.etag"])
      .patch({
        body: { contentType: "html", content: "<p>Signed &amp; sealed</p>" },
        singleValueExtendedProperties: [{ id, value: "a <b> & c" }],
      });
    const read = (await client
      .api(path)
      .expand(`singleValueExtendedProperties($filter=id eq '${id}')`)
      .get()) as Record<string, unknown>;
    expect(read).toMatchObject({
      subject: "Grüße",
      body: { contentType: "html" },
      internetMessageId: "<find@x>",
      singleValueExtendedProperties: [{ id, value: "a <b> & c" }],
    });
    expect(JSON.stringify(read["body"])).toContain("<p>Signed &amp; sealed</p>");
    const late = client.api(path).header("If-Match", found.value[0]["@odata.etag"]).patch({ isRead: false });
    await expect(late).rejects.toSatisfy(
      (error) =>
        error instanceof GraphError && error.statusCode === 412 && error.code === "ErrorIrresolvableConflict",
    );
    await client.api(path).delete();
    expect(((await client.api(sent).get()) as PageCollection).value).toEqual([]);
  });

  test("waits and asks again when it is throttled", async () => {
    graph.organization.faults.add({
      protocol: "graph",
      operation: "ListMessages",
      failure: "throttle",
      retryAfter: 0,
    });
    expect(((await client.api(sent).get()) as PageCollection).value).toEqual([]);
  });

  test("uploads a large file in ranges", async () => {
    await graph.store("sentitems", mimeOf("Big", "big@x"));
    const [message] = ((await client.api(sent).get()) as PageCollection).value;
    const path = `/users/${uma}/messages/${String(message.id)}/attachments`;
    const content = Buffer.alloc(3_300_000, 5);
    const session = await LargeFileUploadTask.createUploadSession(client, `${path}/createUploadSession`, {
      AttachmentItem: { attachmentType: "file", name: "big.bin", size: content.length },
    });
    const file = new FileUpload(new Uint8Array(content).buffer, "big.bin", content.length);
    const task = new LargeFileUploadTask(client, file, session, { rangeSize: 1_310_720 });
    const done = await task.upload();
    expect(done.location).toContain("/attachments(");
    const [read] = ((await client.api(path).get()) as PageCollection).value;
    expect(read).toMatchObject({ name: "big.bin", size: content.length });
    expect(Buffer.from(read.contentBytes, "base64").equals(content)).toBe(true);
  });

  test("follows delta to its link, and hears there of what came, changed and went", async () => {
    for (const name of ["a", "b", "c", "d", "e"]) await graph.store("sentitems", mimeOf(name, `${name}@x`));
    const seen = new Map<string, string>();
    const walk = async (url: string): Promise<string> => {
      const page = (await client.api(url).header("Prefer", "odata.maxpagesize=2").get()) as PageCollection;
      const iterator = new PageIterator(
        client,
        page,
        (each: { id: string; subject?: string; "@removed"?: object }) => {
          if (each["@removed"]) seen.delete(each.id);
          else seen.set(each.id, each.subject ?? "");
          return true;
        },
        { headers: { Prefer: "odata.maxpagesize=2" } },
      );
      await iterator.iterate();
      return iterator.getDeltaLink() ?? "";
    };
    const link = await walk(`${sent}/delta?$select=subject`);
    expect([...seen.values()].toSorted()).toEqual(["a", "b", "c", "d", "e"]);
    const [first = "", second = ""] = [...seen.keys()];
    const [gone, changed] = [seen.get(first), seen.get(second)];
    await client.api(`/users/${uma}/messages/${first}`).delete();
    await client.api(`/users/${uma}/messages/${second}`).patch({ subject: "changed" });
    await graph.store("sentitems", mimeOf("f", "f@x"));
    const next = await walk(link);
    const left = ["a", "b", "c", "d", "e"].filter((name) => name !== gone && name !== changed);
    expect([...seen.values()].toSorted()).toEqual([...left, "changed", "f"].toSorted());
    const before = new Map(seen);
    expect(await walk(next)).not.toBe("");
    expect(seen).toEqual(before);
  });

  test("sends a batch whose parts wait for each other, and reads each part's own status", async () => {
    await graph.store("sentitems", mimeOf("Waits", "w@x"));
    const [{ id }] = ((await client.api(sent).get()) as PageCollection).value;
    const message = `${graph.server.graph ?? ""}/users/${uma}/messages/${String(id)}`;
    const headers = { "Content-Type": "application/json" };
    const patch = (more: object) =>
      new Request(message, { method: "PATCH", headers, body: JSON.stringify(more) });
    const batch = new BatchRequestContent([
      { id: "first", request: patch({ subject: "one" }) },
      { id: "wrong", request: patch({ nonsense: 1 }), dependsOn: ["first"] },
      { id: "late", request: patch({ subject: "two" }), dependsOn: ["wrong"] },
    ]);
    const answer = new BatchResponseContent(await client.api("/$batch").post(await batch.getContent()));
    expect([...answer.getResponses()].map(([key, { status }]) => [key, status]).toSorted()).toEqual([
      ["first", 200],
      ["late", 424],
      ["wrong", 400],
    ]);
    expect(await client.api(`/users/${uma}/messages/${String(id)}`).get()).toMatchObject({ subject: "one" });
  });

  test("sends a batch", async () => {
    await graph.store("sentitems", mimeOf("Batched", "b@x"));
    const url = (path: string) => `${graph.server.graph ?? ""}${path}`;
    const batch = new BatchRequestContent([
      { id: "1", request: new Request(url(sent), { method: "GET" }) },
      { id: "2", request: new Request(url(`/users/${uma}`), { method: "GET" }), dependsOn: ["1"] },
    ]);
    const answer = new BatchResponseContent(await client.api("/$batch").post(await batch.getContent()));
    expect(await answer.getResponseById("1").json()).toMatchObject({ value: [{ subject: "Batched" }] });
    expect(await answer.getResponseById("2").json()).toMatchObject({ userPrincipalName: uma });
  });

  test("sends a message, which is kept in Sent Items", async () => {
    const message = {
      subject: "Lunch?",
      body: { contentType: "text", content: "At noon." },
      toRecipients: [{ emailAddress: { address: "x@example.org" } }],
    };
    await client.api(`/users/${uma}/sendMail`).post({ message });
    const [kept] = ((await client.api(sent).get()) as PageCollection).value;
    expect(kept).toMatchObject({
      subject: "Lunch?",
      isDraft: false,
      from: { emailAddress: { address: uma } },
    });
    const draft = (await client.api(`/users/${uma}/messages`).post({ ...message, subject: "Later" })) as {
      id: string;
    };
    await client.api(`/users/${uma}/messages/${draft.id}/send`).post({});
    const both = ((await client.api(sent).orderby("subject").get()) as PageCollection).value;
    expect(both.map(({ subject }: { subject: string }) => subject)).toEqual(["Later", "Lunch?"]);
    expect(sentTo).toEqual([
      { from: uma, to: ["x@example.org"] },
      { from: uma, to: ["x@example.org"] },
    ]);
  });

  test("subscribes, is notified, renews and unsubscribes", async () => {
    const hook = await startReceiver(graph.organization);
    const end = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
    const made = (await client.api("/subscriptions").post({
      changeType: "created",
      notificationUrl: `${hook.origin}/hook`,
      resource: sent,
      expirationDateTime: end(1),
      clientState: "secret",
    })) as Record<string, string>;
    await graph.store("sentitems", mimeOf("Told", "told@x"));
    await graph.notifications.idle();
    const [told] = hook.taken();
    expect(told).toMatchObject({ subscriptionId: made["id"], clientState: "secret", changeType: "created" });
    const read = (await client.api(`/${String(told?.["resource"])}`).get()) as Record<string, unknown>;
    expect(read["subject"]).toBe("Told");
    const one = client.api(`/subscriptions/${made["id"] ?? ""}`);
    const renewed = (await one.patch({ expirationDateTime: end(24) })) as Record<string, string>;
    expect(Date.parse(renewed["expirationDateTime"] ?? "")).toBeGreaterThan(
      Date.parse(made["expirationDateTime"] ?? ""),
    );
    await one.delete();
    await expect(one.get()).rejects.toMatchObject({ statusCode: 404, code: "ResourceNotFound" });
    await hook.close();
  });

  test("reads the stream of a message's MIME", async () => {
    await graph.store("sentitems", mimeOf("Stream", "s@x"));
    const [{ id }] = ((await client.api(sent).get()) as PageCollection).value;
    const stream = (await client
      .api(`/users/${uma}/messages/${String(id)}/$value`)
      .getStream()) as ReadableStream;
    expect(await new Response(stream).text()).toContain("Message-ID: <s@x>");
  });
});
