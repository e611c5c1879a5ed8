import type { AddressInfo, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type {
  SMTPServerAddress,
  SMTPServerDataStream,
  SMTPServerOptions,
  SMTPServerSession,
} from "smtp-server";
import type { Recipient } from "../store.ts";
import type { Certificate } from "../tls.ts";
import { namesOf } from "./certificate-name.ts";
import { ExchangeSmtpServer } from "./conversation.ts";
import { requestIn, type NotificationRequest } from "./notification-request.ts";
import { Refusal } from "./refusal.ts";

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
}

/** A server that is listening. */
export interface Listener {
  /** `host:port` on loopback. */
  address: string;
  close: () => Promise<void>;
}

type Reply = (error?: Error | null, message?: string) => void;

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
  const take = async (
    stream: SMTPServerDataStream,
    session: SMTPServerSession,
    done: Reply,
  ): Promise<void> => {
    try {
      const mime = await contentOf(stream);
      const notifications = requestIn(session);
      const envelope = {
        from: senderOf(session),
        to: session.envelope.rcptTo.map(({ address }) => address),
        ...(notifications ? { notifications } : {}),
      };
      done(null, await options.onMessage(peerOf(session), envelope, mime));
    } catch (error) {
      done(refusalFrom(error));
    }
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
    ...authentication(options),
    onSecure: (socket, session, done) => {
      certificates.set(session.id, trustedNames(socket));
      done();
    },
    onClose: (session) => void certificates.delete(session.id),
    onMailFrom: (from, session, done) =>
      answer(done, () => {
        checkParameters(from, options.reports === true ? [...parameters, "RET", "ENVID"] : parameters);
        options.onSender?.(peerOf(session), from.address);
      }),
    onRcptTo: (to, session, done) =>
      answer(done, () => {
        checkParameters(to, options.reports === true ? ["NOTIFY", "ORCPT"] : []);
        options.onRecipient?.(peerOf(session), senderOf(session), to.address);
      }),
    onData: (stream, session, done) => void take(stream, session, done),
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

function authentication({ signIn }: ListenerOptions): SMTPServerOptions {
  if (!signIn) return { authOptional: true, disabledCommands: [...jokes, "AUTH"] };
  return {
    disabledCommands: jokes,
    authMethods: ["PLAIN", "LOGIN"],
    authRequiredMessage: "5.7.57 Client not authenticated to send mail",
    onAuth: (auth, { remoteAddress }, done) => {
      try {
        const user = signIn(auth.username ?? "", auth.password ?? "", remoteAddress);
        if (user) done(null, { user });
        else done(new Refusal("535 5.7.3 Authentication unsuccessful"));
      } catch (error) {
        done(refusalFrom(error));
      }
    },
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

function answer(done: Reply, check: () => void): void {
  try {
    check();
    done();
  } catch (error) {
    done(refusalFrom(error));
  }
}

function refusalFrom(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal(`451 4.3.2 ${error instanceof Error ? error.message : String(error)}`);
}
