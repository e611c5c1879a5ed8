import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anna, codes, soap, startEws, type EwsTest } from "./client.ts";
import { create, createXml, folderXml, getXml, idXml, setXml, tagXml, updateXml, uris } from "./requests.ts";
import { child, readXml, writeXml, type Element } from "./xml.ts";

let ews: EwsTest;
let requests: Element[];

beforeAll(async () => {
  ews = await startEws();
  const item = await create(ews, { before: "<t:Subject>x</t:Subject>" });
  const shape = `<m:ItemShape><t:BaseShape>Default</t:BaseShape><t:AdditionalProperties>${uris("item:Body")}${tagXml("0x0E07", "Integer")}</t:AdditionalProperties></m:ItemShape>`;
  const file =
    "<t:FileAttachment><t:Name>a</t:Name><t:IsInline>true</t:IsInline><t:Content>AQID</t:Content></t:FileAttachment>";
  const flag = "<t:Flag><t:FlagStatus>Flagged</t:FlagStatus></t:Flag>";
  requests = [
    getXml([item], uris("item:Flag"), { base: "AllProperties", mime: true, bodyType: "Text" }),
    createXml({
      before: `<t:Subject>x</t:Subject><t:Body BodyType="HTML">y</t:Body><t:Attachments>${file}</t:Attachments>`,
      after: "<t:IsRead>true</t:IsRead>",
    }),
    updateXml(item, setXml("item:Body", '<t:Body BodyType="Text">x</t:Body>') + setXml("item:Flag", flag)),
    `<m:FindItem Traversal="Shallow">${shape.replace(uris("item:Body"), uris("item:Subject"))}<m:IndexedPageItemView MaxEntriesReturned="5" Offset="0" BasePoint="Beginning"/><m:Restriction><t:And><t:Contains ContainmentMode="Substring" ContainmentComparison="Loose">${uris("item:Subject")}<t:Constant Value="x"/></t:Contains><t:IsEqualTo>${uris("item:Size")}<t:FieldURIOrConstant><t:Constant Value="1"/></t:FieldURIOrConstant></t:IsEqualTo></t:And></m:Restriction><m:SortOrder><t:FieldOrder Order="Ascending">${uris("item:Subject")}</t:FieldOrder></m:SortOrder><m:ParentFolderIds>${folderXml()}</m:ParentFolderIds></m:FindItem>`,
    `<m:CreateAttachment>${idXml(item, "m:ParentItemId")}<m:Attachments>${file}</m:Attachments></m:CreateAttachment>`,
    `<m:CopyItem><m:ToFolderId>${folderXml()}</m:ToFolderId><m:ItemIds>${idXml(item)}</m:ItemIds></m:CopyItem>`,
    `<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds>${folderXml()}</m:FolderIds></m:GetFolder>`,
    '<m:ResolveNames ReturnFullContactData="true"><m:UnresolvedEntry>anna</m:UnresolvedEntry></m:ResolveNames>',
    "<m:ExpandDL><m:Mailbox><t:EmailAddress>board@contoso.com</t:EmailAddress></m:Mailbox></m:ExpandDL>",
    `<m:CreateFolder><m:ParentFolderId>${folderXml()}</m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>f</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>`,
    `<m:UpdateFolder><m:FolderChanges><t:FolderChange>${folderXml("drafts")}<t:Updates><t:SetFolderField>${uris("folder:FolderClass")}<t:Folder><t:FolderClass>IPF.Note</t:FolderClass></t:Folder></t:SetFolderField></t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>`,
    `<m:DeleteFolder DeleteType="HardDelete"><m:FolderIds>${folderXml("outbox")}</m:FolderIds></m:DeleteFolder>`,
    `<m:SyncFolderItems>${shape.replace(uris("item:Body"), uris("item:Subject"))}<m:SyncFolderId>${folderXml()}</m:SyncFolderId><m:SyncState>H4sI</m:SyncState><m:Ignore>${idXml(item)}</m:Ignore><m:MaxChangesReturned>5</m:MaxChangesReturned><m:NumberOfDays>3</m:NumberOfDays></m:SyncFolderItems>`,
    `<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:SyncFolderId>${folderXml()}</m:SyncFolderId></m:SyncFolderHierarchy>`,
    `<m:SendItem SaveItemToFolder="true"><m:ItemIds>${idXml(item)}</m:ItemIds><m:SavedItemFolderId>${folderXml()}</m:SavedItemFolderId></m:SendItem>`,
    `<m:ConvertId DestinationFormat="HexEntryId"><m:SourceIds><t:AlternateId Format="EwsId" Id="${item.id}" Mailbox="${anna}"/></m:SourceIds></m:ConvertId>`,
    '<m:GetServerTimeZones ReturnFullTimeZoneData="true"><m:Ids><t:Id>UTC</t:Id></m:Ids></m:GetServerTimeZones>',
    `<m:ExportItems><m:ItemIds>${idXml(item)}</m:ItemIds></m:ExportItems>`,
    `<m:UploadItems><m:Items><t:Item CreateAction="UpdateOrCreate"><t:ParentFolderId Id="${item.id}"/>${idXml(item)}<t:Data>AAAA</t:Data></t:Item></m:Items></m:UploadItems>`,
    `<m:FindItem Traversal="Shallow">${shape.replace(uris("item:Body"), uris("item:Subject"))}<m:GroupBy Order="Ascending">${uris("item:Subject")}<t:AggregateOn Aggregate="Minimum">${uris("item:Size")}</t:AggregateOn></m:GroupBy><m:ParentFolderIds>${folderXml()}</m:ParentFolderIds><m:QueryString>subject:(x OR "y z") sent:&gt;2026-01-01</m:QueryString></m:FindItem>`,
    `<m:FindItem Traversal="Shallow">${shape.replace(uris("item:Body"), uris("item:Subject"))}<m:CalendarView StartDate="2026-01-01T00:00:00Z" EndDate="2026-02-01T00:00:00Z"/><m:ParentFolderIds>${folderXml("calendar")}</m:ParentFolderIds></m:FindItem>`,
  ].map((operation) => readXml(soap(operation)));
});
afterAll(() => ews.close());

type Damage = "drop" | "double" | "rename" | "empty" | "text" | "attribute";

/** A copy of a document with its n-th element (counted round and round) damaged. */
function damaged(root: Element, n: number, how: Damage, junk: string): Element {
  const body = child(root, "s:Body");
  const size = (element: Element): number => 1 + element.children.reduce((sum, each) => sum + size(each), 0);
  let left = n % (body ? size(body) - 1 : 1);
  const walk = (element: Element): Element[] => {
    const hit = left-- === 0;
    const children = element.children.flatMap(walk);
    const copy = { ...element, children };
    if (!hit) return [copy];
    if (how === "drop") return [];
    if (how === "double") return [copy, copy];
    if (how === "rename") return [{ ...copy, name: "t:Nonsense" }];
    if (how === "empty") return [{ ...copy, children: [], text: "" }];
    if (how === "text") return [{ ...copy, children: [], text: junk }];
    return [
      { ...copy, attributes: Object.fromEntries(Object.keys(copy.attributes).map((key) => [key, junk])) },
    ];
  };
  return {
    ...root,
    children: root.children.map((part) =>
      part === body ? { ...part, children: part.children.flatMap(walk) } : part,
    ),
  };
}

test("a damaged request is answered with an error of the protocol, never with a broken server", async () => {
  const damage = fc.constantFrom<Damage>("drop", "double", "rename", "empty", "text", "attribute");
  await fc.assert(
    fc.asyncProperty(
      fc.nat(20),
      fc.nat(40),
      damage,
      fc.string({ maxLength: 20 }),
      async (which, n, how, junk) => {
        const request = requests[which];
        if (!request) return;
        const answered = await ews.raw(writeXml(damaged(request, n, how, junk)));
        expect([200, 500]).toContain(answered.status);
        expect(codes(answered)).not.toContain("");
        expect(codes(answered)).not.toContain("ErrorInternalServerError");
      },
    ),
    { numRuns: 500 },
  );
});
