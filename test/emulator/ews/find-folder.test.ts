import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { all, codes, messages, startEws, type EwsTest } from "./client.ts";
import { compare } from "./filled.ts";
import { folderId, makeFolder, type FolderKey } from "./folder-requests.ts";
import { folderXml, uris } from "./requests.ts";
import { child } from "./xml.ts";

let ews: EwsTest;
let top: FolderKey;
const names = ["alpha", "Beta", "gamma", "delta", "epsilon", "zeta", "Eta"];

beforeAll(async () => {
  ews = await startEws();
  top = await makeFolder(ews, "top");
  let parent = top;
  for (const [index, name] of names.entries()) {
    const made = await makeFolder(ews, name, { parent: folderId({ id: parent.id }) });
    if (index % 3 === 0) parent = made;
  }
});
afterAll(() => ews.close());

interface Query {
  view?: string;
  restriction?: string;
  traversal?: string;
  folders?: string;
}

async function find({
  view = "",
  restriction = "",
  traversal = "Deep",
  folders = folderId({ id: top.id }),
}: Query) {
  const shape = `<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${uris("folder:DisplayName")}</t:AdditionalProperties></m:FolderShape>`;
  const answered = await ews.ask(
    `<m:FindFolder Traversal="${traversal}">${shape}${view}${restriction && `<m:Restriction>${restriction}</m:Restriction>`}<m:ParentFolderIds>${folders}</m:ParentFolderIds></m:FindFolder>`,
  );
  const root = child(messages(answered)[0], "m:RootFolder")?.attributes ?? {};
  return { codes: codes(answered), root, names: all(answered.body, "t:DisplayName").map(({ text }) => text) };
}
const indexed = (size: number, offset: number, point = "Beginning") =>
  `<m:IndexedPageFolderView MaxEntriesReturned="${size}" Offset="${offset}" BasePoint="${point}"/>`;

describe("FindFolder", () => {
  test("answers pages that hold every folder exactly once, whatever their size and end", async () => {
    const everyone = (await find({})).names;
    expect(everyone.toSorted()).toEqual(names.toSorted());
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom("Beginning", "End"),
        async (size, point) => {
          const found: string[] = [];
          for (let offset = 0, last = false; !last;) {
            const page = await find({ view: indexed(size, offset, point) });
            expect(page.root["TotalItemsInView"]).toBe("7");
            found.push(...page.names);
            offset = Number(page.root["IndexedPagingOffset"]);
            expect(offset).toBe(found.length);
            last = page.root["IncludesLastItemInRange"] === "true";
          }
          expect(found.toSorted()).toEqual(names.toSorted());
        },
      ),
      { numRuns: 12 },
    );
  });

  test("begins at a fraction", async () => {
    const view = '<m:FractionalPageFolderView MaxEntriesReturned="2" Numerator="3" Denominator="7"/>';
    const { names: found, root } = await find({ view });
    expect(found).toEqual((await find({})).names.slice(3, 5));
    expect([root["NumeratorOffset"], root["AbsoluteDenominator"]]).toEqual(["5", "7"]);
  });

  test.each<[string, string, string[]]>([
    ["one name", compare("IsEqualTo", "folder:DisplayName", "beta"), ["Beta"]],
    ["names after another", compare("IsGreaterThan", "folder:DisplayName", "eta"), ["gamma", "zeta"]],
    [
      "folders with folders in them",
      compare("IsGreaterThan", "folder:ChildFolderCount", "0"),
      ["alpha", "delta"],
    ],
    [
      "a part of a name",
      `<t:Contains ContainmentMode="Substring" ContainmentComparison="IgnoreCase">${uris("folder:DisplayName")}<t:Constant Value="ET"/></t:Contains>`,
      ["Beta", "zeta", "Eta"],
    ],
    ["others", `<t:Not>${compare("IsEqualTo", "folder:FolderClass", "IPF.Note")}</t:Not>`, []],
  ])("finds by a restriction %s", async (_, restriction, expected) => {
    expect((await find({ restriction })).names.toSorted()).toEqual(expected.toSorted());
    const shallow = (await find({ restriction, traversal: "Shallow" })).names;
    expect(shallow).toEqual(expected.filter((name) => name === "alpha"));
  });

  test("counts in pages what the restriction left", async () => {
    const restriction = compare("IsGreaterThan", "folder:DisplayName", "b");
    const { root, names: found } = await find({ restriction, view: indexed(2, 4) });
    expect([root["TotalItemsInView"], root["IncludesLastItemInRange"]]).toEqual(["6", "true"]);
    expect(found).toHaveLength(2);
  });

  test.each<[string, Query, string]>([
    ["no rows", { view: indexed(0, 0) }, "ErrorInvalidPagingMaxRows"],
    ["a place before the first", { view: indexed(1, -1) }, "ErrorInvalidIndexedPagingParameters"],
    [
      "more than the whole",
      { view: '<m:FractionalPageFolderView Numerator="3" Denominator="2"/>' },
      "ErrorInvalidFractionalPagingParameters",
    ],
    [
      "a property of items",
      { restriction: compare("IsEqualTo", "item:Subject", "x") },
      "ErrorInvalidPropertyRequest",
    ],
    [
      "what restrictions cannot compare",
      { restriction: compare("IsEqualTo", "folder:EffectiveRights", "x") },
      "ErrorUnsupportedPathForQuery",
    ],
  ])("refuses %s", async (_, query, code) => {
    expect((await find(query)).codes).toEqual([code]);
  });

  test("knows no folders that were softly deleted, and answers each parent of a batch", async () => {
    expect((await find({ traversal: "SoftDeleted" })).names).toEqual([]);
    const folders = folderXml("drafts") + folderXml("favorites") + folderId({ id: top.id });
    expect((await find({ folders })).codes).toEqual(["NoError", "ErrorFolderNotFound", "NoError"]);
  });
});
