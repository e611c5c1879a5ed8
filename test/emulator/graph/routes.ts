import type { Need } from "./access.ts";
import type { Operation } from "./call.ts";
import { checkMemberGroups } from "./operations/check-member-groups.ts";
import { deltaGroups } from "./operations/delta-groups.ts";
import { translateExchangeIds } from "./operations/translate-exchange-ids.ts";
import { batch } from "./operations/batch.ts";
import { copyMessage, moveMessage } from "./operations/copy-message.ts";
import { createAttachment } from "./operations/create-attachment.ts";
import { createMailFolder } from "./operations/create-mail-folder.ts";
import { createMessage } from "./operations/create-message.ts";
import { createSubscription } from "./operations/create-subscription.ts";
import { createUploadSession } from "./operations/create-upload-session.ts";
import { deleteAttachment } from "./operations/delete-attachment.ts";
import { deleteMessage, permanentDeleteMessage } from "./operations/delete-message.ts";
import { deltaMessages } from "./operations/delta-messages.ts";
import { getMailFolder } from "./operations/get-mail-folder.ts";
import { getMessageContent } from "./operations/get-message-content.ts";
import { getMessage } from "./operations/get-message.ts";
import { getAttachment, getAttachmentContent, listAttachments } from "./operations/list-attachments.ts";
import { listMailFolders } from "./operations/list-mail-folders.ts";
import {
  getGroup,
  listMembers,
  listMemberUsers,
  listTransitiveMembers,
  listTransitiveMemberUsers,
} from "./operations/list-members.ts";
import { countMessages, listMessages } from "./operations/list-messages.ts";
import { countGroups, countUsers, getUser, listGroups, listUsers } from "./operations/list-users.ts";
import { sendMail, sendMessage } from "./operations/send-message.ts";
import {
  deleteSubscription,
  getSubscription,
  listSubscriptions,
  reauthorizeSubscription,
  updateSubscription,
} from "./operations/subscription.ts";
import { updateMessage } from "./operations/update-message.ts";
import { cancelUpload, getUpload, uploadRange } from "./operations/upload-range.ts";

/** One call of the service. */
export interface Route {
  method: string;
  /** Lower-case literals, and parameters in braces. */
  segments: string[];
  /** `UpdateMessage`: what faults name it by. */
  name: string;
  need: Need;
  run: Operation;
}

/** A request's call, and what its path names. */
export interface Matched {
  route: Route;
  params: Record<string, string>;
}

type Entry = [call: string, name: string, need: Need, run: Operation];

const ofMessages: Entry[] = [
  ["GET messages", "ListMessages", "readMail", listMessages],
  ["POST messages", "CreateMessage", "writeMail", createMessage],
  ["GET messages/$count", "CountMessages", "readMail", countMessages],
  ["GET messages/{message}", "GetMessage", "readMail", getMessage],
  ["PATCH messages/{message}", "UpdateMessage", "writeMail", updateMessage],
  ["DELETE messages/{message}", "DeleteMessage", "writeMail", deleteMessage],
  ["GET messages/{message}/$value", "GetMessageContent", "readMail", getMessageContent],
  ["GET messages/{message}/attachments", "ListAttachments", "readMail", listAttachments],
  ["POST messages/{message}/attachments", "CreateAttachment", "writeMail", createAttachment],
  [
    "POST messages/{message}/attachments/createuploadsession",
    "CreateUploadSession",
    "writeMail",
    createUploadSession,
  ],
  ["GET messages/{message}/attachments/{attachment}", "GetAttachment", "readMail", getAttachment],
  ["DELETE messages/{message}/attachments/{attachment}", "DeleteAttachment", "writeMail", deleteAttachment],
  [
    "GET messages/{message}/attachments/{attachment}/$value",
    "GetAttachmentContent",
    "readMail",
    getAttachmentContent,
  ],
  ["POST messages/{message}/copy", "CopyMessage", "writeMail", copyMessage],
  ["POST messages/{message}/move", "MoveMessage", "writeMail", moveMessage],
  ["POST messages/{message}/send", "SendMessage", "sendMail", sendMessage],
  ["POST messages/{message}/permanentdelete", "PermanentDeleteMessage", "writeMail", permanentDeleteMessage],
];
const inMailbox = "users/{user}";
const inFolder = `${inMailbox}/mailfolders/{folder}`;
const upload = `${inMailbox}/messages/{message}/attachmentsessions/{session}`;

const entries: Entry[] = [
  ...[inMailbox, inFolder].flatMap((place) =>
    ofMessages.map(([call, ...rest]): Entry => [call.replace(" ", ` ${place}/`), ...rest]),
  ),
  // Before `messages/{message}` would take it for an id: literals are tried first.
  [`GET ${inFolder}/messages/delta`, "DeltaMessages", "readMail", deltaMessages],
  // The secret in an upload URL stands in for the token.
  [`PUT ${upload}`, "UploadRange", "none", uploadRange],
  [`GET ${upload}`, "GetUpload", "none", getUpload],
  [`DELETE ${upload}`, "CancelUpload", "none", cancelUpload],
  [`GET ${inMailbox}/mailfolders`, "ListMailFolders", "readMail", listMailFolders],
  [`POST ${inMailbox}/mailfolders`, "CreateMailFolder", "writeMail", createMailFolder],
  [`GET ${inFolder}`, "GetMailFolder", "readMail", getMailFolder],
  [`GET ${inFolder}/childfolders`, "ListMailFolders", "readMail", listMailFolders],
  [`POST ${inFolder}/childfolders`, "CreateMailFolder", "writeMail", createMailFolder],
  [`POST ${inMailbox}/sendmail`, "SendMail", "sendMail", sendMail],
  ["GET users", "ListUsers", "readUsers", listUsers],
  ["GET users/$count", "CountUsers", "readUsers", countUsers],
  ["GET groups/$count", "CountGroups", "readGroups", countGroups],
  ["GET groups/delta", "DeltaGroups", "readGroups", deltaGroups],
  ["POST users/{user}/checkmembergroups", "CheckMemberGroups", "readGroups", checkMemberGroups],
  ["POST users/{user}/translateexchangeids", "TranslateExchangeIds", "readMail", translateExchangeIds],
  ["GET users/{user}", "GetUser", "readUsers", getUser],
  ["GET groups", "ListGroups", "readGroups", listGroups],
  ["GET groups/{group}", "GetGroup", "readGroups", getGroup],
  ["GET groups/{group}/members", "ListMembers", "readGroups", listMembers],
  ["GET groups/{group}/members/graph.user", "ListMembers", "readGroups", listMemberUsers],
  ["GET groups/{group}/transitivemembers", "ListTransitiveMembers", "readGroups", listTransitiveMembers],
  [
    "GET groups/{group}/transitivemembers/graph.user",
    "ListTransitiveMembers",
    "readGroups",
    listTransitiveMemberUsers,
  ],
  ["GET subscriptions", "ListSubscriptions", "none", listSubscriptions],
  ["POST subscriptions", "CreateSubscription", "none", createSubscription],
  ["GET subscriptions/{subscription}", "GetSubscription", "none", getSubscription],
  ["PATCH subscriptions/{subscription}", "UpdateSubscription", "none", updateSubscription],
  ["DELETE subscriptions/{subscription}", "DeleteSubscription", "none", deleteSubscription],
  [
    "POST subscriptions/{subscription}/reauthorize",
    "ReauthorizeSubscription",
    "none",
    reauthorizeSubscription,
  ],
  ["POST $batch", "Batch", "none", batch],
];

const literals = (segments: string[]): number => segments.filter((each) => !each.startsWith("{")).length;

/** Every call of the service, those with more literal segments first. */
export const routes: readonly Route[] = entries
  .map(([call, name, need, run]): Route => {
    const [method = "", path = ""] = call.split(" ");
    return { method, segments: path.split("/"), name, need, run };
  })
  .toSorted((one, other) => literals(other.segments) - literals(one.segments));

/** The route of a request with its parameters; `known` tells whether the path exists with another method. */
export function match(method: string, segments: readonly string[]): Matched | { known: boolean } {
  const fits = routes.filter(
    (route) =>
      route.segments.length === segments.length &&
      route.segments.every((each, index) => each.startsWith("{") || each === segments[index]?.toLowerCase()),
  );
  const route = fits.find((each) => each.method === method);
  if (!route) return { known: fits.length > 0 };
  const params = Object.fromEntries(
    route.segments.flatMap((each, index) =>
      each.startsWith("{") ? [[each.slice(1, -1), segments[index] ?? ""]] : [],
    ),
  );
  return { route, params };
}
