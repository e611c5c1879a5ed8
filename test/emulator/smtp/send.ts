import { createTransport, type Transporter } from "nodemailer";
import type SMTPPool from "nodemailer/lib/smtp-pool";
import type { Organization } from "../organization.ts";
import type { Certificate } from "../tls.ts";
import { domainOf } from "./addresses.ts";
import { certificateMatches, namesOf } from "./certificate-name.ts";
import { exchangerOf } from "./exchanger.ts";
import type { Envelope } from "./listener.ts";
import type { Hop } from "./route.ts";

/** What became of one recipient at the next server: its answer, with the SMTP code in front. */
export interface Outcome {
  recipient: string;
  answer: string;
  delivered: boolean;
  /** Worth another try. */
  temporary: boolean;
  /** The server took on to report what becomes of the message (DSN). */
  told?: boolean;
}

/** One side's way of sending. */
export interface Sender {
  /** Hands a message to the first smart host of a hop that answers. Never throws: every failure is an outcome. */
  send: (hop: Hop, envelope: Envelope, mime: Buffer, dsn?: Dsn) => Promise<Outcome[]>;
  close: () => void;
}

/** What the sender asks to hear, of all recipients of an envelope alike. */
export interface Dsn {
  ret?: "FULL" | "HDRS";
  envid?: string;
  notify?: string[];
  orcpt?: string;
}

/** What a server needs to find and to trust others. */
export type Network = Pick<Organization, "hosts" | "authority">;

interface SmtpFailure {
  response?: string | undefined;
  responseCode?: number | undefined;
  message: string;
}

/** Sends mail for one side, which shows its client certificate and greets with its host name; connections are kept open and used again. */
export function createSender(organization: Network, name: string, certificate: Certificate): Sender {
  const pools = new Map<string, Transporter<SMTPPool.SentMessageInfo>>();
  const poolFor = (hop: Hop, host: string, address: string): Transporter<SMTPPool.SentMessageInfo> => {
    const key = JSON.stringify([address, host, hop.tls, hop.tlsDomain]);
    const known = pools.get(key);
    if (known) return known;
    const [ip = "", port] = address.split(":");
    const pool = createTransport({
      pool: true,
      host: ip,
      port: Number(port),
      name,
      connectionTimeout: 5000,
      greetingTimeout: 5000,
      ignoreTLS: hop.tls === "None",
      requireTLS: hop.tls !== "None" && hop.tls !== "Opportunistic",
      tls: tlsFor(organization, hop, host, certificate),
    });
    pools.set(key, pool);
    return pool;
  };
  return {
    send: async (hop, { from, to }, mime, dsn) => {
      const envelope = { from, to };
      let outcomes = failed(envelope.to, "450 4.4.4 No mail exchanger to send to");
      const byMx = hop.smartHosts.length === 0;
      for (const host of byMx ? [domainOf(envelope.to[0] ?? "")] : hop.smartHosts) {
        const address = byMx ? exchangerOf(organization, host) : organization.hosts.get(host.toLowerCase());
        if (address === undefined) {
          outcomes = failed(envelope.to, `450 4.4.312 DNS query failed for ${host}`);
          continue;
        }
        try {
          const pool = poolFor(hop, host, address);
          const info = await pool.sendMail({ envelope, raw: mime, ...(dsn ? { dsn } : {}) });
          const told = info.ehlo?.includes("DSN") ?? false;
          const refused = new Map((info.rejectedErrors ?? []).map((error) => [error.recipient, error]));
          return envelope.to.flatMap((recipient) => {
            const failure = refused.get(recipient);
            if (!failure)
              return [{ recipient, answer: info.response, delivered: true, temporary: false, told }];
            return failed([recipient], answerOf(failure));
          });
        } catch (error) {
          const failure = error as SmtpFailure;
          outcomes = failed(envelope.to, answerOf(failure));
          // Only a host that could not be reached is worth trying the next one for.
          if (failure.responseCode !== undefined) return outcomes;
        }
      }
      return outcomes;
    },
    close: () => {
      for (const pool of pools.values()) pool.close();
    },
  };
}

function tlsFor(organization: Network, hop: Hop, host: string, certificate: Certificate) {
  const checked = hop.tls === "CertificateValidation" || hop.tls === "DomainValidation";
  const wanted = hop.tls === "DomainValidation" ? (hop.tlsDomain ?? host) : undefined;
  return {
    ...certificate,
    ca: organization.authority.ca,
    servername: host,
    rejectUnauthorized: checked,
    // Exchange compares the certificate with TlsDomain and never with the host's name.
    checkServerIdentity: (_host: string, peer: Parameters<typeof namesOf>[0]): Error | undefined => {
      if (wanted === undefined || certificateMatches(namesOf(peer), wanted)) return undefined;
      return new Error(
        `454 4.7.5 The certificate specified in TlsDomain of the connector (${wanted}) does not match ${namesOf(peer).join(", ")}`,
      );
    },
  };
}

/** The same failure for every recipient; an answer that begins with 4 is worth another try. */
export function failed(recipients: string[], answer: string): Outcome[] {
  return recipients.map((recipient) => ({
    recipient,
    answer,
    delivered: false,
    temporary: answer.startsWith("4"),
  }));
}

/** The other end's answer, or what kept it from giving one. */
function answerOf({ response, message }: SmtpFailure): string {
  return response ?? /\b\d{3} \d\.\d+\.\d+ .*/.exec(message)?.[0] ?? `451 4.4.0 ${message}`;
}
