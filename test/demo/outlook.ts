import nodemailer from "nodemailer";
import { request, type Dispatcher } from "undici";

/** How a person's mail client reaches the organization. */
export interface Account {
  address: string;
  password: string;
  /** `host:port` of SMTP submission. */
  submission: string;
  /** URL of EWS; none where Exchange itself keeps a copy of what is submitted, as Exchange Online does. */
  ews?: string;
  /** PEM of the authority that the client trusts. */
  ca: string;
  /** Connections that trust the same authority. */
  dispatcher: Dispatcher;
}

/**
 * Sends a message as Outlook does: the unsigned copy goes into the sender's Sent Items, the message to submission.
 * Its From may be an address that the account may send as; the envelope names the account itself.
 * @throws Error with the server's answer when either is refused
 */
export async function send(account: Account, to: string[], mime: Buffer): Promise<void> {
  if (account.ews !== undefined) await storeInSentItems(account, mime);
  const [host, port] = account.submission.split(":");
  const transport = nodemailer.createTransport({
    host,
    port: Number(port),
    requireTLS: true,
    auth: { user: account.address, pass: account.password },
    tls: { ca: account.ca, servername: "localhost" },
  });
  try {
    await transport.sendMail({ envelope: { from: account.address, to }, raw: mime });
  } finally {
    transport.close();
  }
}

/** Bodies of the sender's copies of a message, as they stand in Sent Items. */
export async function sentBodies(account: Account, messageId: string): Promise<string[]> {
  const found = await ews(
    account,
    `<m:FindItem Traversal="Shallow">
      <m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>
      <m:Restriction><t:IsEqualTo>
        <t:FieldURI FieldURI="message:InternetMessageId"/>
        <t:FieldURIOrConstant><t:Constant Value="${escaped(messageId)}"/></t:FieldURIOrConstant>
      </t:IsEqualTo></m:Restriction>
      <m:ParentFolderIds><t:DistinguishedFolderId Id="sentitems"/></m:ParentFolderIds>
    </m:FindItem>`,
  );
  const ids = [...found.matchAll(/<t:ItemId Id="([^"]+)"/g)].map(([, id]) => id);
  const bodies = ids.map(async (id) => {
    const item = await ews(
      account,
      `<m:GetItem>
        <m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:Body"/></t:AdditionalProperties></m:ItemShape>
        <m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds>
      </m:GetItem>`,
    );
    return /<t:Body[^>]*>([^<]*)<\/t:Body>/.exec(item)?.[1] ?? "";
  });
  return Promise.all(bodies);
}

/** CreateItem with the MIME as it is; PidTagMessageFlags 0x0E07 = 1 (read) makes it a sent item instead of a draft. */
export async function storeInSentItems(account: Account, mime: Buffer): Promise<void> {
  await ews(
    account,
    `<m:CreateItem MessageDisposition="SaveOnly">
      <m:SavedItemFolderId><t:DistinguishedFolderId Id="sentitems"/></m:SavedItemFolderId>
      <m:Items><t:Message>
        <t:MimeContent CharacterSet="UTF-8">${mime.toString("base64")}</t:MimeContent>
        <t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0x0E07" PropertyType="Integer"/><t:Value>1</t:Value></t:ExtendedProperty>
        <t:IsRead>true</t:IsRead>
      </t:Message></m:Items>
    </m:CreateItem>`,
  );
}

/** @throws Error when the one item of the call has no success */
async function ews(account: Account, operation: string): Promise<string> {
  const response = await request(account.ews ?? "", {
    method: "POST",
    headers: {
      "content-type": "text/xml; charset=utf-8",
      authorization: `Basic ${Buffer.from(`${account.address}:${account.password}`).toString("base64")}`,
    },
    body: `<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"
  xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"
  xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages">
  <soap:Header><t:RequestServerVersion Version="Exchange2013"/></soap:Header>
  <soap:Body>${operation}</soap:Body>
</soap:Envelope>`,
    dispatcher: account.dispatcher,
  });
  const answer = await response.body.text();
  if (!answer.includes("<m:ResponseCode>NoError</m:ResponseCode>")) {
    throw new Error(`${account.address}: EWS answered HTTP ${response.statusCode}: ${answer.slice(0, 500)}`);
  }
  return answer;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
