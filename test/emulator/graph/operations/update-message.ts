import { startChange } from "../../ews/fields/field.ts";
import { allowed } from "../access.ts";
import { jsonBody, messageOf, openMailbox, type Operation } from "../call.ts";
import { badRequest } from "../error.ts";
import { EwsError } from "../../ews/error.ts";
import { checkMatch } from "../match-header.ts";
import { messageAnswer } from "../message-answer.ts";
import { commit, setProperties } from "../message-change.ts";

const sensitive = ["subject", "body", "toRecipients", "ccRecipients", "bccRecipients", "replyTo"];

/** PATCH messages/{id}. What a sent message says can be changed by advanced applications only, from a date on. */
export const updateMessage: Operation = async (call) => {
  const opened = openMailbox(call);
  const item = messageOf(call, opened);
  const given = jsonBody(call);
  checkMatch(call, item);
  if ("attachments" in given)
    throw badRequest(
      "The property 'attachments' is a navigation property and cannot be changed together with the message: add or delete attachments one by one.",
    );
  const guarded =
    !item.isDraft &&
    call.organization.now() >= call.organization.settings.mailAdvancedFrom &&
    sensitive.some((name) => name in given);
  if (guarded && !allowed(call.organization, call.side, call.application, "writeSent", opened.owner))
    throw new EwsError("ErrorAccessDenied");
  const change = startChange(opened.store, item);
  setProperties(change, given);
  return messageAnswer(call, opened, call.ignored ? item : await commit(opened, item, change));
};
