import { expect, test } from "vitest";
import { createCall } from "../../../../reconciler/mailbox/ews/operation.ts";
import { getFolder } from "../../../../reconciler/mailbox/ews/get-folder.ts";
import type { Message } from "../../../../reconciler/mailbox/ews/transport.ts";

const opened = `<s:Envelope><s:Body><m:GetFolderResponse><m:ResponseMessages><m:GetFolderResponseMessage ResponseClass="Success"><m:Folders><t:Folder><t:FolderId Id="A"/></t:Folder></m:Folders></m:GetFolderResponseMessage></m:ResponseMessages></m:GetFolderResponse></s:Body></s:Envelope>`;

function recorded(answer: string) {
  const sent: Message[] = [];
  const send = (message: Message): Promise<string> => {
    sent.push(message);
    return Promise.resolve(answer);
  };
  return { sent, call: createCall({ send }) };
}

test("a call names operation and mailbox, and impersonates the mailbox's owner", async () => {
  const { sent, call } = recorded(opened);
  await call(getFolder, undefined, "anna.weber@contoso.com");
  await call(getFolder, undefined);
  expect(sent).toMatchObject([
    {
      about: "GetFolder in mailbox 'anna.weber@contoso.com'",
      mailbox: "anna.weber@contoso.com",
      repeatable: true,
      body: expect.stringContaining("<t:SmtpAddress>anna.weber@contoso.com<"),
    },
    { about: "GetFolder", body: expect.not.stringContaining("ExchangeImpersonation") },
  ]);
});

test.for(["", "anna", "a b@contoso.com", "a@b@c", "anna@contoso.com\r\nX: y"])(
  "'%s' is no mailbox, and nothing is sent",
  async (mailbox) => {
    const { sent, call } = recorded(opened);
    await expect(call(getFolder, undefined, mailbox)).rejects.toMatchObject({ code: "MAILBOX_NOT_FOUND" });
    expect(sent).toEqual([]);
  },
);

test("an answer that is an error names operation and mailbox", async () => {
  const { call } = recorded("<html/>");
  await expect(call(getFolder, undefined, "anna.weber@contoso.com")).rejects.toThrow(
    /^GetFolder in mailbox 'anna/,
  );
});

test("an operation may take another version of the schema than the usual one", async () => {
  const { sent, call } = recorded(opened);
  await call(getFolder, undefined);
  await call({ ...getFolder, version: "Exchange2013" }, undefined);
  expect(sent.map(({ body }) => /Version="(\w+)"/.exec(body)?.[1])).toEqual([
    "Exchange2010_SP2",
    "Exchange2013",
  ]);
});
