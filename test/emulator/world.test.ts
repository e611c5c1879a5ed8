import { createTransport } from "nodemailer";
import { Agent, request } from "undici";
import { afterEach, beforeEach, expect, test } from "vitest";
import { basic } from "./admin/session.ts";
import { findFolder } from "./mailbox.ts";
import { recipientByAddress, sideOf, type Item } from "./store.ts";
import { startWorld, type World } from "./world.ts";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

function password(address: string): string {
  return recipientByAddress(sideOf(world.organization, "onPremises"), address)?.password ?? "";
}

const anna = "anna.weber@contoso.com";
const ben = "ben.fischer@contoso.com";
const info = "info@contoso.com";

/** Sends one EWS operation as somebody; the answer's text. */
async function askEws(as: string, operation: string): Promise<string> {
  const dispatcher = new Agent({ connect: { ca: world.organization.authority.ca } });
  const { statusCode, body } = await request(world.onPremises.ews, {
    dispatcher,
    method: "POST",
    headers: { "Content-Type": "text/xml", Authorization: basic(as, password(as)) },
    body: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages">
      <s:Header><t:RequestServerVersion Version="Exchange2016"/></s:Header><s:Body>${operation}</s:Body></s:Envelope>`,
  });
  const text = await body.text();
  await dispatcher.close();
  expect([statusCode, text]).toEqual([200, expect.stringContaining("NoError")]);
  return text;
}

/** The messages in a folder of somebody's on-premises mailbox. */
function folder(owner: string, name: string): Item[] {
  const side = sideOf(world.organization, "onPremises");
  const mailbox = side.mailboxes.get(recipientByAddress(side, owner)?.guid ?? "");
  const id = mailbox && findFolder(mailbox, name)?.id;
  return [...(mailbox?.items.values() ?? [])].filter(({ folderId }) => folderId === id);
}

/** CreateItem of a message to Ben. */
function createXml(disposition: string, subject: string, from = ""): string {
  const mailbox = (address: string) => `<t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox>`;
  return `<m:CreateItem MessageDisposition="${disposition}"><m:Items><t:Message><t:Subject>${subject}</t:Subject>
    <t:ToRecipients>${mailbox(ben)}</t:ToRecipients>${from && `<t:From>${mailbox(from)}</t:From>`}</t:Message></m:Items></m:CreateItem>`;
}

test("a message submitted by SMTP is read in its recipient's mailbox by EWS", async () => {
  const [host, port] = world.mail.submission.split(":");
  const { ca } = world.organization.authority;
  const transport = createTransport({
    host: host ?? "",
    port: Number(port),
    requireTLS: true,
    tls: { ca },
    auth: { user: anna, pass: password(anna) },
  });
  await transport.sendMail({
    from: anna,
    to: "ben.fischer@contoso.com",
    subject: "Lunch?",
    text: "At noon.",
  });
  transport.close();
  await world.mail.idle();
  const text = await askEws(
    "ben.fischer@contoso.com",
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>
      <m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem>`,
  );
  expect(text).toContain("<t:Subject>Lunch?</t:Subject>");
});

test("a draft sent by EWS reaches its recipient as a colleague's mail, and its copy knows nothing of transport", async () => {
  const saved = await askEws(anna, createXml("SaveOnly", "Plan"));
  const [id = ""] = /<t:ItemId [^>]+>/.exec(saved) ?? [];
  await askEws(anna, `<m:SendItem SaveItemToFolder="true"><m:ItemIds>${id}</m:ItemIds></m:SendItem>`);
  await world.mail.idle();
  const received = folder(ben, "inbox").find(({ subject }) => subject === "Plan");
  const copy = folder(anna, "sentitems").find(({ subject }) => subject === "Plan");
  expect(copy?.internetMessageId).toBe(received?.internetMessageId);
  const headers = Buffer.from(received?.mime ?? []).toString();
  expect(headers).toMatch(/^X-MS-Exchange-Organization-AuthAs: Internal/im);
  expect(headers).toMatch(/^Received: [^]*?with mapi/m);
  expect(Buffer.from(copy?.mime ?? []).toString()).not.toMatch(/^(Received|X-MS-Exchange)/im);
});

test("a message sent by EWS as a shared mailbox leaves a copy there, and one in the sender's mailbox only if wanted", async () => {
  await askEws(anna, createXml("SendOnly", "Offer", info));
  await askEws(anna, createXml("SendAndSaveCopy", "Reply", info));
  await world.mail.idle();
  const subjects = (owner: string, name: string) => folder(owner, name).map(({ subject }) => subject);
  expect(subjects(info, "sentitems")).toEqual(expect.arrayContaining(["Offer", "Reply"]));
  expect(subjects(anna, "sentitems")).toContain("Reply");
  expect(subjects(anna, "sentitems")).not.toContain("Offer");
  expect(subjects(ben, "inbox")).toEqual(expect.arrayContaining(["Offer", "Reply"]));
});
