import nodemailer from "nodemailer";
import { request, type Dispatcher } from "undici";

/** How a person's mail client reaches the organization. */
export interface Account {
  address: string;
  password: string;
  /** `host:port` of SMTP submission. */
  submission: string;
  /** URL of EWS. */
  ews: string;
  /** PEM of the authority that the client trusts. */
  ca: string;
  /** Connections that trust the same authority. */
  dispatcher: Dispatcher;
}

/**
 * Sends a message as Outlook does: the unsigned copy goes into the sender's Sent Items, the message to submission.
 * The address in `from` may be one that the account may send as.
 * @throws Error with the server's answer when either is refused
 */
export async function send(account: Account, from: string, to: string[], mime: Buffer): Promise<void> {
  await storeInSentItems(account, mime);
  const [host, port] = account.submission.split(":");
  const transport = nodemailer.createTransport({
    host,
    port: Number(port),
    requireTLS: true,
    auth: { user: account.address, pass: account.password },
    tls: { ca: account.ca, servername: "localhost" },
  });
  try {
    await transport.sendMail({ envelope: { from, to }, raw: mime });
  } finally {
    transport.close();
  }
}

/** CreateItem with the MIME as it is; PidTagMessageFlags 0x0E07 = 1 (read) makes it a sent item instead of a draft. */
async function storeInSentItems(account: Account, mime: Buffer): Promise<void> {
  const body = `<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"
  xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"
  xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages">
  <soap:Header><t:RequestServerVersion Version="Exchange2013"/></soap:Header>
  <soap:Body><m:CreateItem MessageDisposition="SaveOnly">
    <m:SavedItemFolderId><t:DistinguishedFolderId Id="sentitems"/></m:SavedItemFolderId>
    <m:Items><t:Message>
      <t:MimeContent CharacterSet="UTF-8">${mime.toString("base64")}</t:MimeContent>
      <t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="0x0E07" PropertyType="Integer"/><t:Value>1</t:Value></t:ExtendedProperty>
      <t:IsRead>true</t:IsRead>
    </t:Message></m:Items>
  </m:CreateItem></soap:Body>
</soap:Envelope>`;
  const answer = await ews(account, body);
  if (!answer.includes("<m:ResponseCode>NoError</m:ResponseCode>")) {
    throw new Error(`${account.address}: the copy for Sent Items was refused: ${answer.slice(0, 500)}`);
  }
}

async function ews(account: Account, body: string): Promise<string> {
  const credentials = Buffer.from(`${account.address}:${account.password}`).toString("base64");
  const response = await request(account.ews, {
    method: "POST",
    headers: { "content-type": "text/xml; charset=utf-8", authorization: `Basic ${credentials}` },
    body,
    dispatcher: account.dispatcher,
  });
  return response.body.text();
}
