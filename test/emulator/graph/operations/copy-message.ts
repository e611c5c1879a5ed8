import { copyItem, moveItem } from "../../mailbox.ts";
import { folderOf, jsonBody, messageOf, openMailbox, parameter, type Operation } from "../call.ts";
import { badBody } from "../error.ts";
import { messageAnswer } from "../message-answer.ts";

/** POST messages/{id}/copy and /move: to the folder that `destinationId` names; the message has a new id there. */
function transfer(move: typeof copyItem): Operation {
  return (call) => {
    const opened = openMailbox(call);
    const item = messageOf(call, opened);
    const destinationId = parameter(jsonBody(call), "destinationId");
    if (typeof destinationId !== "string") throw badBody("The parameter 'destinationId' is missing.");
    const there = move(call.organization, opened.mailbox, item, folderOf(opened, destinationId).id);
    return messageAnswer(call, opened, there, 201);
  };
}

export const copyMessage: Operation = transfer(copyItem);
export const moveMessage: Operation = transfer(moveItem);
