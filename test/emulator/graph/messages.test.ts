import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { mimeOf, startGraph, uma, type GraphTest } from "./client.ts";
import { graphSchemaMissing } from "./schema.ts";

const note = graphSchemaMissing ? ` (unchecked: ${graphSchemaMissing})` : "";
const hour = 3_600_000;
const start = Date.UTC(2026, 10, 1);
const set = "{00020329-0000-0000-C000-000000000046}";
const mark = `String ${set} Name siu-state`;
let graph: GraphTest;
const base = `/users/${uma}`;

beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());
beforeEach(() => graph.mailbox().items.clear());

/** Twelve messages in Sent Items, an hour apart. */
async function fill(): Promise<void> {
  for (let index = 0; index < 12; index++)
    await graph.store("sentitems", mimeOf(`Offer ${index % 3}`, `m${index}@x`), start + index * hour);
}

async function create(
  message: Record<string, unknown>,
  folder = "sentitems",
): Promise<Record<string, unknown>> {
  const answer = await graph.ask(`POST ${base}/mailFolders/${folder}/messages`, message);
  expect(answer).toMatchObject({ status: 201 });
  return answer.data;
}

const sent = (): Promise<Record<string, unknown>> =>
  create({
    subject: "Offer",
    body: { contentType: "html", content: "<p>Hello</p>" },
    from: { emailAddress: { name: "Uma Patel", address: uma } },
    toRecipients: [{ emailAddress: { name: "X", address: "x@example.org" } }],
    singleValueExtendedProperties: [{ id: "Integer 0x0E07", value: "1" }],
  });

describe(`listing messages${note}`, () => {
  test("answers pages of ten, the newest first, with links that lead through all of them", async () => {
    await fill();
    const first = await graph.ask(
      `GET ${base}/mailFolders/SentItems/messages?$select=internetMessageId&$count=true`,
    );
    expect(first.value.map((each) => each["internetMessageId"])).toEqual(
      [11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((index) => `<m${index}@x>`),
    );
    expect(first.data["@odata.count"]).toBe(12);
    expect(Object.keys(first.value[0] ?? {})).toEqual(["@odata.etag", "id", "internetMessageId"]);
    const second = await graph.ask(`GET ${String(first.data["@odata.nextLink"])}`);
    expect(second.value.map((each) => each["internetMessageId"])).toEqual(["<m1@x>", "<m0@x>"]);
    expect(second.data).not.toHaveProperty("@odata.nextLink");
    const skipped = await graph.ask(`GET ${base}/messages?$top=1&$skip=11`);
    expect(skipped.value[0]).toMatchObject({ subject: "Offer 0", isDraft: false });
    expect((await graph.ask(`GET ${base}/messages/$count`)).text).toBe("12");
  });

  test.each([
    ["internetMessageId eq '<m4@x>'", ["4"]],
    ["receivedDateTime ge 2026-11-01T10:00:00Z", ["11", "10"]],
    ["receivedDateTime lt 2026-11-01T02:00:00Z and isRead eq true", ["1", "0"]],
    ["subject eq 'offer 2' and not (internetMessageId in ('<m2@x>','<m5@x>'))", ["11", "8"]],
    ["startswith(subject,'Offer') and contains(subject,'1') and sentDateTime gt 2026-12-01", []],
    ["from/emailAddress/address eq 'uma.patel@contoso.com' and hasAttachments eq true", []],
    ["categories/any(c:c eq 'Red') or toRecipients/all(r:r/emailAddress/address ne 'x@example.org')", ["7"]],
    [`singleValueExtendedProperties/Any(ep: ep/id eq '${mark}' and ep/value eq 'done')`, ["3"]],
    [
      "singleValueExtendedProperties/any(ep:ep/id eq 'Integer 0x0E08' and cast(ep/value,Edm.Int32) gt 100000)",
      [],
    ],
  ])("by $filter=%s", async (filter, wanted) => {
    await fill();
    const items = [...graph.mailbox().items.values()];
    const [seventh, third] = [items[7], items[3]];
    if (seventh) seventh.categories = ["Red"];
    third?.extended.push({
      setId: set.slice(1, -1).toLowerCase(),
      name: "siu-state",
      type: "String",
      value: "done",
    });
    const answer = await graph.ask(
      `GET ${base}/mailFolders('sentitems')/messages?$top=50&$filter=${encodeURIComponent(filter)}`,
    );
    expect(answer.value.map((each) => /\d+/.exec(String(each["internetMessageId"]))?.[0])).toEqual(wanted);
  });

  test("refuses an order that the filter does not begin with, and follows any other", async () => {
    await fill();
    const bad = await graph.ask(`GET ${base}/messages?$filter=isRead eq true&$orderby=receivedDateTime desc`);
    expect(bad).toMatchObject({ status: 400, code: "InefficientFilter" });
    const good = await graph.ask(
      `GET ${base}/messages?$filter=receivedDateTime ge 2026-01-01 and isRead eq true&$orderby=receivedDateTime&$top=1`,
    );
    expect(good.value[0]).toMatchObject({ internetMessageId: "<m0@x>" });
    const sorted = await graph.ask(`GET ${base}/messages?$orderby=subject desc,receivedDateTime asc&$top=1`);
    expect(sorted.value[0]).toMatchObject({ internetMessageId: "<m2@x>" });
  });

  test.each([
    ["$filter=subject eq", "BadRequest"],
    ["$filter=nothing eq 'x'", "RequestBroker--ParseUri"],
    ["$filter=subject eq 'x' ) )", "BadRequest"],
    ["$filter=constructor eq 'x'", "RequestBroker--ParseUri"],
    [`$filter=${"(".repeat(5000)}`, "ErrorInvalidUrlQueryFilter"],
    ["$select=nothing", "RequestBroker--ParseUri"],
    ["$expand=nothing", "RequestBroker--ParseUri"],
    ["$expand=singleValueExtendedProperties", "ErrorInvalidUrlQueryFilter"],
    ["$expand=singleValueExtendedProperties($filter=id eq 'String 0x8001')", "ErrorInvalidProperty"],
    ["$top=-1", "BadRequest"],
    ["$top=1001", "BadRequest"],
    ["$orderby=a b c", "BadRequest"],
  ])("refuses %s", async (query, code) => {
    await fill();
    expect(await graph.ask(`GET ${base}/messages?${query}`)).toMatchObject({ status: 400, code });
  });
});

describe(`a message${note}`, () => {
  test("is created with its flags, and ignores dates and header lines", async () => {
    const made = await create({
      subject: "Anew",
      body: { contentType: "text", content: "Hi" },
      receivedDateTime: "2020-01-01T00:00:00Z",
      sentDateTime: "2020-01-01T00:00:00Z",
      internetMessageHeaders: [{ name: "x-mine", value: "1" }],
      categories: ["Red"],
      importance: "high",
      flag: {
        flagStatus: "flagged",
        dueDateTime: { dateTime: "2026-12-01T00:00:00.0000000", timeZone: "UTC" },
        startDateTime: { dateTime: "2026-11-30T00:00:00", timeZone: "UTC" },
      },
      singleValueExtendedProperties: [
        { id: "Integer 0x0E07", value: "1" },
        { id: "SystemTime 0x0E06", value: "2026-10-01T08:00:00Z" },
        { id: mark, value: "done" },
      ],
    });
    const read = await graph.ask(
      `GET ${base}/messages/${String(made["id"])}?$select=subject,body,isDraft,isRead,receivedDateTime,sentDateTime,categories,importance,flag,internetMessageHeaders&$expand=singleValueExtendedProperties($filter=id eq '${mark}' or id eq 'Integer 0x0E07')`,
    );
    expect(read.data).toMatchObject({
      subject: "Anew",
      body: { contentType: "text", content: "Hi" },
      isDraft: false,
      isRead: true,
      receivedDateTime: "2026-10-01T08:00:00Z",
      categories: ["Red"],
      importance: "high",
      flag: { flagStatus: "flagged", dueDateTime: { timeZone: "UTC" } },
      singleValueExtendedProperties: [
        { id: `String ${set.toLowerCase()} Name siu-state`, value: "done" },
        { id: "Integer 0xe07", value: "1" },
      ],
    });
    expect(String(read.data["sentDateTime"])).not.toContain("2020");
    expect(read.data).not.toHaveProperty("internetMessageHeaders");
  });

  test("without flags is a draft, and no later write of them makes it anything else", async () => {
    const { id } = await create({ subject: "Draft" }, "drafts");
    const flags = { singleValueExtendedProperties: [{ id: "Integer 0x0E07", value: "1" }] };
    expect(await graph.ask(`PATCH ${base}/messages/${String(id)}`, flags)).toMatchObject({ status: 200 });
    expect((await graph.ask(`GET ${base}/messages/${String(id)}`)).data).toMatchObject({ isDraft: true });
  });

  test("is made of MIME, and read as MIME", async () => {
    const mime = mimeOf("Grüße", "mime@x").replaceAll("\n", "\r\n");
    const made = await graph.ask(`POST ${base}/messages`, Buffer.from(mime).toString("base64"), {
      "Content-Type": "text/plain",
    });
    expect(made).toMatchObject({
      status: 201,
      data: { subject: "Grüße", isDraft: true, internetMessageId: "<mime@x>" },
    });
    const value = await graph.ask(`GET ${base}/messages/${String(made.data["id"])}/$value`);
    expect(value.text).toBe(mime);
    const broken = await graph.ask(`POST ${base}/messages`, "%%%", { "Content-Type": "text/plain" });
    expect(broken).toMatchObject({ status: 400, code: "ErrorMimeContentInvalidBase64String" });
  });

  test("that was sent is changed in body, subject and mark, and keeps the rest", async () => {
    const { id, internetMessageId, sentDateTime } = await sent();
    const changed = await graph.ask(`PATCH ${base}/messages/${String(id)}`, {
      subject: "Offer 2",
      body: { contentType: "html", content: "<p>Hello ✓</p>" },
      singleValueExtendedProperties: [{ id: mark, value: "v1" }],
    });
    expect(changed).toMatchObject({ status: 200, data: { subject: "Offer 2" } });
    const text = await graph.ask(`GET ${base}/messages/${String(id)}`, undefined, {
      Prefer: 'outlook.body-content-type="text"',
    });
    expect(text.headers.get("preference-applied")).toBe('outlook.body-content-type="text"');
    expect(text.data).toMatchObject({
      body: { contentType: "text", content: "Hello ✓" },
      internetMessageId,
      sentDateTime,
      isDraft: false,
      toRecipients: [{ emailAddress: { address: "x@example.org" } }],
    });
  });

  test("is changed only in the state that the client saw", async () => {
    const made = await sent();
    const path = `${base}/messages/${String(made["id"])}`;
    const match = { "If-Match": String(made["@odata.etag"]) };
    expect(await graph.ask(`PATCH ${path}`, { isRead: false }, match)).toMatchObject({ status: 200 });
    const late = await graph.ask(`PATCH ${path}`, { isRead: true }, match);
    expect(late).toMatchObject({ status: 412, code: "ErrorIrresolvableConflict" });
    expect(await graph.ask(`DELETE ${path}`, undefined, match)).toMatchObject({ status: 412 });
    expect(await graph.ask(`PATCH ${path}`, { isRead: true }, { "If-Match": "*" })).toMatchObject({
      status: 200,
    });
  });

  test.each([
    [{ attachments: [] }, "BadRequest"],
    [{ colour: "red" }, "RequestBodyRead"],
    [{ constructor: "red" }, "RequestBodyRead"],
    [{ isRead: "yes" }, "BadRequest"],
    [{ importance: "urgent" }, "ErrorInvalidValueForProperty"],
    [{ toRecipients: [] }, "ErrorInvalidPropertyUpdateSentMessage"],
    [{ internetMessageId: "<y@x>" }, "ErrorInvalidPropertySet"],
    [
      { singleValueExtendedProperties: [{ id: "Integer 0x3FFF", value: "x" }] },
      "ErrorInvalidExtendedPropertyValue",
    ],
    ["{", "RequestBodyRead"],
  ])("that was sent refuses %j", async (body, code) => {
    const { id } = await sent();
    const refused = await graph.ask(`PATCH ${base}/messages/${String(id)}`, body);
    expect(refused).toMatchObject({ status: 400, code });
    expect((await graph.ask(`GET ${base}/messages/${String(id)}`)).data).toMatchObject({ subject: "Offer" });
  });

  test("can stay as it is although the answer says success, when that fault is asked for", async () => {
    const { id } = await sent();
    graph.organization.faults.add({ protocol: "graph", operation: "UpdateMessage", failure: "ignore" });
    const path = `${base}/messages/${String(id)}`;
    expect(await graph.ask(`PATCH ${path}`, { subject: "New" })).toMatchObject({ status: 200 });
    expect((await graph.ask(`GET ${path}`)).data).toMatchObject({ subject: "Offer" });
    await graph.ask(`PATCH ${path}`, { subject: "New" });
    expect((await graph.ask(`GET ${path}`)).data).toMatchObject({ subject: "New" });
  });

  test("is copied, moved, and deleted twice before it is gone", async () => {
    const { id } = await sent();
    for (const [destinationId, status] of [
      ["nowhere", 400],
      ["archive", 404],
    ] as const)
      expect(await graph.ask(`POST ${base}/messages/${String(id)}/copy`, { destinationId })).toMatchObject({
        status,
      });
    const moved = await graph.ask(`POST ${base}/messages/${String(id)}/move`, { destinationId: "inbox" });
    expect(moved).toMatchObject({ status: 201, data: { subject: "Offer" } });
    expect(moved.data["id"]).not.toBe(id);
    expect(await graph.ask(`GET ${base}/messages/${String(id)}`)).toMatchObject({
      status: 404,
      code: "ErrorItemNotFound",
    });
    const path = `${base}/mailFolders/inbox/messages/${String(moved.data["id"])}`;
    expect(await graph.ask(`GET ${path.replace("inbox", "sentitems")}`)).toMatchObject({ status: 404 });
    expect(await graph.ask(`DELETE ${path}`)).toMatchObject({ status: 204 });
    const [there] = (await graph.ask(`GET ${base}/mailFolders/deletedItems/messages`)).value;
    await graph.ask(`DELETE ${base}/messages/${String(there?.["id"])}`);
    expect((await graph.ask(`GET ${base}/messages`)).value).toEqual([]);
    const other = await sent();
    const gone = await graph.ask(`POST ${base}/messages/${String(other["id"])}/permanentDelete`);
    expect(gone.status).toBe(204);
    expect(graph.mailbox().items.size).toBe(1);
  });
});
