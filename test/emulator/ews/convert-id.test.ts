import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { idFormats, readAlternateId, writeAlternateId, type IdFormat } from "./alternate-id.ts";
import { all, anna, codes, startEws, xmlText, type EwsTest } from "./client.ts";
import { decompressId } from "./id-compression.ts";
import { getFoldersXml } from "./folder-requests.ts";
import { create, folderXml, get } from "./requests.ts";

let ews: EwsTest;
beforeAll(async () => {
  ews = await startEws();
});
afterAll(() => ews.close());

const source = (format: IdFormat, id: string, mailbox = anna) =>
  `<t:AlternateId Format="${format}" Id="${xmlText(id)}" Mailbox="${mailbox}"/>`;
const convert = (to: IdFormat, sources: string) =>
  ews.ask(`<m:ConvertId DestinationFormat="${to}"><m:SourceIds>${sources}</m:SourceIds></m:ConvertId>`);

describe("ConvertId", () => {
  test.each(idFormats)("turns an id into %s and back", async (format) => {
    const { id } = await create(ews, { before: "<t:Subject>x</t:Subject>" });
    const there = all((await convert(format, source("EwsId", id))).body, "m:AlternateId")[0]?.attributes;
    expect(there).toMatchObject({ Format: format, Mailbox: anna });
    const back = await convert("EwsId", source(format, there?.["Id"] ?? ""));
    const [alternate] = all(back.body, "m:AlternateId");
    expect(alternate?.attributes["Id"]).toBe(id);
    await expect(get(ews, { id: alternate?.attributes["Id"] ?? "" })).resolves.toMatchObject({
      name: "t:Message",
    });
  });

  test("works for folders too, and answers each id in its place", async () => {
    const inbox = await ews.ask(getFoldersXml(folderXml("inbox"), "IdOnly"));
    const id = all(inbox.body, "t:FolderId")[0]?.attributes["Id"] ?? "";
    const answered = await convert(
      "HexEntryId",
      source("EwsId", id) +
        source("EntryId", "nonsense") +
        source("EwsLegacyId", "AAAA") +
        source("EwsId", "") +
        source("EwsId", id, "nobody@contoso.com"),
    );
    expect(codes(answered)).toEqual([
      "NoError",
      "ErrorInvalidIdMalformed",
      "ErrorInvalidIdMalformedEwsLegacyIdFormat",
      "ErrorInvalidIdEmpty",
      "ErrorNonExistentMailbox",
    ]);
    expect(all(answered.body, "m:AlternateId")[0]?.attributes["Id"]).toMatch(/^00000000[0-9A-F]+$/);
  });
});

test("the store's forms begin with the entry id's length and end with the kind of object, legacy ids have the address", () => {
  const owner = "5f2b9c1e-0d3a-4f6e-9b7c-2a1d8e4c6b10";
  const bytes = (format: IdFormat, kind: "item" | "folder") =>
    Buffer.from(decodeURIComponent(writeAlternateId(format, { kind, owner, id: "12" }, anna)), "base64");
  for (const kind of ["item", "folder"] as const) {
    const entry = bytes("EntryId", kind);
    const store = [entry.length, ...entry, kind === "item" ? 9 : 1];
    expect([...bytes("StoreId", kind)]).toEqual(store);
    expect([...bytes("OwaId", kind)]).toEqual(store);
    const legacy = decompressId(bytes("EwsLegacyId", kind));
    expect(legacy?.toString("latin1", 0, 3 + anna.length)).toBe(
      `\0${String.fromCharCode(anna.length)}\0${anna}`,
    );
    expect(legacy?.subarray(-entry.length)).toEqual(entry);
  }
});

test("every format keeps what an id names, and no text is taken for an id that is none", () => {
  const named = fc.record({
    kind: fc.constantFrom("item" as const, "folder" as const),
    owner: fc.uuid(),
    id: fc.stringMatching(/^[\w-]{1,40}$/),
  });
  fc.assert(
    fc.property(named, fc.constantFrom(...idFormats), fc.string(), (what, format, junk) => {
      expect(readAlternateId(format, writeAlternateId(format, what, anna), anna)).toEqual(what);
      expect(() => readAlternateId(format, junk, anna)).toThrow(/malformed|non-empty/);
    }),
  );
});
