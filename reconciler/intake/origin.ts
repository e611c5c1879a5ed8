import { type PeerCertificate, checkServerIdentity } from "node:tls";
import type { Arrival } from "./port.ts";

/** What is known of a client of the listener. */
export interface Client {
  /** Its IP address. */
  address: string;
  /** Whether an accepted authority issued its certificate. */
  authorized: boolean;
  /** Why not, as OpenSSL calls it. */
  problem?: string;
  certificate: PeerCertificate | undefined;
}

/** What becomes of a message: a copy that is taken, one that is refused, or one that is let go without a job. */
export type Verdict =
  | { take: Arrival }
  /** Its sender is told, and the audit. */
  | { refuse: string }
  /** It is acknowledged, because its sender did nothing wrong; with a text the audit is told. */
  | { pass: string | undefined };

/** Whose mail a listener believes: one file for each way in (connector.ts, journal.ts, relay.ts). */
export interface Origin {
  /** Whether nothing is heard before STARTTLS. */
  secure: boolean;
  /** Whether user and password are right, where a client has to sign in before it is heard (over TLS only). */
  signIn?: (user: string, password: string) => boolean;
  /** Why a client is not believed, or undefined. */
  client: (client: Client) => string | undefined;
  /** Why an address is not the intake's, or undefined. */
  recipient: (address: string) => string | undefined;
  /** Judges a message by what is in it. */
  message: (arrival: Arrival) => Promise<Verdict>;
}

/** Why a certificate does not prove that its client bears a name, or undefined. */
export function certificateProblem(name: string, client: Client): string | undefined {
  if (!client.certificate || Object.keys(client.certificate).length === 0)
    return `no client certificate was shown; '${name}' is required`;
  if (!client.authorized)
    return `the client certificate is not trusted (${client.problem ?? "unknown authority"})`;
  if (checkServerIdentity(name, client.certificate)) return `the client certificate is not that of '${name}'`;
  return undefined;
}

/** Why a recipient is not the intake, or undefined. */
export function recipientProblem(intake: string, recipient: string): string | undefined {
  return recipient.toLowerCase() === intake.toLowerCase()
    ? undefined
    : "the recipient is not the intake's address";
}
