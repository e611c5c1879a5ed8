/**
 * What the reconciler needs of a mailbox, whatever the protocol. An adapter (ews/, graph/) implements it;
 * test/contract/mailbox.test.ts holds every adapter to it.
 */

/** An opaque handle of one item at one version. `version` is the EWS ChangeKey or the Graph ETag. */
export interface ItemRef {
  id: string;
  version: string;
}

/** What a listing of Sent Items tells about an item; enough to match, never the body. */
export interface SentSummary extends ItemRef {
  /** RFC 5322 Message-ID with its angle brackets. */
  messageId: string;
  /** `IPM.Note`, `IPM.Note.SMIME.MultipartSigned` ... */
  itemClass: string;
  isDraft: boolean;
  /** Milliseconds since 1970. */
  created: number;
  /** The product's own mark (see stamp.ts), where an earlier update left one. */
  mark?: string;
  /** Id of the folder that it lies in, where that is not Sent Items. */
  folder?: string;
}

/** What there is of a message outside of Sent Items. */
export interface Elsewhere {
  /** Sent copies in other folders of the owner's: moved by a rule or by hand, or left there by another mail program. */
  moved: SentSummary[];
  /** Whether a sent copy lies in Deleted Items, below, or among what can be recovered. */
  deleted: boolean;
}

export interface SentAttachment {
  id: string;
  name: string;
  contentType: string;
  contentId?: string;
  isInline: boolean;
  size: number;
  /** An attached message or other item, never touched. */
  isItem: boolean;
  /** A file that lies elsewhere. */
  isLink?: boolean;
  /** SHA-256 of its content, hex, where it was asked for. */
  digest?: string;
}

/** A sent item as it stands. */
export interface SentItem extends SentSummary {
  subject: string;
  body: Body;
  recipients: Recipients;
  attachments: SentAttachment[];
}

/** Whom an item names, in its order. */
export type Recipients = Record<"to" | "cc" | "bcc", { name: string; address: string }[]>;

export interface Body {
  type: "html" | "text";
  /** Decoded text. */
  content: string;
}

/** What an item was before its first update. */
export interface Original extends Body {
  recipients?: Recipients;
}

/** An inline picture that the new body refers to by `cid:`. */
export interface InlinePicture {
  contentId: string;
  name: string;
  contentType: string;
  content: Uint8Array;
}

/** An ordinary attachment. */
export interface File {
  name: string;
  contentType: string;
  content: Uint8Array;
}

/** One change of a sent item; applied in an order in which no reader sees a body without its pictures. */
export interface Change {
  body: Body;
  addPictures: InlinePicture[];
  addFiles?: File[];
  /** Ids of attachments that others take the place of, or that the new body no longer refers to. */
  removeAttachments: string[];
  /** Whom the item is to name, where it is made anew: Exchange lets nobody change that of a sent message. */
  recipients?: Recipients;
  /** The product's own mark, written with the body in one operation. */
  mark: string;
}

/** The new item, and the source at the version that marking it gave it. */
export interface CopiedItem extends ItemRef {
  source: ItemRef;
}

/** Which attachments are to come with the digest of their content, which has to be read for that. */
export type Compared = (attachment: SentAttachment) => boolean;

/** How one mailbox is reached; every call is one mailbox, named by its SMTP address. */
export interface Mailboxes {
  /**
   * Sent copies of a message in Sent Items, whole. Empty when there is none (yet).
   * @throws Fault MAILBOX_NOT_FOUND | ACCESS_DENIED | THROTTLED | UNAVAILABLE
   */
  find: (mailbox: string, messageId: string, compared?: Compared) => Promise<SentItem[]>;
  /**
   * Goes through all folders but Sent Items, which takes much longer. Never answered: what was received under the same
   * Message-ID (mail to oneself), drafts, what is on its way, and what a synchronisation put aside.
   * @throws Fault as `find`
   */
  elsewhere: (mailbox: string, messageId: string) => Promise<Elsewhere>;
  /** The whole item, or undefined when it is gone. */
  read: (mailbox: string, id: string, compared?: Compared) => Promise<SentItem | undefined>;
  /**
   * Applies a change to an item as it was read, and answers the item read again (of attachments that stay, the digests are those
   * that were known). The version guards it; adding attachments changes the version, so then the body guards too. A picture whose
   * Content-ID the item already carries (an attempt that died half-way left it) is not added again; what a change that is
   * refused has added is taken out again.
   * @throws Fault CONFLICT when the item has changed meanwhile (nothing was changed: read and plan again); LOCKED when Exchange
   * lets nobody (or not this account) change what a sent message says
   */
  update: (mailbox: string, item: SentItem, change: Change, compared?: Compared) => Promise<SentItem>;
  /**
   * A second item beside the first, in its folder, the same in every respect (keepOriginal). The source gets the mark
   * first and the copy inherits it: two items with this mark mean that the copy was made, one that it was not.
   * @throws Fault CONFLICT when the item has changed meanwhile
   */
  copy: (mailbox: string, item: ItemRef & { folder?: string }, mark: string) => Promise<CopiedItem>;
  /**
   * A new item in the same folder that shows a change of one that Exchange lets nobody change, and is the same in every other
   * respect that the protocol can tell and set, but for its recipients where the change names others. It is made under the mark `building`, read again and compared, and gets the
   * change's own mark last. The source is not touched.
   * @throws Fault LOCKED when the source has something that cannot be carried over, TOO_LARGE when that is too large; NOT_VERIFIED when the new item is not the same
   */
  recreate: (mailbox: string, item: SentItem, change: Change, building: string) => Promise<ItemRef>;
  /** Sets the mark alone. @throws Fault CONFLICT when the item has changed meanwhile */
  mark: (mailbox: string, item: ItemRef, mark: string) => Promise<ItemRef>;
  /** Takes an item out of Sent Items, to where its owner can recover it; one that is gone is passed over. */
  remove: (mailbox: string, item: ItemRef) => Promise<void>;
  /** Ends pooled connections. */
  close: () => Promise<void>;
}

/** Who is who; answered by the directory of the side that the daemon is connected to, cached by the caller. */
export interface Directory {
  /**
   * The primary SMTP address of the mailbox behind an address (alias, proxy address, shared mailbox),
   * or undefined when no mailbox is behind it (a distribution group, an outsider).
   */
  mailboxOf: (address: string) => Promise<string | undefined>;
  /** Primary SMTP addresses of all direct and nested members of a group, lower case. @throws Fault GROUP_NOT_FOUND */
  membersOf: (group: string) => Promise<string[]>;
}
