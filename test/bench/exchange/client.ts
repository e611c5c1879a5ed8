import { readFile } from "node:fs/promises";
import { Agent, request, type Dispatcher } from "undici";
import { escape } from "../../emulator/escape.ts";
import type { Ready } from "./server.ts";

/** Calls of the benchmark's client. Each checks that the answer says success. */
export interface BenchClient {
  /** The newest messages of Sent Items by creation, with id and Message-ID: the ids. */
  newestPage: (user: number, size?: number) => Promise<{ id: string; changeKey: string }[]>;
  /** Writes a body of about 10 KB and a named property. */
  update: (user: number, id: string) => Promise<void>;
  /** Changes every message of somebody's mailbox a little: they are no made-up ones from then on; how many. */
  touchAll: (user: number) => Promise<number>;
  /** How many messages Sent Items holds. */
  countSent: (user: number) => Promise<number>;
  /** The same through Graph. */
  listMessages: (user: number, size?: number) => Promise<string[]>;
  patchMessage: (user: number, id: string) => Promise<void>;
  close: () => Promise<void>;
}

const folders = ["inbox", "sentitems", "drafts", "deleteditems", "junkemail"];
const setId = "5b4b1f3a-6a3c-4b55-9d0e-0f5f7f8a1c2d";
const paragraph = `<p>A paragraph of a signed letter with <b>bold</b> words, a price of 1.250,00 &euro; and a link to <a href="https://contoso.com/">contoso.com</a>.</p>`;

/** An HTML body of about 10 KB, different with every call. */
function body(mark: number): string {
  return `<html><head></head><body>${paragraph.repeat(65)}<p>${mark}</p></body></html>`;
}

function soap(content: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><soap:Header><t:RequestServerVersion Version="Exchange2016"/></soap:Header><soap:Body>${content}</soap:Body></soap:Envelope>`;
}

function findXml(size: number, folder = "sentitems"): string {
  return soap(
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Subject"/><t:FieldURI FieldURI="item:DateTimeCreated"/><t:FieldURI FieldURI="message:InternetMessageId"/></t:AdditionalProperties></m:ItemShape><m:IndexedPageItemView MaxEntriesReturned="${size}" Offset="0" BasePoint="Beginning"/><m:SortOrder><t:FieldOrder Order="Descending"><t:FieldURI FieldURI="item:DateTimeCreated"/></t:FieldOrder></m:SortOrder><m:ParentFolderIds><t:DistinguishedFolderId Id="${folder}"/></m:ParentFolderIds></m:FindItem>`,
  );
}

const property = `<t:ExtendedFieldURI PropertySetId="${setId}" PropertyName="x-bench" PropertyType="String"/>`;

function markXml(ids: readonly string[]): string {
  const change = (id: string): string =>
    `<t:ItemChange><t:ItemId Id="${id}"/><t:Updates><t:SetItemField>${property}<t:Message><t:ExtendedProperty>${property}<t:Value>0</t:Value></t:ExtendedProperty></t:Message></t:SetItemField></t:Updates></t:ItemChange>`;
  return soap(
    `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges>${ids.map(change).join("")}</m:ItemChanges></m:UpdateItem>`,
  );
}

function updateXml(id: string, mark: number): string {
  return soap(
    `<m:UpdateItem ConflictResolution="AlwaysOverwrite" MessageDisposition="SaveOnly"><m:ItemChanges><t:ItemChange><t:ItemId Id="${id}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Body"/><t:Message><t:Body BodyType="HTML">${escape(body(mark))}</t:Body></t:Message></t:SetItemField><t:SetItemField>${property}<t:Message><t:ExtendedProperty>${property}<t:Value>${mark}</t:Value></t:ExtendedProperty></t:Message></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
  );
}

/** A client with keep-alive connections; each person signs in with HTTP Basic, the application with a token. */
export async function openClient(ready: Ready): Promise<BenchClient> {
  const dispatcher = new Agent({ connect: { ca: await readFile(ready.ca, "utf8") }, connections: 32 });
  const token = await fetchToken(ready, dispatcher);
  let mark = 0;
  const ews = async (user: number, document: string): Promise<string> => {
    const { upn, password } = personOf(ready, user);
    const answer = await request(ready.ews, {
      dispatcher,
      method: "POST",
      headers: {
        "content-type": "text/xml; charset=utf-8",
        authorization: `Basic ${Buffer.from(`${upn}:${password}`).toString("base64")}`,
      },
      body: document,
    });
    const text = await answer.body.text();
    if (!text.includes("<m:ResponseCode>NoError<")) throw new Error(`EWS answered ${text}`);
    return text;
  };
  const graph = async (
    method: Dispatcher.HttpMethod,
    user: number,
    path: string,
    content?: object,
  ): Promise<Record<string, unknown>> => {
    const { upn } = personOf(ready, user);
    const answer = await request(`${ready.graph}/v1.0/users/${upn}${path}`, {
      dispatcher,
      method,
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: content ? JSON.stringify(content) : null,
    });
    const found = (await answer.body.json()) as Record<string, unknown>;
    if (answer.statusCode !== 200) throw new Error(`Graph answered ${JSON.stringify(found)}`);
    return found;
  };
  return {
    newestPage: async (user, size = 10) => {
      const text = await ews(user, findXml(size));
      return [...text.matchAll(/<t:ItemId Id="([^"]+)" ChangeKey="([^"]+)"/g)].map(
        ([, id = "", changeKey = ""]) => ({ id, changeKey }),
      );
    },
    update: async (user, id) => {
      await ews(user, updateXml(id, ++mark));
    },
    countSent: async (user) =>
      Number(/TotalItemsInView="(\d+)"/.exec(await ews(user, findXml(1)))?.[1] ?? Number.NaN),
    touchAll: async (user) => {
      let changed = 0;
      for (const folder of folders) {
        const text = await ews(user, findXml(1000, folder));
        const ids = [...text.matchAll(/<t:ItemId Id="([^"]+)"/g)].map(([, id = ""]) => id);
        if (ids.length > 0) await ews(user, markXml(ids));
        changed += ids.length;
      }
      return changed;
    },
    listMessages: async (user, size = 10) => {
      const { value } = await graph(
        "GET",
        user,
        `/mailFolders/sentitems/messages?$select=id,subject,internetMessageId,createdDateTime&$orderby=createdDateTime desc&$top=${size}`.replaceAll(
          " ",
          "%20",
        ),
      );
      return (value as { id: string }[]).map(({ id }) => id);
    },
    patchMessage: async (user, id) => {
      await graph("PATCH", user, `/messages/${id}`, {
        body: { contentType: "html", content: body(++mark) },
        singleValueExtendedProperties: [{ id: `String {${setId}} Name x-bench`, value: String(mark) }],
      });
    },
    close: () => dispatcher.close(),
  };
}

function personOf({ users }: Ready, user: number): Ready["users"][number] {
  const person = users[user % users.length];
  if (!person) throw new Error("The organization has no people.");
  return person;
}

async function fetchToken(ready: Ready, dispatcher: Agent): Promise<string> {
  const answer = await request(ready.token, {
    dispatcher,
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: ready.app.clientId,
      client_secret: ready.app.secret,
      scope: "https://graph.microsoft.com/.default",
    }).toString(),
  });
  const found = (await answer.body.json()) as { access_token?: string };
  if (found.access_token === undefined) throw new Error("The login gave no token.");
  return found.access_token;
}
