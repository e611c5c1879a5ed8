import { carriedProperties, type CarriedProperty, messageFlags, propertySets } from "../carried.ts";
import { markId, type Message, prefer, query, refOf, sameId, within } from "./message.ts";
import type { Body, ItemRef } from "../port.ts";
import type { Carried } from "../protocol.ts";
import type { Call } from "./client.ts";

/** Properties that Graph names itself and that a client can set at creation. */
const names = (
  "subject importance categories flag isRead internetMessageId from sender toRecipients ccRecipients bccRecipients " +
  "replyTo isReadReceiptRequested isDeliveryReceiptRequested"
).split(" ");

/** Properties that one request asks for: a filter takes only so many terms. */
const most = 20;

/** A property's id. */
function idOf({ type, tag, set = "Common", number = 0 }: CarriedProperty): string {
  return tag === undefined ? `${type} {${propertySets[set]}} Id 0x${number.toString(16)}` : `${type} ${tag}`;
}

/** Reads what a message that takes this one's place gets. */
export async function getCarried(call: Call, mailbox: string, id: string): Promise<Carried> {
  const about = `Reading all of a message in mailbox '${mailbox}'`;
  const ids = carriedProperties.map(idOf);
  const values: { id: string; value: string }[] = [];
  let carried: Carried = {};
  for (let start = 0; start < ids.length; start += most) {
    const filter = ids
      .slice(start, start + most)
      .map((each) => `id eq '${each}'`)
      .join(" or ");
    const options = { $select: names.join(","), $expand: `singleValueExtendedProperties($filter=${filter})` };
    const path = within(mailbox, "messages", id) + query(options);
    const message = await call<Message & Carried>({ method: "GET", path, headers: prefer }, about, mailbox);
    values.push(...(message.singleValueExtendedProperties ?? []));
    carried = Object.fromEntries(names.map((name) => [name, message[name]]));
  }
  return {
    ...carried,
    ...Object.fromEntries(ids.map((each) => [each, values.find((one) => sameId(one.id, each))?.value])),
  };
}

/** Makes a message in a folder, Sent Items unless told, that is no draft: flags and dates count only as extended properties, and only now. */
export async function createMessage(
  call: Call,
  mailbox: string,
  carried: Carried,
  { mark, body, folder = "sentitems" }: { mark: string; body: Body; folder?: string | undefined },
): Promise<ItemRef> {
  const about = `Making a message anew in mailbox '${mailbox}'`;
  const extended = carriedProperties.map(idOf).flatMap((id) => {
    const value = carried[id];
    return typeof value === "string" ? [{ id, value }] : [];
  });
  const message = {
    ...Object.fromEntries(names.map((name) => [name, carried[name] ?? undefined])),
    body: { contentType: body.type, content: body.content },
    singleValueExtendedProperties: [
      { id: `${messageFlags.type} ${messageFlags.tag}`, value: carried["isRead"] === false ? "0" : "1" },
      ...extended,
      { id: markId, value: mark },
    ],
  };
  const path = within(mailbox, "mailFolders", folder, "messages");
  const ask = { method: "POST", path, headers: prefer, body: message } as const;
  return refOf(await call<Message>(ask, about, mailbox), about);
}
