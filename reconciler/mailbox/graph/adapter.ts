import { mailboxesOver } from "../protocol.ts";
import { connect } from "./client.ts";
import { credentialOf, type SignIn, tokens } from "../application.ts";
import { graphDirectory } from "./directory.ts";
import { graphProtocol } from "./protocol.ts";
import { getFolder } from "./get-folder.ts";
import { graphInbox } from "./inbox.ts";
import type { Inbox } from "../inbox.ts";
import type { Directory, Mailboxes } from "../port.ts";

/** How Exchange Online is reached. */
export interface GraphOptions {
  /** `https://graph.microsoft.com`, or that of a national cloud. */
  url: string;
  signIn: SignIn;
  /** PEM of an authority that the system does not know. */
  certificateAuthority?: string;
  /** What tokens are asked for: that of Microsoft's own Graph unless given. */
  scope?: string;
  /** Milliseconds that one request may take; 100,000 unless given. */
  timeout?: number;
  /** Bytes of an answer above which it is refused as TOO_LARGE; 64 MiB unless given. */
  maxAnswer?: number;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** The Graph adapters of all ports over one connection pool. */
export interface GraphConnection {
  mailboxes: Mailboxes;
  directory: Directory;
  inbox: Inbox;
  /** Opens Sent Items of a mailbox. @throws Fault ACCESS_DENIED | MAILBOX_NOT_FOUND | WRONG_CREDENTIALS | UNAVAILABLE, saying what to do */
  check: (mailbox: string) => Promise<void>;
  /** Ends pooled connections; the same as `mailboxes.close`. */
  close: () => Promise<void>;
}

/** Composes the Graph adapters; opens no connection before the first call. @throws Fault BAD_SETTINGS */
export function createGraphMailboxes({
  signIn,
  now,
  scope = "https://graph.microsoft.com/.default",
  ...options
}: GraphOptions): GraphConnection {
  const { call, close } = connect({ ...options, token: tokens(credentialOf(signIn), scope, now) });
  return {
    mailboxes: mailboxesOver(graphProtocol(call, close)),
    directory: graphDirectory(call),
    inbox: graphInbox(call),
    check: (mailbox) => getFolder(call, mailbox),
    close,
  };
}
