import { createDirectory } from "./directory.ts";
import { mailboxesOver } from "../over-protocol.ts";
import { ewsProtocol } from "./protocol.ts";
import { ewsInbox } from "./inbox.ts";
import { createCall, createListen } from "./operation.ts";
import { createTransport } from "./transport.ts";
import { getFolder } from "./get-folder.ts";
import type { Inbox } from "../inbox.ts";
import type { Credential } from "./line.ts";
import type { Directory, Mailboxes } from "../port.ts";

/** How the EWS side is reached. */
export interface EwsOptions {
  /** `https://mail.contoso.com/EWS/Exchange.asmx`, as given or as `discoverEwsUrl` found it. */
  url: string;
  credential: Credential;
  /** The mailbox as whose owner is asked what is about no mailbox: a token of an application is nobody's own. */
  owner?: string;
  /** PEM of the authority that issued the server's certificate, where the system does not know it. */
  certificateAuthority?: string;
  /** Requests at once over all mailboxes; Exchange's own default limit, 27, unless given. */
  maxConcurrency?: number;
  /** Milliseconds that one request may take from sending to the last byte of the answer; 100,000 unless given. */
  timeout?: number;
  /** Bytes of an answer, unpacked, above which it is refused as TOO_LARGE; 64 MiB unless given. */
  maxAnswer?: number;
}

/** The EWS adapters of all ports over one connection pool. */
export interface EwsConnection {
  mailboxes: Mailboxes;
  directory: Directory;
  inbox: Inbox;
  /**
   * Opens Sent Items of a mailbox by impersonation.
   * @throws Fault ACCESS_DENIED | MAILBOX_NOT_FOUND | WRONG_CREDENTIALS | UNAVAILABLE, saying what to do
   */
  check: (mailbox: string) => Promise<void>;
  /** Ends pooled connections; the same as `mailboxes.close`. */
  close: () => Promise<void>;
}

/** Composes the EWS adapters; opens no connection before the first call. @throws Fault BAD_SETTINGS */
export function createEwsMailboxes(options: EwsOptions): EwsConnection {
  const transport = createTransport(options);
  const call = createCall(transport, options.owner);
  return {
    mailboxes: mailboxesOver(ewsProtocol(call, transport.close, options.maxAnswer)),
    directory: createDirectory(call),
    inbox: ewsInbox(call, createListen(transport)),
    check: async (mailbox) => void (await call(getFolder, undefined, mailbox)),
    close: transport.close,
  };
}
