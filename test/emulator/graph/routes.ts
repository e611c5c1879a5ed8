import type { Need } from "./access.ts";
import type { Operation } from "./call.ts";
import { batch } from "./operations/batch.ts";
import { copyMessage, moveMessage } from "./operations/copy-message.ts";
import { createAttachment } from "./operations/create-attachment.ts";
import { createMailFolder } from "./operations/create-mail-folder.ts";
import { createMessage } from "./operations/create-message.ts";
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
import { getUser, listGroups, listUsers } from "./operations/list-users.ts";
import { sendMail, sendMessage } from "./operations/send-message.ts";
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

/**
 * Segments of a path after the version, decoded: `users('x')` is `users/x`, `delta()` is `delta`, namespaces are cut, and of nested
 * child folders the innermost remains. @throws URIError when it is wrongly encoded
 */
export function segmentsOf(path: string): string[] {
  const segments = path.split("/").flatMap((each) => {
    const text = decodeURIComponent(each);
    const [, name, key] = /^(\w+)\('(.*)'\)$/.exec(text) ?? [];
    if (name !== undefined && key !== undefined) return [name, key.replaceAll("''", "'")];
    return text === ""
      ? []
      : [text.replace(/\(\)$/, "").replace(/^microsoft\.(?=graph\.user$)|^microsoft\.graph\./, "")];
  });
  const innermost = segments.findLastIndex((each) => each.toLowerCase() === "childfolders");
  const above = segments.findIndex((each) => each.toLowerCase() === "mailfolders");
  const id = segments[innermost + 1];
  return above > 0 && innermost > above && id !== undefined
    ? [...segments.slice(0, above + 1), ...segments.slice(innermost + 1)]
    : segments;
}

/** The route of a request with its parameters; `known` tells whether the path exists with another method. */
export function match(
  method: string,
  segments: readonly string[],
): { route: Route; params: Record<string, string> } | { known: boolean } {
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
