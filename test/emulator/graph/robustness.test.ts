import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mimeOf, startGraph, uma, type GraphTest } from "./client.ts";

let graph: GraphTest;
let path: string;
beforeAll(async () => {
  graph = await startGraph();
  await graph.store("sentitems", mimeOf("Kept", "kept@x"));
  const { value } = await graph.ask(`GET /users/${uma}/mailFolders/sentitems/messages`);
  path = `/users/${uma}/messages/${String(value[0]?.["id"])}`;
});
afterAll(() => graph.close());

const json = { "Content-Type": "application/json" };
const alive = async (): Promise<unknown> => (await graph.ask(`GET ${path}?$select=subject`)).data["subject"];

describe("bodies", () => {
  const deep = 200_000;
  test.each([
    ["cut off", '{"subject":'],
    ["nothing", ""],
    ["a list", "[]"],
    ["null", "null"],
    ["a number beyond all", "1e999"],
    ["deep lists", "[".repeat(deep) + "]".repeat(deep)],
    ["deep objects", `${'{"subject":'.repeat(deep)}1${"}".repeat(deep)}`],
    ["UTF-16", Buffer.from('{"subject":"x"}', "utf16le")],
    ["a prototype", '{"__proto__":{"isRead":true},"subject":"x"}'],
    ["a constructor", '{"constructor":{"prototype":{"isRead":true}}}'],
    ["another property", '{"subject":"x","nonsense":1}'],
    ["another type", '{"subject":{}}'],
    ["text for a truth", '{"isRead":"yes"}'],
    ["a number for an importance", '{"importance":123456789012345678901234567890}'],
    ["people who are none", '{"toRecipients":[null,1,{"emailAddress":{"address":5}}]}'],
    ["an attachment that is none", '{"attachments":[{"@odata.type":"x"}]}'],
    [
      "bytes that are none",
      '{"attachments":[{"@odata.type":"#microsoft.graph.fileAttachment","name":"x","contentBytes":"!"}]}',
    ],
  ])("%s is a bad request, and changes nothing", async (_what, body) => {
    for (const call of [`POST /users/${uma}/messages`, `PATCH ${path}`]) {
      const answer = await graph.ask(call, body, json);
      expect([call, answer.status, answer.code]).toEqual([
        call,
        400,
        expect.stringMatching(/^(?:RequestBodyRead|BadRequest|ErrorInvalidProperty)$/),
      ]);
    }
    expect(await alive()).toBe("Kept");
    expect(({} as Record<string, unknown>)["isRead"]).toBeUndefined();
  });

  test("100 MB are too large, and the next request is answered", async () => {
    const large = Buffer.alloc(100_000_000, 0x61);
    const answer = await graph.ask(`POST /users/${uma}/messages`, large, json);
    expect([answer.status, answer.code]).toEqual([413, "RequestEntityTooLarge"]);
    expect(await alive()).toBe("Kept");
  });

  test("a byte order mark, doubled keys, broken characters and NULs do no harm", async () => {
    const made = async (body: string | Buffer): Promise<unknown> =>
      (await graph.ask(`POST /users/${uma}/messages`, body, json)).data["subject"];
    expect(await made('\uFEFF{"subject":"marked"}')).toBe("marked");
    expect(await made('{"subject":"a","subject":"b"}')).toBe("b");
    expect(await made(Buffer.from('{"subject":"\xff"}', "latin1"))).toBe("\uFFFD");
    expect(await made('{"subject":"a\\u0000b \\ud800"}')).toMatch(/^a.*b/);
  });

  test("parameters of actions are known with a capital too, as Graph's metadata writes them", async () => {
    const { data } = await graph.ask(`POST /users/${uma}/messages`, { subject: "moves" });
    // As bytes: the description that other calls are held to knows the documentation's spelling only.
    const body = Buffer.from('{"DestinationId":"inbox"}');
    const moved = await graph.ask(`POST /users/${uma}/messages/${String(data["id"])}/move`, body, json);
    expect([moved.status, moved.data["subject"]]).toEqual([201, "moves"]);
  });

  test("no line of a header is smuggled in", async () => {
    const evil = "a\r\nX-Evil: 1\r\n\r\nb";
    const made = await graph.ask(`POST /users/${uma}/messages`, {
      subject: evil,
      internetMessageId: `<${evil}>`,
      toRecipients: [{ emailAddress: { name: evil, address: `x@example.org\r\nX-Evil: 1` } }],
    });
    expect(made.status).toBe(201);
    const { text } = await graph.ask(`GET /users/${uma}/messages/${String(made.data["id"])}/$value`);
    expect(text).not.toMatch(/^X-Evil/m);
    expect(text.split("\r\n\r\n")).toHaveLength(2);
  });
});

describe("queries", () => {
  const list = (query: string) => graph.ask(`GET /users/${uma}/messages?${encodeURI(query)}`);
  const nested = `${"(".repeat(500)}subject eq 'x'${")".repeat(500)}`;
  test.each([
    ["$filter=(", "BadRequest"],
    [`$filter=${nested}`, "ErrorInvalidUrlQueryFilter"],
    ["$filter=subject eq", "BadRequest"],
    ["$filter=subject eq 'x", "BadRequest"],
    ["$filter=nonsense eq 1", "RequestBroker--ParseUri"],
    ["$filter=isRead eq 5", "BadRequest"],
    ["$filter=isRead eq 'true'", "BadRequest"],
    ["$filter=subject gt 2026-01-01", "BadRequest"],
    ["$filter=receivedDateTime ge 'yesterday'", "BadRequest"],
    ["$filter=receivedDateTime ge 2026-99-99T00:00:00Z", "BadRequest"],
    ["$filter=startswith(subject)", "BadRequest"],
    ["$filter=not contains(subject)", "BadRequest"],
    ["$filter=foo(subject,'x') eq true", "BadRequest"],
    ["$filter=toRecipients/any(", "BadRequest"],
    ["$top=-1", "BadRequest"],
    ["$top=0", "BadRequest"],
    ["$top=1001", "BadRequest"],
    ["$top=5&$top=6", "BadRequest"],
    ["$skip=1e9", "BadRequest"],
    ["$orderby=subject sideways", "BadRequest"],
    ["$orderby=nonsense", "RequestBroker--ParseUri"],
    ["$select=__proto__", "RequestBroker--ParseUri"],
    ["$select=constructor", "RequestBroker--ParseUri"],
    ["$expand=singleValueExtendedProperties($filter=", "BadRequest"],
    ["$expand=nonsense", "RequestBroker--ParseUri"],
  ])("%s is refused with %s", async (query, code) => {
    const answer = await list(query);
    expect([answer.status, answer.code]).toEqual([400, code]);
  });

  test.each([
    ["$filter=isRead eq true and receivedDateTime ge 2026-01-01T00:00:00Z"],
    ["$filter=subject ne null"],
    ["$filter=length(subject) gt 3"],
    ["$filter=tolower(subject) eq 'kept'"],
    ["$filter=contains(subject,'ep') or endswith(subject,'x')"],
    ["$filter=internetMessageId eq '<kept@x>'"],
    ["$filter=toRecipients/any(r:r/emailAddress/address eq 'x@example.org')"],
  ])("%s finds the message", async (query) => {
    expect((await list(query)).value.map(({ subject }) => subject)).toContain("Kept");
  });

  test.each([
    ["/users/%00", 404],
    ["/users/%ff", 400],
    [`/users/${uma}/messages/%00`, 400],
    [`/users/${uma}/messages/${"A".repeat(5000)}`, 400],
    [`/users/${uma}/messages/..%2f..%2f`, 400],
    [`/users/${uma}/mailFolders/nope/messages`, 400],
    [`/users/${uma}/nonsense`, 400],
    ["/nonsense", 400],
  ])("the path %s is answered with %i", async (at, status) => {
    const answer = await graph.ask(`GET ${at}`);
    expect([answer.status, typeof answer.code]).toEqual([status, "string"]);
  });
});

describe("batches", () => {
  const one = (more: object) => ({ requests: [{ id: "1", method: "GET", url: "/users", ...more }] });
  const many = (size: number) => ({
    requests: Array.from({ length: size }, (_, id) => ({ id: String(id), method: "GET", url: "/users" })),
  });
  test.each([
    ["no requests", {}],
    ["none", { requests: [] }],
    ["null for one", { requests: [null] }],
    ["a number for an id", one({ id: 1 })],
    ["an object for an address", one({ url: {} })],
    ["more than twenty", many(21)],
    ["an id twice", { requests: [...many(1).requests, ...many(1).requests] }],
    ["one that waits for itself", one({ dependsOn: ["1"] })],
    ["one that waits for nobody", one({ dependsOn: ["9"] })],
  ])("%s is a bad request", async (_what, body) => {
    const answer = await graph.ask("POST /$batch", JSON.stringify(body), json);
    expect([answer.status, answer.code]).toEqual([400, "BadRequest"]);
  });

  test("an address of another host or in broken letters fails alone", async () => {
    const { requests } = many(3);
    Object.assign(requests[0] ?? {}, { url: "http://evil.example/" });
    Object.assign(requests[1] ?? {}, { url: "/users/%ff" });
    const { data } = await graph.ask("POST /$batch", { requests });
    expect((data["responses"] as { status: number }[]).map(({ status }) => status)).toEqual([400, 400, 200]);
  });
});
