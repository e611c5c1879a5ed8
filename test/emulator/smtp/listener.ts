import type { AddressInfo, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type {
  SMTPServerAddress,
  SMTPServerDataStream,
  SMTPServerOptions,
  SMTPServerSession,
} from "smtp-server";
import type { RequestedFault } from "../faults.ts";
import type { Recipient } from "../store.ts";
import type { Certificate } from "../tls.ts";
import { namesOf } from "./certificate-name.ts";
import { ExchangeSmtpServer } from "./conversation.ts";
import { requestIn, type NotificationRequest } from "./notification-request.ts";
import { Refusal } from "./refusal.ts";
import { answer, type Verb } from "./trouble.ts";

/** Who is at the other end of a connection. */
export interface Peer {
  secure: boolean;
  /** DNS names of the client certificate, when it came with one that the authority vouches for. */
  names: string[];
  address: string;
  /** As it introduced itself in EHLO. */
  greeting: string;
  /** The account that signed in. */
  account?: Recipient;
}

/** Who sends and who receives, as SMTP has it. */
export interface Envelope {
  /** Empty for the null sender. */
  from: string;
  to: string[];
  /** What the sender asks to hear. */
  notifications?: NotificationRequest;
}

/** What one SMTP server is and decides. */
export interface ListenerOptions {
  /** The host name that greets. */
  name: string;
  certificate: Certificate;
  ca: string;
  /** Takes on to report what became of messages (DSN, RFC 3461). */
  reports?: boolean;
  /** Asks clients to sign in, after STARTTLS only; `address` is the client's. May throw a Refusal. */
  signIn?: (user: string, password: string, address: string) => Recipient | undefined;
  /** Each may throw a Refusal; another error is answered with 451. */
  onSender?: (peer: Peer, from: string) => void;
  onRecipient?: (peer: Peer, from: string, to: string) => void;
  onMessage: (peer: Peer, envelope: Envelope, mime: Buffer) => Promise<string>;
  /** The trouble that the next answer to a verb is to have; `mailbox` is who signs in or sends, of RCPT the recipient. */
  faults?: (verb: Verb, mailbox: string) => RequestedFault | undefined;
}

/** A server that is listening. */
export interface Listener {
  /** `host:port` on loopback. */
  address: string;
  close: () => Promise<void>;
}

/** Does a verb's work and answers it, under the faults that somebody asked for. */
type Replier = <Result>(
  verb: Verb,
  mailbox: string,
  session: SMTPServerSession,
  work: () => Result | Promise<Result>,
  done: (error?: Error | null, result?: Result) => void,
) => void;

/** An SMTP server on loopback that offers STARTTLS and asks for a client certificate. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const certificates = new Map<string, string[]>();
  const peerOf = (session: SMTPServerSession): Peer => ({
    secure: session.secure,
    names: certificates.get(session.id) ?? [],
    address: session.remoteAddress,
    greeting: session.hostNameAppearsAs,
    ...(session.user === undefined ? {} : { account: session.user as Recipient }),
  });
  const take = async (stream: SMTPServerDataStream, session: SMTPServerSession): Promise<string> => {
    const mime = await contentOf(stream);
    const notifications = requestIn(session);
    const envelope = {
      from: senderOf(session),
      to: session.envelope.rcptTo.map(({ address }) => address),
      ...(notifications ? { notifications } : {}),
    };
    return options.onMessage(peerOf(session), envelope, mime);
  };
  const reply: Replier = (verb, mailbox, session, work, done) => {
    const conversation = server.conversationOf(session);
    if (conversation) void answer(conversation, verb, options.faults?.(verb, mailbox), work, done);
  };
  const server = new ExchangeSmtpServer({
    ...options.certificate,
    ca: options.ca,
    name: options.name,
    banner: "Microsoft ESMTP MAIL Service ready",
    heloResponse: "%s Hello %s",
    requestCert: true,
    rejectUnauthorized: false,
    disableReverseLookup: true,
    closeTimeout: 200,
    hideENHANCEDSTATUSCODES: false,
    hideDSN: options.reports !== true,
    size: largestMessage,
    ...authentication(options, reply),
    onSecure: (socket, session, done) => {
      certificates.set(session.id, trustedNames(socket));
      done();
    },
    onClose: (session) => void certificates.delete(session.id),
    onMailFrom: (from, session, done) =>
      reply(
        "MAIL",
        from.address,
        session,
        () => {
          checkParameters(from, options.reports === true ? [...parameters, "RET", "ENVID"] : parameters);
          options.onSender?.(peerOf(session), from.address);
        },
        done,
      ),
    onRcptTo: (to, session, done) =>
      reply(
        "RCPT",
        to.address,
        session,
        () => {
          checkParameters(to, options.reports === true ? ["NOTIFY", "ORCPT"] : []);
          options.onRecipient?.(peerOf(session), senderOf(session), to.address);
        },
        done,
      ),
    onData: (stream, session, done) =>
      reply("DATA", senderOf(session), session, () => take(stream, session), done),
  });
  // A peer that breaks off in the middle of TLS is its own affair.
  server.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** What the library answers besides SMTP. */
const jokes = ["WIZ", "SHELL", "KILL"];

function authentication({ signIn }: ListenerOptions, reply: Replier): SMTPServerOptions {
  if (!signIn) return { authOptional: true, disabledCommands: [...jokes, "AUTH"] };
  return {
    disabledCommands: jokes,
    authMethods: ["PLAIN", "LOGIN"],
    authRequiredMessage: "5.7.57 Client not authenticated to send mail",
    onAuth: ({ username, password }, session, done) =>
      reply(
        "AUTH",
        username ?? "",
        session,
        () => {
          const user = signIn(username ?? "", password ?? "", session.remoteAddress);
          if (user) return { user };
          throw new Refusal("535 5.7.3 Authentication unsuccessful");
        },
        done,
      ),
  };
}

/** Parameters of MAIL that this server knows, or may ignore by their own specifications. */
const parameters = ["SIZE", "BODY", "SMTPUTF8", "AUTH"];

/** @throws Refusal as RFC 5321 has it for what was not offered */
function checkParameters({ args }: SMTPServerAddress, known: readonly string[]): void {
  const unknown = Object.keys(args === false ? {} : args).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Refusal(`555 5.5.4 Unsupported option: ${unknown}`);
}

/** MaxHeaderSize of a receive connector, unless somebody changed it. */
const largestHeader = 256 * 1024;
const largestMessage = 35 * 1024 * 1024;

/** A message as it came. @throws Refusal when it, or its header alone, is too large */
async function contentOf(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // What is too much is read to its end, so that the answer comes where the client waits for it, and not kept.
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestMessage) chunks.push(chunk);
  }
  if (size > largestMessage) throw new Refusal("552 5.3.4 Message size exceeds fixed maximum message size");
  const mime = Buffer.concat(chunks);
  const end = mime.indexOf("\r\n\r\n");
  if ((end < 0 ? mime.length : end) > largestHeader)
    throw new Refusal("552 5.3.4 Header size exceeds fixed maximum size");
  return mime;
}

function trustedNames(socket: Socket | TLSSocket): string[] {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return [];
  return namesOf(socket.getPeerCertificate());
}

function senderOf(session: SMTPServerSession): string {
  return session.envelope.mailFrom ? session.envelope.mailFrom.address : "";
}
