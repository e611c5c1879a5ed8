import { randomUUID } from "node:crypto";
import addressparser from "nodemailer/lib/addressparser";
import { certificateMatches } from "../smtp/certificate-name.ts";
import { field, firstValue, prepend, readMessage, writeMessage } from "../smtp/headers.ts";
import { listen, type Envelope, type Listener } from "../smtp/listener.ts";
import { checkHops, receivedField } from "../smtp/received.ts";
import { Refusal } from "../smtp/refusal.ts";
import type { Hop } from "../smtp/route.ts";
import { createSender, type Network } from "../smtp/send.ts";
import { signatureOf, type Audience } from "./signature.ts";
import { stamp } from "./stamp.ts";

/** One message (or one version of it) that went through the relay. */
export interface Processed {
  messageId: string;
  /** X-CodeTwo-MessageID; absent for a message that had been processed before. */
  processing?: string;
  from: string;
  to: string[];
  /** Why the body was left alone; absent when it was signed. */
  untouched?: string;
  at: number;
}

/** Whom the relay works for, and how. */
export interface RelayOptions extends Network {
  now: () => number;
  /** The customer: the relay's name for him (also its client certificate), and where his mail goes back to. */
  tenant: { name: string; host: string; certificate: string; isInternal: (address: string) => boolean };
  /** Gives colleagues and strangers a version each. */
  splits?: boolean;
}

/** The running relay; `processed` is in the order of handing back. */
export interface Relay extends Listener {
  processed: Processed[];
}

/**
 * The signature service's stand-in: takes mail from Exchange Online only, stamps it, and hands it back to the tenant with the same
 * envelope before it answers, so that a refusal there is a refusal here.
 */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const { authority, tenant, now } = options;
  const processed: Processed[] = [];
  const sender = createSender(options, tenant.name, await authority.issue([tenant.name]));
  const back: Hop = {
    connector: "",
    smartHosts: [tenant.host],
    tls: "DomainValidation",
    tlsDomain: tenant.certificate,
    cloudServices: true,
  };

  const handBack = async (envelope: Envelope, mime: Buffer): Promise<void> => {
    const refused = (await sender.send(back, envelope, mime)).find(({ delivered }) => !delivered);
    if (refused) throw new Refusal(refused.answer);
  };

  const listener = await listen({
    name: "smtp.codetwo.com",
    certificate: await authority.issue(["*.codetwo.com", "smtp.codetwo.com"]),
    ca: authority.ca,
    onSender: ({ secure, names }) => {
      if (!secure) throw new Refusal("530 5.7.0 Must issue a STARTTLS command first");
      if (!certificateMatches(names, tenant.certificate)) {
        throw new Refusal(
          "550 5.7.1 Mail is taken from Exchange Online only: the client certificate is another",
        );
      }
    },
    onMessage: async (peer, envelope, mime) => {
      const message = readMessage(mime);
      checkHops(message);
      const trail = receivedField({ now }, peer, "smtp.codetwo.com");
      const record = { messageId: firstValue(message, "Message-ID") ?? "", from: envelope.from, at: now() };
      if (/^true$/i.test(firstValue(message, "X-CodeTwoProcessed") ?? "")) {
        await handBack(envelope, writeMessage(prepend(message, trail)));
        processed.push({ ...record, to: envelope.to, untouched: "already processed" });
        return "2.0.0 OK";
      }
      const { name, address } = authorOf(firstValue(message, "From"), envelope.from);
      for (const [audience, to] of versions(envelope, tenant.isInternal, options.splits ?? false)) {
        const processing = randomUUID();
        const stamped = await stamp(mime, signatureOf(name, address, audience));
        const marked = prepend(
          readMessage(stamped.mime),
          trail,
          field("X-CodeTwo-MessageID", processing),
          field("X-CodeTwoProcessed", "true"),
        );
        await handBack({ from: envelope.from, to }, writeMessage(marked));
        const { untouched } = stamped;
        processed.push({ ...record, to, processing, ...(untouched === undefined ? {} : { untouched }) });
      }
      return "2.0.0 OK";
    },
  });
  return {
    ...listener,
    processed,
    close: async () => {
      sender.close();
      await listener.close();
    },
  };
}

function versions(
  { to }: Envelope,
  isInternal: (address: string) => boolean,
  splits: boolean,
): [Audience, string[]][] {
  const audienceOf = (address: string): Audience => (isInternal(address) ? "internal" : "external");
  const audiences = [...new Set(to.map(audienceOf))];
  if (splits)
    return audiences.map((audience) => [audience, to.filter((each) => audienceOf(each) === audience)]);
  return [[audiences.includes("external") ? "external" : "internal", to]];
}

function authorOf(from: string | undefined, envelopeSender: string): { name: string; address: string } {
  const [author] = addressparser(from ?? "", { flatten: true });
  const address = author?.address || envelopeSender;
  return { name: author?.name || address, address };
}
