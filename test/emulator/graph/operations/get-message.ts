import { messageOf, openMailbox, type Operation } from "../call.ts";
import { messageAnswer } from "../message-answer.ts";

/** GET messages/{id}, with `$select` and `$expand`. */
export const getMessage: Operation = (call) => {
  const opened = openMailbox(call);
  return messageAnswer(call, opened, messageOf(call, opened));
};
