import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mimeOf, startGraph, uma, type GraphTest } from "./client.ts";

let graph: GraphTest;
const messages = `/users/${uma}/messages`;
beforeAll(async () => {
  graph = await startGraph();
  const october = Date.UTC(2026, 9, 1);
  await graph.store("sentitems", mimeOf("Offer for Ben", "1@x", "<p>Blue <b>chairs</b></p>"), october);
  await graph.store(
    "inbox",
    mimeOf("Order", "2@x", "<p>Red tables, not for offers</p>"),
    october + 86_400_000,
  );
  await graph.store("inbox", mimeOf("Grüße", "3@x", "<p>blueberry</p>"), october + 2 * 86_400_000);
});
afterAll(() => graph.close());

const found = async (search: string, more = ""): Promise<unknown[]> =>
  (await graph.ask(`GET ${messages}?$search=${encodeURIComponent(search)}${more}`)).value.map(
    (each) => each["internetMessageId"],
  );

describe("$search of messages", () => {
  test.each([
    ['"offer"', ["<2@x>", "<1@x>"]],
    ['"subject:offer"', ["<1@x>"]],
    ['"blue"', ["<3@x>", "<1@x>"]],
    ['"blue chairs"', ["<1@x>"]],
    ['"\\"not for offers\\""', ["<2@x>"]],
    ['"grü*"', ["<3@x>"]],
    ['"hue"', []],
    ['"body:chairs OR subject:order"', ["<2@x>", "<1@x>"]],
    ['"blue NOT chairs"', ["<3@x>"]],
    ['"from:uma -subject:offer AND received>=2026-10-03"', ["<3@x>"]],
    ['"received:2026-10-02"', ["<2@x>"]],
    ['"recipients:x@example.org hasAttachments:true"', []],
    ['"to:example.org"', ["<3@x>", "<2@x>", "<1@x>"]],
  ])("%s finds what it should, the newest first", async (search, wanted) => {
    expect(await found(search)).toEqual(wanted);
  });

  test("is answered in pages, and within a folder", async () => {
    const page = await graph.ask(`GET ${messages}?$search="from:uma"&$top=2`);
    expect(page.value).toHaveLength(2);
    const next = await graph.ask(`GET ${String(page.data["@odata.nextLink"])}`);
    expect(next.value.map((each) => each["internetMessageId"])).toEqual(["<1@x>"]);
    const inbox = await graph.ask(`GET /users/${uma}/mailFolders/inbox/messages?$search="offers"`);
    expect(inbox.value).toHaveLength(1);
  });

  test.each([
    ['$search="x"&$filter=isRead eq true', "SearchWithFilter"],
    ['$search="x"&$orderby=subject', "SearchWithOrderBy"],
    ['$search="x"&$skip=1', "SearchWithSkip"],
    ["$search=x", "BadRequest"],
    ['$search=""', "BadRequest"],
    ['$search="x OR"', "BadRequest"],
    ['$search="colour:red"', "BadRequest"],
    ['$search="(x"', "BadRequest"],
  ])("%s is refused", async (query, code) => {
    expect(await graph.ask(`GET ${messages}?${query}`)).toMatchObject({ status: 400, code });
  });
});
