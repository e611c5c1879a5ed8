import { createTransport, type SendMailOptions, type Transporter } from "nodemailer";
import { Agent, request } from "undici";
import { afterEach, beforeEach, expect, test } from "vitest";
import { basic } from "../admin/session.ts";
import { all, at, soap } from "../ews/client.ts";
import { folderXml, uris } from "../ews/requests.ts";
import { child, readXml, type Element } from "../ews/xml.ts";
import { recipientByAddress, sideOf } from "../store.ts";
import { startWorld, type World } from "../world.ts";

const anna = "anna.weber@contoso.com";
const ben = "ben.fischer@contoso.com";
const uma = "uma.patel@contoso.com";
let world: World;
let transport: Transporter;
let dispatcher: Agent;
beforeEach(async () => {
  world = await startWorld();
  const { ca } = world.organization.authority;
  dispatcher = new Agent({ connect: { ca } });
  transport = createTransport({
    host: "localhost",
    port: Number(world.mail.submission.split(":")[1]),
    requireTLS: true,
    tls: { ca },
    auth: { user: anna, pass: password(anna) },
  });
});
afterEach(async () => {
  transport.close();
  await dispatcher.close();
  await world.close();
});

function password(address: string): string {
  const side = sideOf(world.organization, address === uma ? "online" : "onPremises");
  return recipientByAddress(side, address)?.password ?? "";
}

async function ask(as: string, operation: string): Promise<Element> {
  const { body } = await request((as === uma ? world.online : world.onPremises)?.ews ?? "", {
    dispatcher,
    method: "POST",
    headers: { "Content-Type": "text/xml", Authorization: basic(as, password(as)) },
    body: soap(operation),
  });
  const [answer] = child(readXml(await body.text()), "s:Body")?.children ?? [];
  if (!answer) throw new Error("no answer");
  return answer;
}

const shape = (name: string, more: string): string =>
  `<m:${name}><t:BaseShape>IdOnly</t:BaseShape>${more}</m:${name}>`;

/** `t:ItemId`s of all messages in somebody's folder. */
async function found(owner: string, folder: string): Promise<string[]> {
  const find = `<m:FindItem Traversal="Shallow">${shape("ItemShape", "")}<m:ParentFolderIds>${folderXml(folder)}</m:ParentFolderIds></m:FindItem>`;
  return all(await ask(owner, find), "t:ItemId").map(
    ({ attributes }) => `<t:ItemId Id="${attributes["Id"] ?? ""}"/>`,
  );
}

/** The one message in somebody's folder, as GetItem answers it, and each attachment's name, type, id and content. */
async function only(owner: string, folder: string): Promise<{ message: Element; attachments: string[][] }> {
  const ids = await found(owner, folder);
  expect(ids).toHaveLength(1);
  const named = uris(
    ...["Subject", "Importance", "Body", "Attachments", "HasAttachments"].map((name) => `item:${name}`),
    ...["From", "ToRecipients", "BccRecipients", "InternetMessageId"].map((name) => `message:${name}`),
  );
  const more = `<t:AdditionalProperties>${named}</t:AdditionalProperties>`;
  const got = await ask(
    owner,
    `<m:GetItem>${shape("ItemShape", more)}<m:ItemIds>${ids[0]}</m:ItemIds></m:GetItem>`,
  );
  const [message] = all(got, "t:Message");
  if (!message) throw new Error("no message");
  const attachments: string[][] = [];
  for (const { attributes } of all(message, "t:AttachmentId")) {
    const [file] = all(
      await ask(
        owner,
        `<m:GetAttachment><m:AttachmentIds><t:AttachmentId Id="${attributes["Id"] ?? ""}"/></m:AttachmentIds></m:GetAttachment>`,
      ),
      "t:FileAttachment",
    );
    const text = (name: string): string => at(file, name)?.text ?? "";
    const content = Buffer.from(text("t:Content"), "base64").toString("latin1");
    attachments.push([text("t:Name"), text("t:ContentType"), text("t:ContentId"), content]);
  }
  return { message, attachments };
}

const letter: SendMailOptions = {
  from: { name: "Anna Weber", address: anna },
  to: [ben, { name: "Jürgen Groß", address: "juergen@example.org" }],
  bcc: "clara.schulz@contoso.com",
  subject: "Grüße ✓ – ein ziemlich langer Betreff, der gefaltet werden muss, und noch etwas dahinter",
  priority: "high",
  messageId: "<nodemailer@contoso.com>",
  text: "Hallo\n.\n..zwei",
  html: '<p>Hallo ✓ <img src="cid:logo@x"></p>',
  attachments: [
    { filename: "logo.png", content: Buffer.from([0, 1, 2, 255]), cid: "logo@x" },
    { filename: "Übersicht.txt", content: "inhalt" },
  ],
};

test("what nodemailer submits is read by its recipient through EWS, part by part", async () => {
  const sent = await transport.sendMail(letter);
  expect(sent.accepted).toHaveLength(3);
  expect(sent.response).toMatch(/^250 2\.6\.0 .* Queued mail for delivery$/);
  await world.mail.idle();
  const { message, attachments } = await only(ben, "inbox");
  const text = (...path: string[]): string | undefined => at(message, ...path)?.text;
  expect(text("t:Subject")).toBe(letter.subject);
  expect(text("t:Importance")).toBe("High");
  expect(text("t:From", "t:Mailbox", "t:EmailAddress")).toBe(anna);
  expect(text("t:InternetMessageId")).toBe("<nodemailer@contoso.com>");
  expect(text("t:Body")).toContain('<p>Hallo ✓ <img src="cid:logo@x"></p>');
  expect(all(child(message, "t:ToRecipients") ?? message, "t:Name").map((each) => each.text)).toEqual([
    "Ben Fischer",
    "Jürgen Groß",
  ]);
  expect(child(message, "t:BccRecipients")).toBeUndefined();
  expect(attachments).toEqual(
    expect.arrayContaining([
      ["logo.png", "image/png", "logo@x", "\0\u0001\u0002ÿ"],
      ["Übersicht.txt", "text/plain", "", "inhalt"],
    ]),
  );
  expect(world.mail.internet.received.map(({ to }) => to)).toEqual([["juergen@example.org"]]);
});

test("Exchange Online keeps a copy of what its people submit, a server of one's own does not", async () => {
  await transport.sendMail(letter);
  const cloud = createTransport({
    host: "localhost",
    port: Number(world.mail.onlineSubmission?.split(":")[1]),
    requireTLS: true,
    tls: { ca: world.organization.authority.ca },
    auth: { user: uma, pass: password(uma) },
  });
  await cloud.sendMail({ ...letter, from: uma });
  cloud.close();
  await world.mail.idle();
  const { message } = await only(uma, "sentitems");
  expect(at(message, "t:Subject")?.text).toBe(letter.subject);
  expect(at(message, "t:HasAttachments")?.text).toBe("true");
  expect(await found(anna, "sentitems")).toEqual([]);
});

test("a long text with dots at the start of lines arrives whole", async () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `${index % 7 === 0 ? "." : ""}line ${index}`);
  await transport.sendMail({ from: anna, to: ben, subject: "Long", text: lines.join("\n") });
  await world.mail.idle();
  const { message } = await only(ben, "inbox");
  expect(at(message, "t:Body")?.text.replace(/\r\n/g, "\n").trimEnd()).toBe(lines.join("\n"));
});

test("a refusal of one recipient leaves the others, and a wrong sender is refused whole", async () => {
  await expect(transport.sendMail({ from: ben, to: anna, text: "x" })).rejects.toMatchObject({
    responseCode: 550,
    response: expect.stringContaining("5.7.60"),
  });
  await expect(transport.verify()).resolves.toBe(true);
});
