import type { NewAttachment } from "./carried.ts";
import type { Body, ItemRef, Recipients, SentAttachment, SentItem, SentSummary } from "./port.ts";
import type { Place } from "./place.ts";

/** An item outside of Sent Items. */
export interface Placed extends SentSummary {
  folder: string;
  place: Place;
  /** Whether it came in through transport. */
  received: boolean;
}

/** What a protocol does in one step. How the steps make up the port is the same for all of them. */
export interface Protocol {
  /** Whole items in Sent Items that carry the Message-ID, going by as much of it as the protocol compares. */
  find: (mailbox: string, messageId: string) => Promise<SentItem[]>;
  /** All items outside of Sent Items that carry the Message-ID; those in folders `apart` may be missing. */
  search: (mailbox: string, messageId: string) => Promise<Placed[]>;
  /** The whole item, or undefined when it is gone. */
  read: (mailbox: string, id: string) => Promise<SentItem | undefined>;
  /**
   * Adds attachments, one by one if need be: `failure` says why one is missing among those that were `added` (ids). `now`: the item
   * read again after all of them, where that costs no further round trip.
   */
  attach: (mailbox: string, item: ItemRef, attachments: NewAttachment[]) => Promise<Attached>;
  /** Takes attachments out, passing over those that are gone. */
  removeAttachments: (mailbox: string, id: string, attachments: string[]) => Promise<void>;
  /** Sets the mark alone of an item that is still at its version. @throws Fault CONFLICT */
  mark: (mailbox: string, item: ItemRef, mark: string) => Promise<ItemRef>;
  /**
   * Sets body and mark in one operation, of an item that is still at its version, then takes attachments out, and reads the item
   * again; undefined when it is gone by then. @throws Fault CONFLICT
   */
  write: (
    mailbox: string,
    item: ItemRef,
    set: { mark: string; body: Body; remove: string[] },
  ) => Promise<SentItem | undefined>;
  /** A second item in a folder (Sent Items unless told), the same in every respect. */
  duplicate: (mailbox: string, item: ItemRef, folder?: string) => Promise<ItemRef>;
  /** Bytes of one attachment that can be read or written. */
  mostCarried: number;
  /** Attachments with their content, in order. @throws Fault LOCKED for one that cannot be attached anew */
  contents: (mailbox: string, id: string, attachments: SentAttachment[]) => Promise<NewAttachment[]>;
  /** All that is carried over to an item that takes this one's place: plain data, equal for two items that are the same. */
  carried: (mailbox: string, id: string) => Promise<Carried>;
  /** The same with other recipients. */
  readdressed: (carried: Carried, recipients: Recipients) => Carried;
  /** A new item in a folder (Sent Items unless told), no draft, with what is carried over; without attachments yet. */
  create: (
    mailbox: string,
    carried: Carried,
    set: { mark: string; body: Body; folder?: string | undefined },
  ) => Promise<ItemRef>;
  /** Moves an item to where its owner can recover it, if it is there. */
  discard: (mailbox: string, id: string) => Promise<void>;
  close: () => Promise<void>;
}

/** What became of attachments. */
export interface Attached {
  added: string[];
  failure?: unknown;
  now?: SentItem;
}

/** Properties by name, as the protocol answers them. */
export type Carried = Record<string, unknown>;
