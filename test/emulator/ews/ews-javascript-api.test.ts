import { request } from "node:https";
import util from "node:util";
import {
  BasePropertySet,
  BodyType,
  ConflictResolutionMode,
  ConnectingIdType,
  DeleteMode,
  EmailMessage,
  EmailMessageSchema,
  ExchangeService,
  ExchangeVersion,
  ExtendedPropertyDefinition,
  FileAttachment,
  Folder,
  FolderId,
  ImpersonatedUserId,
  ItemSchema,
  ItemView,
  MapiPropertyType,
  MessageBody,
  MimeContent,
  PropertySet,
  SearchFilter,
  DefaultExtendedPropertySet,
  Uri,
  WebCredentials,
  WellKnownFolderName,
  type IXHRApi,
  type IXHROptions,
  type PropertyDefinitionBase,
} from "ews-javascript-api";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ewsSchemaMissing, validateEws } from "./schema.ts";
import { anna, startEws, xmlText, type EwsTest } from "./client.ts";

const siu = "siu@contoso.com";
const mime = `From: Anna Weber <anna.weber@contoso.com>\r\nTo: x@example.org\r\nSubject: Grüße\r\nMessage-ID: <lib@contoso.com>\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hello</p>\r\n`;
const mark = new ExtendedPropertyDefinition(
  DefaultExtendedPropertySet.PublicStrings,
  "siu-state",
  MapiPropertyType.String,
);
const flags = new ExtendedPropertyDefinition(0x0e07, MapiPropertyType.Integer);
type Response = Awaited<ReturnType<IXHRApi["xhr"]>>;
// The library still calls what Node 23 took out of its util module.
Object.assign(util, { isNullOrUndefined: (value: unknown) => value == null });
let ews: EwsTest;
let service: ExchangeService;

/** The library's transport over TLS that trusts the organization's authority only; everything it sends and gets fits the schema. */
function transport(ca: string): IXHRApi {
  const xhr = async (options: IXHROptions): Promise<Response> => {
    if (!ewsSchemaMissing) validateEws(options.data);
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const sent = request(
      options.url,
      { method: options.type ?? "POST", headers: { ...options.headers }, ca },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const responseText = Buffer.concat(chunks).toString("utf8");
          const status = response.statusCode ?? 0;
          const answer = {
            status,
            responseText,
            getAllResponseHeaders: () => "",
            getResponseHeader: () => null,
          } as unknown as Response;
          if (!ewsSchemaMissing && responseText !== "") validateEws(responseText);
          if (status === 200) resolve(answer);
          else reject(answer as unknown as Error);
        });
      },
    );
    sent.on("error", reject);
    sent.end(options.data);
    return promise;
  };
  return { xhr, xhrStream: xhr, disconnect: () => undefined, apiName: "test" };
}

function connect(user: string, impersonated?: string): ExchangeService {
  const connected = new ExchangeService(ExchangeVersion.Exchange2013_SP1);
  connected.Url = new Uri(ews.url);
  connected.XHRApi = transport(ews.organization.authority.ca);
  connected.Credentials = new WebCredentials(user, ews.recipient(user).password ?? "");
  if (impersonated)
    connected.ImpersonatedUserId = new ImpersonatedUserId(ConnectingIdType.SmtpAddress, impersonated);
  return connected;
}

beforeAll(async () => {
  ews = await startEws();
  await ews.cmdlet("New-ManagementRoleAssignment", { Role: "ApplicationImpersonation", User: siu });
});
afterAll(() => ews.close());
beforeEach(() => {
  service = connect(siu, anna);
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
    const own = await Folder.Bind(connect(anna), WellKnownFolderName.SentItems);
    expect(own.Id.UniqueId).toBe(folder.Id.UniqueId);
  });

  test("is told when it may not impersonate", async () => {
    const denied = Folder.Bind(connect("ben.fischer@contoso.com", anna), WellKnownFolderName.SentItems);
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
