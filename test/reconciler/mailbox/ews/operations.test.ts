import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { copyItem } from "../../../../reconciler/mailbox/ews/copy-item.ts";
import { createAttachment } from "../../../../reconciler/mailbox/ews/create-attachment.ts";
import { deleteAttachment } from "../../../../reconciler/mailbox/ews/delete-attachment.ts";
import { expandDl } from "../../../../reconciler/mailbox/ews/expand-dl.ts";
import { findItem } from "../../../../reconciler/mailbox/ews/find-item.ts";
import { getFolder } from "../../../../reconciler/mailbox/ews/get-folder.ts";
import { getItem } from "../../../../reconciler/mailbox/ews/get-item.ts";
import { resolveNames } from "../../../../reconciler/mailbox/ews/resolve-names.ts";
import { updateItem } from "../../../../reconciler/mailbox/ews/update-item.ts";
import { haveSchema, validate } from "./schema.ts";

const item = { id: "AAMk&1", version: 'CQAA"1' };
const picture = {
  contentId: "logo@siu",
  name: "lögo.png",
  contentType: "image/png",
  content: new Uint8Array([0, 255]),
};
const requests = {
  "the newest page": findItem.request({ page: 50 }),
  "a restriction on the Message-ID": findItem.request({ page: 50, messageId: "<a&b@contoso.com>" }),
  "one item": getItem.request(["AAMk1"]),
  "several items": getItem.request(["AAMk1", "AAMk2"]),
  "an HTML body": updateItem.request({
    item,
    mark: "1 updated",
    body: { type: "html", content: "<p>\u0001é]]></p>" },
  }),
  "a text body": updateItem.request({ item, mark: "1 updated", body: { type: "text", content: "" } }),
  "the mark alone": updateItem.request({ item, mark: "1 original" }),
  "a copy": copyItem.request(item),
  "new pictures": createAttachment.request({ item, pictures: [picture, picture] }),
  "attachments to delete": deleteAttachment.request(["AAMkAtt1", "AAMkAtt2"]),
  "a folder": getFolder.request(undefined),
  "a name": resolveNames.request("anna.weber@contoso.com"),
  "a group": expandDl.request("signatures@contoso.com"),
};

describe.skipIf(!haveSchema)("Microsoft's schema (skipped where ../shared is missing)", () => {
  test.for(Object.entries(requests))("accepts the request for %s", ([, { xml }]) => {
    validate(xml);
  });

  test("accepts any body, mark and Message-ID", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, text, text, (content, mark, messageId) => {
        validate(updateItem.request({ item, mark, body: { type: "html", content } }).xml);
        validate(findItem.request({ page: 1, messageId }).xml);
      }),
      { numRuns: 50 },
    );
  });

  test("refuses what is no request", () => {
    expect(() => validate(updateItem.request({ item, mark: "x" }).xml.replace("SaveOnly", "Later"))).toThrow(
      /MessageDisposition/,
    );
  });
});
