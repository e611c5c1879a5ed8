import type { Body, InlinePicture, SentAttachment, SentItem } from "./mailbox/port.ts";
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
}

/** Compares an item with the stamped mail, whose body it gets. Attached messages and links are never touched. */
export function attachmentChange(item: SentItem, stamp: Stamp, body: Body): AttachmentChange {
  const before = referencedPictures(item.body);
  const after = referencedPictures(body);
  const shown = stamp.pictures.filter((picture) => after.has(contentId(picture.contentId)));
  const isShown = ({ contentId: id }: SentAttachment) => id !== undefined && before.has(contentId(id));
  const stale = item.attachments.filter((one) => {
    const same = shown.find((picture) => sameId(one, picture));
    return same && (one.isInline || isShown(one)) && !isPicture(one, same);
  });
  const files = fileChange(item.attachments.filter(isFile(before)), stamp.files, item.attachments);
  return {
    addPictures: shown.filter((picture) => !item.attachments.some((one) => isPicture(one, picture))),
    addFiles: files.add,
    stale: [...stale, ...files.stale],
    dropped: item.attachments.filter(
      (one) => one.isInline && isShown(one) && !after.has(contentId(one.contentId ?? "")),
    ),
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
 * The same bytes are the same file under any name, and what bears the name of one but has other bytes takes its place. A stamped mail
 * that has none of the item's files came without them, and says nothing about them.
 */
function fileChange(files: SentAttachment[], stamped: StampedFile[], all: SentAttachment[]) {
  const missing = new Set(stamped);
  const left = new Set(files);
  const stale: SentAttachment[] = [];
  const pair = (isSame: (one: SentAttachment, file: StampedFile) => boolean, isStale: boolean): void => {
    for (const one of left) {
      const file = [...missing].find((each) => isSame(one, each));
      if (file === undefined) continue;
      left.delete(one);
      if (isStale) stale.push(one);
      else missing.delete(file);
    }
  };
  const named = (one: SentAttachment, { name }: StampedFile) => one.name.toLowerCase() === name.toLowerCase();
  pair((one, file) => one.digest === file.digest, false);
  // Too large to be read, so that its name has to do.
  pair((one, file) => one.digest === undefined && named(one, file), false);
  pair((one, file) => named(one, file), true);
  const brought = left.size < files.length;
  // An attached item other than a message can travel as a file.
  const items = new Set(all.filter(({ isItem }) => isItem).map(({ name }) => name.toLowerCase()));
  const isNew = ({ name }: StampedFile) =>
    name !== "" && !items.has(name.toLowerCase().replace(/\.[^.]*$/, ""));
  return { add: [...missing].filter(isNew), stale: brought ? [...stale, ...left] : stale };
}

function sameId({ contentId: id }: SentAttachment, picture: InlinePicture): boolean {
  return id !== undefined && contentId(id) === contentId(picture.contentId);
}

/** The same Content-ID and, where they are known, the same bytes. */
function isPicture(one: SentAttachment, picture: InlinePicture): boolean {
  return sameId(one, picture) && (one.digest === undefined || one.digest === digestOf(picture.content));
}
