/** Why a message's copy was not changed, as the audit shows it: code and what it says to the operator. */
export const reasons = {
  "status-off": "Updating is switched off (status: off).",
  "origin-not-proved": "The message did not prove that it comes from the own organization.",
  "not-processed": "The message was not processed by the signature service.",
  "no-message-id": "The message has no Message-ID, so its sent copy cannot be told from others.",
  "no-mailbox": "No mailbox is behind the sender's address (a distribution group, for instance).",
  "sender-out-of-scope": "The sender is outside the configured scope of senders.",
  smime: "S/MIME: changing a signed or encrypted message would destroy it.",
  pgp: "PGP: changing a signed or encrypted message would destroy it.",
  "rights-protected": "The message is rights-protected.",
  calendar: "Calendar items are never changed.",
  receipt: "Receipts and delivery reports are never changed.",
  "auto-reply": "Automatic replies are never changed.",
  tnef: "The message came as TNEF (winmail.dat), which cannot be taken over faithfully.",
  "item-class": "The sent copy is of a class that is never changed.",
  "no-body": "The stamped message has neither an HTML nor a text body.",
  "text-only": "The stamped message has only text, and the sent copy is HTML: it would lose its formatting.",
  "foreign-body": "The stamped message does not contain the text of the sent copy.",
  edited: "The sent copy was edited after it had been updated.",
  "other-version": "The sent copy already shows another version of this message.",
  "copy-too-large":
    "The sent copy, or an attachment of it, is larger than can be read from or written to the mailbox at once.",
  locked: "Exchange does not let what the sent copy says be changed, and it is not made anew.",
  "nothing-to-change": "The sent copy already showed what was sent.",
  "not-found": "No sent copy appeared before the deadline.",
  deleted: "The sender deleted the sent copy.",
  "access-denied": "The service account may not open the mailbox.",
  "mailbox-unavailable": "The mailbox could not be reached before the deadline.",
  "not-verified": "The sent copy was updated, but does not show it (any more).",
  "scope-unknown": "A group in the scope of senders could not be found.",
  "too-large": "The stamped copy is larger than the daemon reads from a mailbox.",
  "not-taken-in":
    "The message could not be taken in, however often it was tried. It lies in the folder 'Not taken in' of the intake mailbox; moved back to the Inbox, it is tried again.",
  unexpected: "Something unexpected went wrong.",
  "too-complex": "The HTML of the message is too large, or nested too deeply, to be compared.",
  unreadable: "The message could not be parsed.",
} as const;

/** A key of `reasons`. */
export type Reason = keyof typeof reasons;
