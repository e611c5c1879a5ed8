import { copyOf, headerBytes } from "../item/composed.ts";
import { htmlToPlain, plainToHtml } from "../item/html.ts";
import { headerValue, headersOf, type Address } from "../item/headers.ts";
import { replaceItem } from "../mailbox.ts";
import { carries, type Item } from "../store.ts";
import type { Deed } from "./access.ts";
import { itemOf, required, type Call } from "./call.ts";
import { setHtml, setText } from "./fields/body.ts";
import type { Change } from "./fields/field.ts";
import { setHeader, setSubject } from "./fields/item.ts";
import { childIndex, conversationIndex, topicOf } from "./fields/conversation.ts";
import { awaitsReceipt, settleReceipt } from "./read-receipt.ts";
import { EwsError } from "./error.ts";
import { child, element, type Element } from "./xml.ts";

/** Answers to a message that a client makes of it. */
export const replies = ["t:ReplyToItem", "t:ReplyAllToItem", "t:ForwardItem"];

/** Elements of an answer that are no properties of the message that it becomes. */
export const ofResponses: ReadonlySet<string> = new Set(["t:ReferenceItemId", "t:NewBodyContent"]);

/** The item that a response refers to. @throws EwsError ErrorItemNotFound | ErrorInvalidId... */
function referred(call: Call, response: Element, deed?: Deed): ReturnType<typeof itemOf> {
  return itemOf(call, element("t:ItemId", required(response, "t:ReferenceItemId").attributes), deed);
}

/** Fills a new message as a reply to, or a forward of, the one that the response refers to. @throws EwsError */
export function respond(change: Change, response: Element): void {
  const { item } = referred(change.call, response);
  const headers = headersOf(headerBytes(item));
  const forwards = response.name === "t:ForwardItem";
  setSubject(change, `${forwards ? "FW" : "RE"}: ${topicOf(item.subject)}`);
  setHeader(change, "Thread-Topic", topicOf(item.subject));
  const index = childIndex(
    conversationIndex({ headers, item }),
    change.call.organization.now(),
    Number(change.item.id),
  );
  setHeader(change, "Thread-Index", index.toString("base64"));
  const references = [headerValue(headers, "References"), item.internetMessageId].filter(Boolean).join(" ");
  setHeader(change, "References", references);
  setHeader(change, "In-Reply-To", item.internetMessageId);
  change.item.conversationId = item.conversationId;
  const all = response.name === "t:ReplyAllToItem";
  change.item.answers = { id: item.id, by: forwards ? "forward" : all ? "replyAll" : "reply" };
  if (forwards) {
    change.item.attachments.push(
      ...item.attachments.map((each) => ({ ...each, id: String(change.call.organization.nextId()) })),
    );
  } else {
    address(change, "to", headers.replyTo.length > 0 ? headers.replyTo : headers.from);
    if (all) {
      const author = headers.from.map(({ address: of }) => of.toLowerCase());
      const others = ({ address: of }: Address): boolean =>
        !carries(change.call.acting, of.toLowerCase()) && !author.includes(of.toLowerCase());
      address(change, "to", [...(change.mail.to as Address[]), ...headers.to.filter(others)]);
      address(change, "cc", headers.cc.filter(others));
    }
  }
  quote(change, item, child(response, "t:NewBodyContent"));
}

function address(change: Change, name: "to" | "cc", list: Address[]): void {
  change.mail[name] = list;
  change.headers.add(name);
}

/** New text before the original's, in the type of the original. */
function quote(change: Change, item: Item, fresh: Element | undefined): void {
  const isHtml = fresh?.attributes["BodyType"] === "HTML";
  const { from, to } = headersOf(headerBytes(item));
  const names = (list: Address[]): string => list.map(({ name }) => name).join("; ");
  const lines = [
    `From: ${names(from)}`,
    `Sent: ${new Date(item.sent).toUTCString()}`,
    `To: ${names(to)}`,
    `Subject: ${item.subject}`,
  ];
  if (item.html === undefined) {
    const text = isHtml ? htmlToPlain(fresh?.text ?? "") : (fresh?.text ?? "");
    const old = (item.text ?? "").replace(/^/gm, "> ");
    return setText(
      change,
      `${text}\r\n\r\n________________________________\r\n${lines.join("\r\n")}\r\n\r\n${old}`,
    );
  }
  const inner = (html: string): string => /<body[^>]*>([^]*)<\/body>/i.exec(html)?.[1] ?? html;
  const text = isHtml ? inner(fresh?.text ?? "") : inner(plainToHtml(fresh?.text ?? ""));
  return setHtml(change, `${text}<hr>${inner(plainToHtml(lines.join("\n")))}<br>${inner(item.html)}`);
}

/** SuppressReadReceipt: the sender of the message will get none. @throws EwsError ErrorReadReceiptNotPending */
export async function suppressReceipt(call: Call, response: Element): Promise<void> {
  const { call: there, mailbox, item } = referred(call, response, "edit");
  if (!awaitsReceipt({ call: there, item })) throw new EwsError("ErrorReadReceiptNotPending");
  const changed = copyOf(item);
  await settleReceipt(there, changed, true);
  replaceItem(call.organization, mailbox, changed);
}
