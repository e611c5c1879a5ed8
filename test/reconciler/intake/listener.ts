import { createTransport } from "nodemailer";
import { queueSink } from "../../../reconciler/intake/sink.ts";
import { openSmtpIntake } from "../../../reconciler/intake/smtp.ts";
import { type Authority, createAuthority } from "../../emulator/tls.ts";
import { settings } from "../message.ts";
import type { TLSSocketOptions } from "node:tls";
import type { Origin } from "../../../reconciler/intake/origin.ts";
import type { Job } from "../../../reconciler/job.ts";
import type { Refusal } from "../../../reconciler/queue/port.ts";

/** A listener on loopback that believes an origin, and what it took in and refused. */
export interface Listener {
  authority: Authority;
  jobs: { job: Job; raw: Uint8Array }[];
  refusals: Refusal[];
  /** Hands a message in, with a client certificate and over TLS unless told otherwise; answers the reply. */
  send: (
    raw: Buffer,
    how?: { to?: string; from?: string; tls?: TLSSocketOptions; plain?: boolean },
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
    authority,
    jobs,
    refusals,
    send: async (
      raw,
      { to: recipient = to, from = "anna.weber@contoso.com", tls = {}, plain = false } = {},
    ) => {
      const transport = createTransport({
        host: "127.0.0.1",
        port: intake.port,
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
