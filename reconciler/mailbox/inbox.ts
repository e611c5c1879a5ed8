/** Beside the Inbox: what could not be taken in. */
export const setAsideFolder = "Not taken in";

/**
 * What the intake needs of the mailbox that a rule copies stamped mail to. An adapter implements it (ews/, graph/);
 * test/contract/inbox.test.ts holds every adapter to it.
 */
export interface Inbox {
  /** Ids of the oldest `most` messages in the Inbox. @throws Fault */
  list: (mailbox: string, most: number) => Promise<string[]>;
  /** A message as MIME, or undefined when it is gone. @throws Fault TOO_LARGE for one that has to be left unread */
  mime: (mailbox: string, id: string) => Promise<Uint8Array | undefined>;
  /** The header alone, as it came in; undefined when the message is gone. @throws Fault */
  head: (mailbox: string, id: string) => Promise<Uint8Array | undefined>;
  /** Deletes messages for good; one that is gone already is no mistake. @throws Fault */
  remove: (mailbox: string, ids: string[]) => Promise<void>;
  /** Moves a message to the folder `setAsideFolder`, which is made where it is missing; one that is gone is no mistake. @throws Fault */
  setAside: (mailbox: string, id: string) => Promise<void>;
  /**
   * Calls back when there may be something new, as far as the protocol tells without being asked. Resolves when the
   * signal or the server ends it; ask again then. @throws Fault
   */
  watch: (mailbox: string, onNews: () => void, signal: AbortSignal) => Promise<void>;
  /** Where the protocol can post news to an address on the Internet. */
  hooks?: Hooks;
}

/** Subscriptions to news of an Inbox, which the server posts to a webhook. Times are milliseconds since 1970. */
export interface Hooks {
  /** Begins one, which shows the secret with everything it posts; the address has to answer by then. Answers its id. @throws Fault */
  create: (mailbox: string, to: { url: string; secret: string }, until: number) => Promise<string>;
  /** Lets one live on, authorized anew; false when it is gone. @throws Fault */
  renew: (id: string, until: number) => Promise<boolean>;
  /** Ends one; one that is gone is no mistake. @throws Fault */
  remove: (id: string) => Promise<void>;
  /** Ids of those that post to an address. @throws Fault */
  list: (url: string) => Promise<string[]>;
}
