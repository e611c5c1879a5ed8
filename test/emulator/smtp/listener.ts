import type { AddressInfo, Socket } from "node:net";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { TLSSocket } from "node:tls";
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from "smtp-server";
import type { Recipient } from "../store.ts";
import type { Certificate } from "../tls.ts";
import { namesOf } from "./certificate-name.ts";
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
}

/** What one SMTP server is and decides. */
export interface ListenerOptions {
  /** The host name that greets. */
  name: string;
  certificate: Certificate;
  ca: string;
  /** 0 for any free port. */
  port?: number;
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

/** An SMTP server on loopback that offers STARTTLS and asks for a client certificate. @throws Error when the port is taken. */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const certificates = new Map<string, string[]>();
  const peerOf = (session: SMTPServerSession): Peer => ({
    secure: session.secure,
    names: certificates.get(session.id) ?? [],
    address: session.remoteAddress,
    greeting: session.hostNameAppearsAs,
    ...(session.user === undefined ? {} : { account: session.user as Recipient }),
  });
  const take = async (stream: Readable, session: SMTPServerSession, done: Reply): Promise<void> => {
    try {
      const mime = await buffer(stream);
      const envelope = { from: senderOf(session), to: session.envelope.rcptTo.map(({ address }) => address) };
      done(null, await options.onMessage(peerOf(session), envelope, mime));
    } catch (error) {
      done(refusalFrom(error));
    }
  };
  const server = new SMTPServer({
    ...options.certificate,
    ca: options.ca,
    name: options.name,
    banner: "Microsoft ESMTP MAIL Service ready",
    requestCert: true,
    rejectUnauthorized: false,
    disableReverseLookup: true,
    closeTimeout: 200,
    size: 36_700_160,
    ...authentication(options),
    onSecure: (socket, session, done) => {
      certificates.set(session.id, trustedNames(socket));
      done();
    },
    onClose: (session) => void certificates.delete(session.id),
    onMailFrom: (from, session, done) =>
      answer(done, () => options.onSender?.(peerOf(session), from.address)),
    onRcptTo: (to, session, done) =>
      answer(done, () => options.onRecipient?.(peerOf(session), senderOf(session), to.address)),
    onData: (stream, session, done) => void take(stream, session, done),
  });
  // A peer that breaks off in the middle of TLS is its own affair.
  server.on("error", () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function authentication({ signIn }: ListenerOptions): SMTPServerOptions {
  if (!signIn) return { authOptional: true, disabledCommands: ["AUTH"] };
  return {
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
