import type { Mailbox } from "./store.ts";

/** Something that happened to an item or a folder, as notifications of EWS and Graph tell it. */
export interface MailboxEvent {
  is: "created" | "modified" | "deleted" | "moved" | "copied" | "newMail";
  of: "item" | "folder";
  mailbox: Mailbox;
  /** Milliseconds since 1970. */
  at: number;
  /** Where it is now; of what is deleted, where it was. */
  id: string;
  /** Of an item: the id that it had before it was ever moved. */
  origin?: string;
  change: number;
  parentId: string;
  /** Of what moved or was copied: where from. */
  before?: { id: string; change: number; parentId: string };
}

export type Listener = (event: MailboxEvent) => void;

/** What happens in an organization's mailboxes, told to whoever listens; nothing is kept. */
export interface MailboxEvents {
  /** Tells an event, at once, after the change was made. */
  tell: Listener;
  /** Answers how to stop listening. */
  listen: (listener: Listener) => () => void;
}

export function createMailboxEvents(): MailboxEvents {
  const listeners = new Set<Listener>();
  return {
    tell: (event) => {
      for (const listener of listeners) listener(event);
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
