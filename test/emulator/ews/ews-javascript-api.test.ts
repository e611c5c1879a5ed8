import {
  BasePropertySet,
  BodyType,
  ConflictResolutionMode,
  DeleteMode,
  EmailMessage,
  EmailMessageSchema,
  type ExchangeService,
  ExtendedPropertyDefinition,
  FileAttachment,
  Folder,
  FolderId,
  ItemSchema,
  ItemView,
  MapiPropertyType,
  MessageBody,
  MimeContent,
  PropertySet,
  SearchFilter,
  DefaultExtendedPropertySet,
  WellKnownFolderName,
  type PropertyDefinitionBase,
} from "ews-javascript-api";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { anna, startEws, xmlText, type EwsTest } from "./client.ts";
import { connect } from "./managed-api.ts";

const siu = "siu@contoso.com";
const mime = `From: Anna Weber <anna.weber@contoso.com>\r\nTo: x@example.org\r\nSubject: Grüße\r\nMessage-ID: <lib@contoso.com>\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hello</p>\r\n`;
const mark = new ExtendedPropertyDefinition(
  DefaultExtendedPropertySet.PublicStrings,
  "siu-state",
  MapiPropertyType.String,
);
const flags = new ExtendedPropertyDefinition(0x0e07, MapiPropertyType.Integer);
let ews: EwsTest;
let service: ExchangeService;

beforeAll(async () => {
  ews = await startEws();
  await ews.cmdlet("New-ManagementRoleAssignment", { Role: "ApplicationImpersonation", User: siu });
});
afterAll(() => ews.close());
beforeEach(() => {
  service = connect(ews, siu, anna);
});

async function saved(): Promise<EmailMessage> {
  const message = new EmailMessage(service);
  message.MimeContent = new MimeContent("UTF-8", Buffer.from(mime).toString("base64"));
  message.SetExtendedProperty(flags, 1);
  await message.Save(WellKnownFolderName.SentItems);
  return message;
}

function bind(message: EmailMessage, ...more: PropertyDefinitionBase[]): Promise<EmailMessage> {
  return EmailMessage.Bind(service, message.Id, new PropertySet(BasePropertySet.FirstClassProperties, more));
}

// The library writes text and attribute values as they are: whoever calls it has to escape them.
describe("ews-javascript-api", () => {
  test("signs in, impersonates, and reads the folder", async () => {
    const folder = await Folder.Bind(service, WellKnownFolderName.SentItems);
    expect(folder.DisplayName).toBe("Sent Items");
    const own = await Folder.Bind(connect(ews, anna), WellKnownFolderName.SentItems);
    expect(own.Id.UniqueId).toBe(folder.Id.UniqueId);
  });

  test("is told when it may not impersonate", async () => {
    const denied = Folder.Bind(connect(ews, "ben.fischer@contoso.com", anna), WellKnownFolderName.SentItems);
    await expect(denied).rejects.toThrow(/does not have permission to impersonate/);
  });

  test("finds a sent message by its Message-ID and reads it", async () => {
    const message = await saved();
    const id = xmlText("<lib@contoso.com>");
    const filter = new SearchFilter.IsEqualTo(EmailMessageSchema.InternetMessageId, id);
    const view = new ItemView(10);
    view.PropertySet = new PropertySet(BasePropertySet.IdOnly, [ItemSchema.Subject, ItemSchema.DateTimeSent]);
    const found = await service.FindItems(new FolderId(WellKnownFolderName.SentItems), filter, view);
    expect(found.TotalCount).toBe(1);
    expect(found.Items[0]?.Id.UniqueId).toBe(message.Id.UniqueId);
    expect(found.Items[0]?.Subject).toBe("Grüße");
    const read = await bind(message, flags);
    expect(read.From.Address).toBe(anna);
    expect(read.ToRecipients.GetEnumerator().map(({ Address }) => Address)).toEqual(["x@example.org"]);
    expect(read.Body.Text).toContain("<p>Hello</p>");
    expect(read.IsDraft).toBe(false);
    expect(read.ExtendedProperties.GetEnumerator()[0]?.Value).toBe(1);
    await message.Delete(DeleteMode.HardDelete);
  });

  test("updates body and mark, and reads both back", async () => {
    const message = await bind(await saved());
    message.Body = new MessageBody(BodyType.HTML, xmlText("<p>Signed ✓ &amp; sealed</p>"));
    message.SetExtendedProperty(mark, xmlText("a <b> & c"));
    await message.Update(ConflictResolutionMode.NeverOverwrite);
    const read = await bind(message, mark, ItemSchema.TextBody);
    expect(read.Body.Text).toContain("<p>Signed ✓ &amp; sealed</p>");
    expect(read.TextBody.Text).toBe("Signed ✓ & sealed");
    expect(read.ExtendedProperties.GetEnumerator()[0]?.Value).toBe("a <b> & c");
    expect(read.InternetMessageId).toBe("<lib@contoso.com>");
    expect(read.Id.ChangeKey).toBe(message.Id.ChangeKey);
    expect(read.Id.ChangeKey).not.toBe("");
    await message.Delete(DeleteMode.MoveToDeletedItems);
    await expect(bind(message)).rejects.toThrow(/not found in the store/);
  });

  test("loses to somebody who wrote first", async () => {
    const [one, two] = await saved().then((message) => Promise.all([bind(message), bind(message)]));
    one.Subject = "first";
    two.Subject = "second";
    await one.Update(ConflictResolutionMode.NeverOverwrite);
    await expect(two.Update(ConflictResolutionMode.NeverOverwrite)).rejects.toThrow(/item is out of date/);
    expect((await bind(one)).Subject).toBe("first");
  });

  test("adds an inline picture and a file, reads them, and deletes one", async () => {
    const message = await bind(await saved());
    const picture = message.Attachments.AddFileAttachment(
      "logo.png",
      Buffer.from([1, 2, 3]).toString("base64"),
    );
    picture.IsInline = true;
    picture.ContentId = "logo@siu";
    picture.ContentType = "image/png";
    message.Attachments.AddFileAttachment("a.txt", Buffer.from("text").toString("base64"));
    await message.Update(ConflictResolutionMode.AutoResolve);
    const read = await bind(message);
    const files = read.Attachments.GetEnumerator().filter((each) => each instanceof FileAttachment);
    expect(files.map(({ Name, IsInline, ContentId }) => [Name, IsInline, ContentId ?? null])).toEqual([
      ["logo.png", true, "logo@siu"],
      ["a.txt", false, null],
    ]);
    expect(read.HasAttachments).toBe(true);
    for (const each of files) await each.Load();
    expect(files.map(({ Base64Content }) => Buffer.from(Base64Content, "base64").toString("latin1"))).toEqual(
      ["\u0001\u0002\u0003", "text"],
    );
    read.Attachments.RemoveAt(1);
    await read.Update(ConflictResolutionMode.AlwaysOverwrite);
    expect((await bind(message)).HasAttachments).toBe(false);
  });

  test("expands a group and resolves a name", async () => {
    const members = (await service.ExpandGroup("signatures@contoso.com")).Members;
    expect(members.map(({ Address }) => Address)).toContain("sales@contoso.com");
    const names = await service.ResolveName("Anna Weber");
    expect(names.GetEnumerator().map(({ Mailbox }) => Mailbox.Address)).toContain(anna);
  });
});
