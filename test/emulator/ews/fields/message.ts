import { headerValue } from "../../item/headers.ts";
import { element } from "../xml.ts";
import { receiver } from "../extended/people.ts";
import { conversationIndex, conversationTopic } from "./conversation.ts";
import { booleanOf, plain, type Field, type View } from "./field.ts";
import { setHeader } from "./item.ts";
import { setMessageId } from "./message-id.ts";
import { votingInformation } from "./voting.ts";
import {
  bccRecipients,
  ccRecipients,
  from,
  mailboxElement,
  replyTo,
  sender,
  toRecipients,
} from "./recipients.ts";

function header(name: string): (view: View) => string | undefined {
  return ({ headers }) => headerValue(headers, name);
}

/** A receipt is asked for by naming the address that is to get it. */
function receipt(name: string, line: string): Field {
  return plain(`message:${name}`, "boolean", (view) => header(line)(view) !== undefined, {
    shape: "Default",
    set: (change, value) =>
      setHeader(change, line, booleanOf(value) ? change.call.acting.primarySmtpAddress : ""),
  });
}

/** Properties of messages (and meeting messages), in the schema's order. */
export const messageFields: Field[] = [
  sender,
  toRecipients,
  ccRecipients,
  bccRecipients,
  receipt("IsReadReceiptRequested", "Disposition-Notification-To"),
  receipt("IsDeliveryReceiptRequested", "Return-Receipt-To"),
  {
    uri: "message:ConversationIndex",
    name: "t:ConversationIndex",
    shape: "AllProperties",
    read: (view) => element("t:ConversationIndex", {}, conversationIndex(view).toString("base64")),
  },
  plain("message:ConversationTopic", "string", conversationTopic, { shape: "AllProperties" }),
  from,
  plain("message:InternetMessageId", "string", ({ item }) => item.internetMessageId, {
    shape: "AllProperties",
    set: (change, value) => setMessageId(change, value.text),
  }),
  plain("message:IsRead", "boolean", ({ item }) => item.isRead, {
    shape: "Default",
    set: ({ item }, value) => void (item.isRead = booleanOf(value)),
  }),
  plain("message:IsResponseRequested", "boolean", ({ item }) => item.isResponseRequested ?? false, {
    shape: "AllProperties",
    set: ({ item }, value) => void (item.isResponseRequested = booleanOf(value)),
  }),
  plain("message:References", "string", header("References"), {
    shape: "AllProperties",
    set: (change, value) => setHeader(change, "References", value.text),
    clear: (change) => setHeader(change, "References", ""),
  }),
  replyTo,
  received("ReceivedBy"),
  received("ReceivedRepresenting"),
  votingInformation,
];

/** Whose mailbox a message came into; what nobody received has none. */
function received(name: string): Field {
  return {
    uri: `message:${name}`,
    name: `t:${name}`,
    shape: "AllProperties",
    found: false,
    read: (view) => {
      const by = receiver(view);
      return by && element(`t:${name}`, {}, mailboxElement(view.call.side, by));
    },
  };
}
