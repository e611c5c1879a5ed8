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
import { readEnvelope } from "../../../../reconciler/mailbox/ews/soap.ts";
import { Fault } from "../../../../reconciler/fault.ts";
import { haveSchema, validate } from "./schema.ts";
import type { Operation } from "../../../../reconciler/mailbox/ews/operation.ts";

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

/** Parses an answer of several response messages, given as `[attributes and content]`. */
function parse<Input, Output>(operation: Operation<Input, Output>, ...responses: string[]): Output {
  const messages = responses.map(
    (content) => `<m:${operation.name}ResponseMessage ${content}</m:${operation.name}ResponseMessage>`,
  );
  const answer = `<m:${operation.name}Response><m:ResponseMessages>${messages.join("")}</m:ResponseMessages></m:${operation.name}Response>`;
  return operation.parse(
    readEnvelope(`<s:Envelope><s:Body>${answer}</s:Body></s:Envelope>`, operation.name),
    operation.name,
  );
}
const ok = 'ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>';
const failed = (code: string): string => `ResponseClass="Error"><m:ResponseCode>${code}</m:ResponseCode>`;
const markXml = (mark: string, setId = "7C1F6A52-3E0B-4D8E-9A47-52B1C9D06F3A"): string =>
  `<t:ExtendedProperty><t:ExtendedFieldURI PropertySetId="${setId}" PropertyName="SentItemsUpdate" PropertyType="String"/><t:Value>${mark}</t:Value></t:ExtendedProperty>`;
const summaryXml = `<t:ItemId Id="A" ChangeKey="C"/><t:ItemClass>IPM.Note</t:ItemClass><t:IsDraft>false</t:IsDraft><t:DateTimeCreated>2026-11-22T10:00:00Z</t:DateTimeCreated>`;
const summary = {
  id: "A",
  version: "C",
  itemClass: "IPM.Note",
  isDraft: false,
  created: Date.UTC(2026, 10, 22, 10),
};

describe("answers", () => {
  test("a listing gives summaries, and the mark only where it is ours", () => {
    const items = [
      `<t:Message>${summaryXml}${markXml("other", "00020329-0000-0000-C000-000000000046")}${markXml("1 updated")}<t:InternetMessageId>&lt;1@contoso.com&gt;</t:InternetMessageId></t:Message>`,
      `<t:MeetingRequest>${summaryXml}</t:MeetingRequest>`,
    ];
    expect(
      parse(
        findItem,
        `${ok}<m:RootFolder TotalItemsInView="2"><t:Items>${items.join("")}</t:Items></m:RootFolder>`,
      ),
    ).toEqual([
      { ...summary, messageId: "<1@contoso.com>", mark: "1 updated" },
      { ...summary, messageId: "" },
    ]);
  });

  test("an empty listing is empty", () => {
    expect(parse(findItem, `${ok}<m:RootFolder TotalItemsInView="0"><t:Items/></m:RootFolder>`)).toEqual([]);
  });

  test("an item without id is an error, not an item", () => {
    const items = "<m:RootFolder><t:Items><t:Message/></t:Items></m:RootFolder>";
    expect(() => parse(findItem, ok + items)).toThrow(Fault);
  });

  test("items come in the order of the question, undefined for one that is gone", () => {
    const attachments = `<t:Attachments>
      <t:FileAttachment><t:AttachmentId Id="A1"/><t:Name>logo.png</t:Name><t:ContentType>image/png</t:ContentType><t:ContentId>&lt;logo@siu&gt;</t:ContentId><t:Size>5</t:Size><t:IsInline>true</t:IsInline></t:FileAttachment>
      <t:ItemAttachment><t:AttachmentId Id="A2"/><t:Name>Fwd</t:Name><t:ContentType/><t:ContentId/></t:ItemAttachment>
    </t:Attachments>`;
    const message = `<m:Items><t:Message>${summaryXml}<t:Subject> S </t:Subject><t:Body BodyType="Text">a&#13;
b </t:Body>${attachments}</t:Message></m:Items>`;
    expect(parse(getItem, failed("ErrorItemNotFound") + "<m:Items/>", ok + message)).toEqual([
      undefined,
      {
        ...summary,
        messageId: "",
        subject: " S ",
        body: { type: "text", content: "a\r\nb " },
        attachments: [
          {
            id: "A1",
            name: "logo.png",
            contentType: "image/png",
            contentId: "logo@siu",
            isInline: true,
            size: 5,
            isItem: false,
          },
          { id: "A2", name: "Fwd", contentType: "", isInline: false, size: 0, isItem: true },
        ],
      },
    ]);
  });

  test("an update gives the new version, and a conflict is one", () => {
    const message = `<m:Items><t:Message><t:ItemId Id="A" ChangeKey="D"/></t:Message></m:Items>`;
    expect(parse(updateItem, ok + message)).toEqual({ id: "A", version: "D" });
    expect(() => parse(updateItem, failed("ErrorIrresolvableConflict"))).toThrow(/changed meanwhile/);
  });

  test("of several pictures, those that were added are known although one was refused", () => {
    const added = `<m:Attachments><t:FileAttachment><t:AttachmentId Id="P1" RootItemId="A" RootItemChangeKey="D"/></t:FileAttachment></m:Attachments>`;
    const output = parse(createAttachment, ok + added, failed("ErrorAttachmentSizeLimitExceeded"));
    expect(output).toEqual({ added: ["P1"], failure: expect.objectContaining({ code: "REFUSED" }) });
  });

  test("deleting gives the last version and passes over attachments that are gone", () => {
    const root = (key: string): string => `${ok}<m:RootItemId RootItemId="A" RootItemChangeKey="${key}"/>`;
    expect(parse(deleteAttachment, root("D"), root("E"), failed("ErrorItemNotFound"))).toBe("E");
    expect(parse(deleteAttachment, failed("ErrorItemNotFound"))).toBeUndefined();
    expect(() => parse(deleteAttachment, failed("ErrorAccessDenied"))).toThrow(Fault);
  });

  test("a name gives its candidates with their proxy addresses, or none", () => {
    const resolution = `<t:Resolution><t:Mailbox><t:Name>Anna</t:Name><t:EmailAddress>anna@contoso.com</t:EmailAddress><t:MailboxType>Mailbox</t:MailboxType></t:Mailbox><t:Contact><t:EmailAddresses><t:Entry Key="EmailAddress1">SMTP:anna@contoso.com</t:Entry><t:Entry Key="EmailAddress2">smtp:a.weber@contoso.com</t:Entry></t:EmailAddresses></t:Contact></t:Resolution>`;
    const several =
      'ResponseClass="Warning"><m:ResponseCode>ErrorNameResolutionMultipleResults</m:ResponseCode>';
    expect(parse(resolveNames, `${several}<m:ResolutionSet>${resolution}</m:ResolutionSet>`)).toEqual([
      {
        address: "anna@contoso.com",
        mailboxType: "Mailbox",
        proxies: ["anna@contoso.com", "a.weber@contoso.com"],
      },
    ]);
    expect(parse(resolveNames, failed("ErrorNameResolutionNoResults"))).toEqual([]);
    expect(() => parse(resolveNames, failed("ErrorServerBusy"))).toThrow(Fault);
  });

  test("a group gives its members, and never a part of them as the whole", () => {
    const member = `<t:Mailbox><t:EmailAddress>sales@contoso.com</t:EmailAddress><t:MailboxType>PublicDL</t:MailboxType></t:Mailbox>`;
    const expansion = (whole: boolean): string =>
      `${ok}<m:DLExpansion IncludesLastItemInRange="${whole}">${member}</m:DLExpansion>`;
    expect(parse(expandDl, expansion(true))).toEqual([{ address: "sales@contoso.com", isGroup: true }]);
    expect(() => parse(expandDl, expansion(false))).toThrow(/only a part/);
    expect(() => parse(expandDl, failed("ErrorNameResolutionNoResults"))).toThrow(
      expect.objectContaining({ code: "GROUP_NOT_FOUND" }),
    );
  });

  test("without a response message are an error", () => {
    expect(() => parse(getFolder)).toThrow(/without a response message/);
  });
});
