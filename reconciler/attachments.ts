import type { Body, InlinePicture, SentAttachment, SentItem } from "./mailbox/port.ts";
import { isDropped, readMark } from "./mark.ts";
import { type Stamp, type StampedFile, digestOf } from "./stamp.ts";
import { contentId, referencedPictures } from "./visible.ts";

/** What an item has to gain and to lose, so that its attachments are those of the stamped mail. */
export interface AttachmentChange {
  addPictures: InlinePicture[];
  addFiles: StampedFile[];
  /** Pictures under a Content-ID that now stands for another one, and files that the stamped mail has in another form, or not any more. */
  stale: SentAttachment[];
  /** Pictures that the item's body shows and the stamped one does not. */
  dropped: SentAttachment[];
  /** Pictures that an update was about to take out when it was interrupted. */
  left: SentAttachment[];
}

/** Compares an item with the stamped mail, whose body it gets. Attached messages and links are never touched. */
export function attachmentChange(item: SentItem, stamp: Stamp, body: Body): AttachmentChange {
  const before = referencedPictures(item.body);
  const after = referencedPictures(body);
  const mark = readMark(item.mark);
  const unshown = item.attachments.filter((one) => one.isInline && !after.has(idOf(one)));
  const shown = stamp.pictures.filter((picture) => after.has(contentId(picture.contentId)));
  const isShown = ({ contentId: id }: SentAttachment) => id !== undefined && before.has(contentId(id));
  const stale = item.attachments.filter((one) => {
    const same = shown.find((picture) => sameId(one, picture));
    return same && (one.isInline || isShown(one)) && !isPicture(one, same);
  });
  const files = fileChange(item, item.attachments.filter(isFile(before)), stamp.files);
  return {
    addPictures: shown.filter((picture) => !item.attachments.some((one) => isPicture(one, picture))),
    addFiles: files.add,
    stale: [...stale, ...files.stale],
    dropped: unshown.filter(isShown),
    left: unshown.filter((one) => !isShown(one) && isDropped(mark, idOf(one))),
  };
}

/** Whether an attachment of an item is an ordinary file: none that a body (which refers to these Content-IDs) shows, or could. */
export function isFile(shown: ReadonlySet<string>): (one: SentAttachment) => boolean {
  return ({ isItem, isLink = false, contentType, contentId: id, isInline }) =>
    !isItem &&
    !isLink &&
    contentType !== "message/rfc822" &&
    (id === undefined || !(isInline || shown.has(contentId(id))));
}

/**
 * The same bytes are the same file under any name, and what bears the name of one but has other bytes makes room for it. Others go only
 * from an item as its sender left it, and only if the stamped mail has any of its files: else it came without them, and says
 * nothing about them.
 */
function fileChange({ attachments, mark }: SentItem, files: SentAttachment[], stamped: StampedFile[]) {
  const missing = new Set(stamped);
  const left = new Set(files);
  const named = (one: SentAttachment, { name }: StampedFile) => one.name.toLowerCase() === name.toLowerCase();
  const pair = (isSame: (one: SentAttachment, file: StampedFile) => boolean): void => {
    for (const one of files) {
      const same = left.has(one) && [...missing].find((file) => isSame(one, file));
      if (same && left.delete(one)) missing.delete(same);
    }
  };
  pair((one, file) => one.digest === file.digest);
  // Too large to be read, so that its name has to do.
  pair((one, file) => one.digest === undefined && named(one, file));
  const replaced = [...left].filter((one) => stamped.some((file) => named(one, file)));
  const isWhole = left.size - replaced.length < files.length && readMark(mark)?.state !== "updated";
  // An attached item other than a message can travel as a file.
  const items = attachments.flatMap(({ isItem, name }) => (isItem ? name.toLowerCase() : []));
  const isNew = ({ name }: StampedFile) =>
    name !== "" && !items.includes(name.toLowerCase().replace(/\.[^.]*$/, ""));
  return { add: [...missing].filter(isNew), stale: isWhole ? [...left] : replaced };
}

function idOf({ contentId: id = "" }: SentAttachment): string {
  return contentId(id);
}

function sameId({ contentId: id }: SentAttachment, picture: InlinePicture): boolean {
  return id !== undefined && contentId(id) === contentId(picture.contentId);
}

/** The same Content-ID and, where they are known, the same bytes. */
function isPicture(one: SentAttachment, picture: InlinePicture): boolean {
  return sameId(one, picture) && (one.digest === undefined || one.digest === digestOf(picture.content));
}
