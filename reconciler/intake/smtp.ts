import { constants } from "node:crypto";
import type { AddressInfo } from "node:net";
import { TLSSocket, rootCertificates } from "node:tls";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import { chainOf, leadsToTrusted } from "./chain.ts";
import type { Client, Origin } from "./origin.ts";
import type { Intake, Sink } from "./port.ts";
import { Fault } from "../fault.ts";

/** How the listener is reached and whom it believes. */
export interface SmtpIntakeOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** PEM. */
  key: string;
  /** PEM, with the chain. */
  certificate: string;
  /** PEM of an authority accepted for client certificates beside the public ones. */
  certificateAuthority?: string;
  origin: Origin;
  /** Bytes of one message at most; 150 MB, Exchange Online's own limit, unless given. */
  maxSize?: number;
  /** Told why a message could not be stored; its sender is asked to come back. */
  onError?: (error: unknown) => void;
  /** Bytes of all messages in hand at most, beyond which senders are asked to come back; 256 MB unless given. */
  maxHeld?: number;
}

/** Failed sign-ins after which a connection ends. */
const mostSignIns = 3;
/** Milliseconds that messages under way may take when the way in closes. */
const longestClose = 10_000;

/**
 * Opens the SMTP listener for stamped copies, whoever brings them (`intake.via: connector`, `journal`, `relay`).
 * A message is acknowledged once the sink has it for good, and refused with 550 5.7.1 when its origin is not proved.
 * @throws Fault PORT_IN_USE | BAD_SETTINGS (unusable key or certificate) | UNEXPECTED
 */
export async function openSmtpIntake(
  options: SmtpIntakeOptions,
  sink: Sink,
): Promise<Intake & { port: number }> {
  const { origin, maxSize = 150 * 2 ** 20, maxHeld = 256 * 2 ** 20, onError = () => {} } = options;
  const clients = new WeakMap<SMTPServerSession, Omit<Client, "address">>();
  const failedSignIns = new WeakMap<SMTPServerSession, number>();
  /** Connections that hand a message in, of a way in that is closing too. */
  const handingIn = new Set<SMTPServerSession>();
  let held = 0;
  let closing = false;

  const record = async (
    session: SMTPServerSession,
    problem: string,
    raw = new Uint8Array(),
  ): Promise<string> => {
    const text = `Origin not proved: ${problem}.`;
    await sink.refuse(
      { raw, envelopeSender: envelopeSender(session) },
      `${text} Client ${session.remoteAddress}.`,
    );
    return text;
  };

  const refuse = async (...refused: Parameters<typeof record>): Promise<never> => {
    throw reply(550, `5.7.1 ${await record(...refused)}`);
  };

  const fromClient = async (session: SMTPServerSession): Promise<void> => {
    if (origin.secure && !session.secure) throw reply(530, "5.7.0 Must issue a STARTTLS command first");
    const known = clients.get(session) ?? { authorized: false, certificate: undefined };
    const problem = origin.client({ ...known, address: session.remoteAddress });
    if (problem !== undefined) await refuse(session, problem);
  };

  const signIn = async (user: string, password: string, session: SMTPServerSession): Promise<void> => {
    if (origin.signIn?.(user, password)) return;
    await record(session, "wrong user name or password");
    const failed = (failedSignIns.get(session) ?? 0) + 1;
    failedSignIns.set(session, failed);
    throw failed < mostSignIns
      ? reply(535, "5.7.8 Authentication credentials invalid")
      : reply(421, "4.7.0 Too many failed sign-ins");
  };

  const toRecipient = async (recipient: string, session: SMTPServerSession): Promise<void> => {
    const problem = origin.recipient(recipient);
    if (problem !== undefined) await refuse(session, problem);
  };

  const message = async (stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> => {
    const chunks: Buffer[] = [];
    let size = 0;
    let tooMuch: Error | undefined;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        if (tooMuch) continue; // SMTP cannot stop a sender in the middle, so the rest is read and dropped.
        if (size + chunk.length > maxSize)
          tooMuch = reply(552, `5.3.4 Message is larger than ${maxSize} bytes`);
        else if (held + chunk.length > maxHeld)
          tooMuch = reply(452, "4.3.1 Too many messages at once, try again later");
        if (tooMuch) {
          chunks.length = 0;
          held -= size;
          size = 0;
        } else {
          chunks.push(chunk);
          size += chunk.length;
          held += chunk.length;
        }
      }
      if (tooMuch) throw tooMuch;
      const arrival = { raw: Buffer.concat(chunks), envelopeSender: envelopeSender(session) };
      const verdict = await origin.message(arrival);
      if ("take" in verdict) await sink.accept(verdict.take);
      else if ("refuse" in verdict) await refuse(session, verdict.refuse, arrival.raw);
      else if (verdict.pass !== undefined) await sink.refuse(arrival, `Origin not proved: ${verdict.pass}.`);
    } finally {
      held -= size;
    }
  };

  const server = create(options, maxSize, {
    onSecure: (socket, session, done) => {
      if (socket instanceof TLSSocket) {
        // Its type says Error, its value is OpenSSL's name of the problem.
        const problem = socket.authorizationError as unknown;
        const certificate = socket.getPeerCertificate(true);
        const authorized =
          socket.authorized ||
          (problem === "INVALID_PURPOSE" &&
            leadsToTrusted(chainOf(certificate), trusted(options), Date.now()));
        clients.set(session, {
          authorized,
          certificate,
          ...(typeof problem === "string" ? { problem } : {}),
        });
      }
      done();
    },
    onMailFrom: (_address, session, done) => void answer(fromClient(session), done, onError),
    onRcptTo: ({ address }, session, done) => void answer(toRecipient(address, session), done, onError),
    onData: (stream, session, done) => {
      handingIn.add(session);
      const answered = (error?: Error): void => {
        handingIn.delete(session);
        done(error);
        if (closing) hangUp();
      };
      void answer(message(stream, session), answered, onError);
    },
    ...(origin.signIn && {
      onAuth: ({ username, password }, session, done) => {
        const user = username ?? "";
        const signedIn = (error?: Error): void => (error ? done(error) : done(null, { user }));
        void answer(signIn(user, password ?? "", session), signedIn, onError);
      },
    }),
  });
  /** Ends the connections on which nothing is under way. */
  const hangUp = (): void => {
    for (const connection of server.connections) {
      if (handingIn.has(connection.session)) continue;
      connection.send(421, "4.3.2 Shutting down, try again later");
      connection.close();
    }
  };
  await listen(server, options);
  server.on("error", () => {}); // A connection that breaks concerns its sender, who tries again.
  return {
    port: (server.server.address() as AddressInfo).port,
    problem: () => undefined,
    close: () => {
      closing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      hangUp();
      return closed;
    },
  };
}

function create(
  options: SmtpIntakeOptions,
  size: number,
  handlers: ConstructorParameters<typeof SMTPServer>[0],
): SMTPServer {
  const { key, certificate: cert } = options;
  try {
    return new SMTPServer({
      key,
      cert,
      ca: trusted(options),
      requestCert: true,
      rejectUnauthorized: false, // So that a stranger hears the reason as an SMTP reply, and the audit gets it.
      minVersion: "TLSv1.2",
      // A resumed session would bring the client's certificate without the authorities between.
      secureOptions: constants.SSL_OP_NO_TICKET,
      disabledCommands: options.origin.signIn ? [] : ["AUTH"],
      authMethods: ["PLAIN", "LOGIN"],
      authRequiredMessage: "5.7.0 Authentication required",
      disableReverseLookup: true,
      maxClients: 100,
      closeTimeout: longestClose,
      size,
      ...handlers,
    });
  } catch (error) {
    throw new Fault(
      "BAD_SETTINGS",
      "intake.listen: the key or the certificate cannot be used; both must be PEM and belong together.",
      {
        cause: error,
      },
    );
  }
}

function trusted({ certificateAuthority: own }: SmtpIntakeOptions): string[] {
  return own === undefined ? [...rootCertificates] : [...rootCertificates, own];
}

async function listen(server: SMTPServer, { host, port }: SmtpIntakeOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port, host, resolve);
  try {
    await promise;
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
    throw taken
      ? new Fault(
          "PORT_IN_USE",
          `Port ${port} of ${host}, the intake's, is taken. Stop what listens there, or change intake.listen.port.`,
          {
            cause: error,
          },
        )
      : new Fault("UNEXPECTED", `The intake cannot listen on ${host}, port ${port}.`, { cause: error });
  } finally {
    server.off("error", reject);
  }
}

async function answer(
  work: Promise<void>,
  done: (error?: Error) => void,
  onError: (error: unknown) => void,
): Promise<void> {
  try {
    await work;
    done();
  } catch (error) {
    if (error instanceof Error && "responseCode" in error) return done(error);
    onError(error);
    done(reply(451, "4.3.0 Cannot store the message now, try again later"));
  }
}

function reply(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}

function envelopeSender(session: SMTPServerSession): string {
  const { mailFrom } = session.envelope;
  return mailFrom === false ? "" : mailFrom.address.toLowerCase();
}
