import fc from "fast-check";
import { expect, test } from "vitest";
import { updateItem } from "../../../../reconciler/mailbox/ews/update-item.ts";
import { anywhere, readXml } from "../../../../reconciler/mailbox/ews/xml.ts";
import { ewsSchemaMissing, validateEws } from "../../../contract/ews-schema.ts";
import { envelope } from "../../../../reconciler/mailbox/ews/soap.ts";
import { failed, heldToSchema, ok, parse } from "./answers.ts";

const item = { id: "AAMk&1", version: 'CQAA"1' };

heldToSchema(updateItem, {
  "an HTML body": { item, mark: "1 updated", body: { type: "html", content: "<p>\u0001é]]></p>" } },
  "a text body": { item, mark: "1 updated", body: { type: "text", content: "" } },
  "the mark alone": { item, mark: "1 original" },
});

test.skipIf(ewsSchemaMissing !== undefined)(
  `any body and mark make a valid request ${ewsSchemaMissing ?? ""}`,
  () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, text, (content, mark) => {
        validateEws(envelope(updateItem.request({ item, mark, body: { type: "html", content } }), undefined));
      }),
      { numRuns: 50 },
    );
  },
);

test("it is guarded by the version, saves without sending, and writes nothing but body and mark", () => {
  const request = readXml(updateItem.request({ item, mark: "m", body: { type: "text", content: "b" } }).xml);
  expect(request.attributes).toEqual({
    MessageDisposition: "SaveOnly",
    ConflictResolution: "NeverOverwrite",
  });
  expect(anywhere(request, "ItemId")?.attributes).toEqual({ Id: item.id, ChangeKey: item.version });
  const written = anywhere(request, "Updates")?.children.map((set) =>
    set.children[1]?.children.map(({ name }) => name),
  );
  expect(written).toEqual([["Body"], ["ExtendedProperty"]]);
});

test("it gives the new version, and a conflict is one", () => {
  const message = `<m:Items><t:Message><t:ItemId Id="A" ChangeKey="D"/></t:Message></m:Items>`;
  expect(parse(updateItem, ok + message)).toEqual({ id: "A", version: "D" });
  const conflict = expect.objectContaining({ code: "CONFLICT" });
  expect(() => parse(updateItem, failed("ErrorIrresolvableConflict"))).toThrow(conflict);
});
