import { startChange } from "../../ews/fields/field.ts";
import { attachmentId } from "../../ews/ids.ts";
import { messageOf, openMailbox, toUrl, type Call, type Operation } from "../call.ts";
import { addFile } from "../compose.ts";
import { badRequest, GraphError } from "../error.ts";
import { commit } from "../message-change.ts";
import { addRange, endUpload, rangesOf, uploadNamed, type Upload } from "../uploads.ts";

/** The session in the path; its secret stands in for a token. @throws GraphError when it is unknown, expired or somebody else's */
function uploadOf({ params, url, organization }: Call): Upload {
  const upload = uploadNamed(organization, params["session"] ?? "");
  if (!upload || upload.expires <= organization.now())
    throw new GraphError(404, "ErrorItemNotFound", "The upload session is not found or expired.");
  if (url.searchParams.get("authtoken") !== upload.secret)
    throw new GraphError(401, "InvalidAuthenticationToken", "The upload URL is not complete.");
  return upload;
}

/** The first byte that is still to come. */
function nextOf({ organization }: Call, upload: Upload): number {
  return rangesOf(organization, upload).reduce((sum, { length }) => sum + length, 0);
}

function progress({ expires }: Upload, next: number): object {
  return { expirationDateTime: new Date(expires).toISOString(), nextExpectedRanges: [`${next}-`] };
}

/** PUT of the next range to an upload URL; the last one makes the attachment. */
export const uploadRange: Operation = async (call) => {
  const upload = uploadOf(call);
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(call.headers["content-range"] ?? "");
  const [start, end, total] = (range ?? []).slice(1).map(Number);
  if (start === undefined || end === undefined || total !== upload.size)
    throw badRequest(
      "The Content-Range header is missing or does not fit the session.",
      "InvalidContentRange",
    );
  const next = nextOf(call, upload);
  if (start !== next || end >= upload.size || call.body.length !== end - start + 1)
    throw new GraphError(416, "InvalidRange", `The range does not fit: ${next}- is expected.`);
  if (end + 1 < upload.size) {
    addRange(call.organization, upload, call.body);
    return { status: 200, body: progress(upload, end + 1) };
  }
  const opened = openMailbox(call);
  const item = messageOf(call, opened);
  const change = startChange(opened.store, item);
  const { contentId, ...rest } = upload.item;
  // Large inline pictures can lose their id on this way.
  const given = call.ignored || contentId === undefined ? rest : { ...rest, contentId };
  const attachment = addFile(
    change,
    given,
    Buffer.concat([...rangesOf(call.organization, upload), call.body]),
  );
  await commit(opened, item, change);
  endUpload(call.organization, upload);
  const id = toUrl(attachmentId(opened.owner.guid, item.id, attachment.id));
  const place = `${call.root}/users('${opened.owner.guid}')/messages('${call.params["message"] ?? ""}')/attachments('${id}')`;
  return { status: 201, headers: { Location: place } };
};

/** GET of an upload URL: what is still missing. */
export const getUpload: Operation = (call) => {
  const upload = uploadOf(call);
  return { status: 200, body: progress(upload, nextOf(call, upload)) };
};

/** DELETE of an upload URL: gives up. */
export const cancelUpload: Operation = (call) => {
  endUpload(call.organization, uploadOf(call));
  return { status: 204 };
};
