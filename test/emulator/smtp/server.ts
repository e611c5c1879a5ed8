import type { Organization } from "../organization.ts";
import { startRelay, type Processed, type Relay } from "../relay/relay.ts";
import { sideOf, type Recipient, type SideName } from "../store.ts";
import { directoryOf, isInternal } from "./directory.ts";
import { worldsExchanger } from "./exchanger.ts";
import { startInternet, type ReceivedMail } from "./internet.ts";
import type { Envelope, Listener } from "./listener.ts";
import { cloudCertificate, receive } from "./receive.ts";
import { createSender, type Sender } from "./send.ts";
import { submission, submitFromMailbox } from "./submission.ts";
import { createTransport, type Transport } from "./transport.ts";

/** How the mail flow runs. */
export interface MailFlowOptions {
  /** Milliseconds before each further try of a delivery; after the last one the message goes back to its sender. */
  retryDelays?: readonly number[];
  /** The relay gives colleagues and strangers a version each. */
  relaySplits?: boolean;
}

/** The running mail flow; addresses are `host:port` on loopback. The online ones are absent in an on-premises organization. */
export interface MailFlow {
  submission: string;
  onlineSubmission?: string;
  onPremises: string;
  online?: string;
  /** The rest of the world: where its one server listens, and what it received so far. */
  internet: { address: string; received: readonly ReceivedMail[] };
  relay?: { address: string; processed: readonly Processed[] };
  /** Takes a message of an account that has signed in to a side otherwise than by SMTP; answers the queue's name for it. */
  submit: Transport["submit"];
  /** Takes a message that an account of a side sends from its mailbox; answers the queue's name for it. @throws Refusal */
  send: (side: SideName, account: Recipient, envelope: Envelope, mime: Uint8Array) => Promise<string>;
  /** Resolves when no message is under way or waits for another try. */
  idle: () => Promise<void>;
  close: () => Promise<void>;
}

/**
 * Starts submission and port 25 of each side, the internet's server and the stamping relay, and enters them into the organization's
 * name table (a name that is there already stays).
 */
export async function startMailFlow(
  organization: Organization,
  options: MailFlowOptions = {},
): Promise<MailFlow> {
  const { authority, store, environment } = organization;
  const hybrid = environment === "hybrid";
  const names = {
    onPremises: `mail.${store.domain}`,
    online: `${store.domain.replaceAll(".", "-")}.${cloudCertificate}`,
    relay: "contoso.smtp.codetwo.online",
  };
  const local = ["localhost", "127.0.0.1"];
  const running: Listener[] = [];
  const start = async <T extends Listener>(listener: Promise<T>): Promise<T> => {
    const started = await listener;
    running.push(started);
    return started;
  };
  const senders = new Map<SideName, Sender>();
  const transport = createTransport(organization, {
    senders,
    ...(options.retryDelays ? { retryDelays: options.retryDelays } : {}),
  });
  const close = async (): Promise<void> => {
    transport.close();
    for (const sender of senders.values()) sender.close();
    await Promise.all(running.map((each) => each.close()));
  };
  try {
    const internet = await start(
      startInternet(organization, await authority.issue([worldsExchanger, ...local])),
    );
    const sendFrom = async (side: SideName, name: string, certificate: string): Promise<void> => {
      senders.set(side, createSender(organization, name, await authority.issue([certificate])));
    };
    const enter = (name: string, { address }: Listener): void => {
      if (!organization.hosts.has(name)) organization.hosts.set(name, address);
    };
    enter(worldsExchanger, internet);

    const hosted = await authority.issue([names.onPremises, ...local]);
    const onPremises = await start(receive(organization, "onPremises", transport, hosted, names.onPremises));
    const submit = await start(submission(organization, "onPremises", transport, hosted, names.onPremises));
    await sendFrom("onPremises", names.onPremises, names.onPremises);
    enter(names.onPremises, onPremises);
    const flow = {
      submission: submit.address,
      onPremises: onPremises.address,
      internet,
      submit: transport.submit,
      send: (side: SideName, account: Recipient, envelope: Envelope, mime: Uint8Array) =>
        submitFromMailbox(organization, side, transport, names[side], account, envelope, mime),
      idle: transport.idle,
      close,
    };
    if (!hybrid) {
      enter(store.domain, onPremises);
      transport.resume();
      return flow;
    }

    const cloud = await authority.issue([cloudCertificate, `*.${cloudCertificate}`, ...local]);
    const online = await start(receive(organization, "online", transport, cloud, names.online));
    const submitOnline = await start(
      submission(organization, "online", transport, cloud, "smtp.office365.com"),
    );
    await sendFrom("online", names.online, cloudCertificate);
    enter(names.online, online);
    enter(store.domain, online);
    const relay: Relay = await start(
      startRelay({
        hosts: organization.hosts,
        authority,
        now: organization.now,
        tenant: {
          name: names.relay,
          host: names.online,
          certificate: cloudCertificate,
          isInternal: (address) => isInternal(directoryOf(sideOf(organization, "online")), address),
        },
        ...(options.relaySplits === undefined ? {} : { splits: options.relaySplits }),
      }),
    );
    enter(names.relay, relay);
    transport.resume();
    return { ...flow, online: online.address, onlineSubmission: submitOnline.address, relay };
  } catch (error) {
    await close();
    throw error;
  }
}
