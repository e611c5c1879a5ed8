import { createTransport } from "nodemailer";
import { Agent, request } from "undici";
import { afterEach, beforeEach, expect, test } from "vitest";
import { basic } from "./admin/session.ts";
import { recipientByAddress, sideOf } from "./store.ts";
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
  const dispatcher = new Agent({ connect: { ca } });
  const answer = await request(world.onPremises.ews, {
    dispatcher,
    method: "POST",
    headers: {
      "Content-Type": "text/xml",
      Authorization: basic("ben.fischer@contoso.com", password("ben.fischer@contoso.com")),
    },
    body: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages">
      <s:Header><t:RequestServerVersion Version="Exchange2016"/></s:Header><s:Body><m:FindItem Traversal="Shallow">
      <m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>
      <m:ParentFolderIds><t:DistinguishedFolderId Id="inbox"/></m:ParentFolderIds></m:FindItem></s:Body></s:Envelope>`,
  });
  const text = await answer.body.text();
  await dispatcher.close();
  expect(answer.statusCode).toBe(200);
  expect(text).toContain("<t:Subject>Lunch?</t:Subject>");
});
