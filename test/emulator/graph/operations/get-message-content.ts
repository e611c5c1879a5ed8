import { messageOf, openMailbox, type Operation } from "../call.ts";
import { bufferOf } from "../../item/bytes.ts";

/** GET messages/{id}/$value: the message as MIME. */
export const getMessageContent: Operation = (call) => {
  const item = messageOf(call, openMailbox(call));
  return { status: 200, headers: { "Content-Type": "text/plain" }, body: bufferOf(item.mime) };
};
