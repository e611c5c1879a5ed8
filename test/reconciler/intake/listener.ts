import { createTransport } from "nodemailer";
import { queueSink } from "../../../reconciler/intake/sink.ts";
import { openSmtpIntake } from "../../../reconciler/intake/smtp.ts";
import { type Authority, createAuthority } from "../../emulator/tls.ts";
import { settings } from "../message.ts";
import { once } from "node:events";
import { type Socket, createConnection } from "node:net";
import { type ConnectionOptions, type TLSSocketOptions, connect } from "node:tls";
import type { Origin } from "../../../reconciler/intake/origin.ts";
import type { Job } from "../../../reconciler/job.ts";
import type { Refusal } from "../../../reconciler/queue/port.ts";

/** A listener on loopback that believes an origin, and what it took in and refused. */
export interface Listener {
  port: number;
  authority: Authority;
  jobs: { job: Job; raw: Uint8Array }[];
  refusals: Refusal[];
  /** Hands a message in, with a client certificate and over TLS unless told otherwise; answers the reply. */
  send: (
    raw: Buffer,
    how?: {
      to?: string;
      from?: string;
      tls?: TLSSocketOptions;
      plain?: boolean;
      auth?: { user: string; pass: string };
    },
  ) => Promise<string>;
  close: () => Promise<void>;
}

/** Opens it. */
export async function listenFor(origin: Origin, to: string): Promise<Listener> {
  const authority = await createAuthority();
  const { key, cert: certificate } = await authority.issue(["siu.contoso.com"]);
  const jobs: Listener["jobs"] = [];
  const refusals: Refusal[] = [];
  const queue = {
    add: async (job: Job, raw: Uint8Array) => jobs.push({ job, raw }) > 0,
    refuse: async (refusal: Refusal) => void refusals.push(refusal),
    stumbled: async () => 1,
  };
  const sink = queueSink({ queue, settings: settings(), now: () => 1000 });
  const certificateAuthority = authority.ca;
  const intake = await openSmtpIntake(
    { host: "127.0.0.1", port: 0, key, certificate, certificateAuthority, origin },
    sink,
  );
  return {
    port: intake.port,
    authority,
    jobs,
    refusals,
    send: async (
      raw,
      { to: recipient = to, from = "anna.weber@contoso.com", tls = {}, plain = false, auth } = {},
    ) => {
      const transport = createTransport({
        host: "127.0.0.1",
        port: intake.port,
        ...(auth && { auth }),
        ...(plain
          ? { ignoreTLS: true }
          : { requireTLS: true, tls: { ...tls, ca: authority.ca, servername: "siu.contoso.com" } }),
      });
      try {
        return (await transport.sendMail({ raw, envelope: { from, to: recipient } })).response;
      } catch (error) {
        return (error as Error & { response?: string }).response ?? String(error);
      } finally {
        transport.close();
      }
    },
    close: intake.close,
  };
}

/** Speaks SMTP by hand, after STARTTLS where `tls` is given; answers the reply to each command, "" when the server hangs up. */
export async function converse(
  port: number,
  commands: string[],
  tls?: ConnectionOptions,
  onSession: (ticket: Buffer) => void = () => undefined,
): Promise<string[]> {
  const plain = createConnection(port, "127.0.0.1");
  const replies: string[] = [];
  const say = async (socket: Socket, command?: string): Promise<string> => {
    let text = "";
    const ended = new Promise<undefined>((resolve) => socket.once("close", () => resolve(undefined)));
    if (command !== undefined) socket.write(`${command}\r\n`);
    while (!/^\d{3} .*\r\n$/m.test(text)) {
      const data = await Promise.race([once(socket, "data"), ended]);
      if (data === undefined) break;
      text += String(data[0]);
    }
    return text;
  };
  await say(plain);
  let socket: Socket = plain;
  if (tls) {
    await say(plain, "EHLO a");
    await say(plain, "STARTTLS");
    socket = connect({ ...tls, socket: plain, rejectUnauthorized: false }).on("session", onSession);
  }
  for (const command of commands) replies.push(await say(socket, command));
  socket.destroy();
  return replies;
}
