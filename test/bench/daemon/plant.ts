import { Agent, request } from "undici";
import type { ServerProcess } from "../exchange/server.ts";
import type { Letter } from "./letter.ts";

/** Messages in one request, and requests at once. */
const many = 25;
/** Characters of a message from which on it gets a request of its own. */
const large = 2 ** 20;
const atOnce = 8;

/** Puts the senders' copies into Sent Items, as their mail clients would. @throws Error with what Exchange answered */
export async function plant(
  { ready, ca }: Pick<ServerProcess, "ready" | "ca">,
  letters: readonly Letter[],
): Promise<void> {
  const passwords = new Map(ready.users.map(({ upn, password }) => [upn, password]));
  const portions = [...Map.groupBy(letters, ({ from }) => from)].flatMap(([from, own]) =>
    inPortions(own).map((portion) => ({ from, own: portion })),
  );
  const dispatcher = new Agent({ connect: { ca }, connections: atOnce });
  const worker = async (): Promise<void> => {
    for (let next = portions.pop(); next; next = portions.pop()) {
      const secret = Buffer.from(`${next.from}:${passwords.get(next.from) ?? ""}`).toString("base64");
      const answer = await request(ready.ews, {
        dispatcher,
        method: "POST",
        headers: { "content-type": "text/xml; charset=utf-8", authorization: `Basic ${secret}` },
        body: createXml(next.own),
      });
      const text = await answer.body.text();
      const done = text.match(/<m:ResponseCode>NoError</g)?.length;
      if (done !== next.own.length) throw new Error(`EWS answered ${text.slice(0, 2000)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  await dispatcher.close();
}

function inPortions(letters: readonly Letter[]): Letter[][] {
  const size = letters.some(({ original }) => original.length > large) ? 1 : many;
  return Array.from({ length: Math.ceil(letters.length / size) }, (_each, index) =>
    letters.slice(index * size, (index + 1) * size),
  );
}

/** PidTagMessageFlags 0x0E07 = 1 (read) makes a sent item of it instead of a draft. */
function createXml(letters: readonly Letter[]): string {
  const items = letters.map(
    ({ original }) =>
      `<t:Message><t:MimeContent CharacterSet="UTF-8">${Buffer.from(original).toString("base64")}</t:MimeContent><t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0x0E07" PropertyType="Integer"/><t:Value>1</t:Value></t:ExtendedProperty></t:Message>`,
  );
  return `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><soap:Header><t:RequestServerVersion Version="Exchange2016"/></soap:Header><soap:Body><m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId><t:DistinguishedFolderId Id="sentitems"/></m:SavedItemFolderId><m:Items>${items.join("")}</m:Items></m:CreateItem></soap:Body></soap:Envelope>`;
}
