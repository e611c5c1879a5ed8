import { mailboxesOver } from "../over-protocol.ts";
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
export function createGraphMailboxes({ signIn, now, ...options }: GraphOptions): GraphConnection {
  const token = tokens(() => credentialOf(signIn), scopeOf(options.url), now);
  const { call, close } = connect({ ...options, token });
  return {
    mailboxes: mailboxesOver(graphProtocol(call, close, options.maxAnswer)),
    directory: graphDirectory(call),
    inbox: graphInbox(call),
    check: (mailbox) => getFolder(call, mailbox),
    close,
  };
}

/** Graph in Microsoft's national clouds, which knows only its own tokens. https://learn.microsoft.com/graph/deployments */
const national =
  /^https:\/\/(graph\.microsoft\.us|dod-graph\.microsoft\.us|microsoftgraph\.chinacloudapi\.cn|graph\.microsoft\.de)$/;

/** What tokens are asked for: the Graph of a national cloud, or Microsoft's own wherever it is reached. */
export function scopeOf(url: string): string {
  const { origin } = new URL(url);
  return `${national.test(origin) ? origin : "https://graph.microsoft.com"}/.default`;
}
