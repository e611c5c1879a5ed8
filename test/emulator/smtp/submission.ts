import type { Organization } from "../organization.ts";
import { signIn } from "../sign-in/account.ts";
import { sideOf, type Recipient, type SideName } from "../store.ts";
import type { Certificate } from "../tls.ts";
import { addressesIn } from "./addresses.ts";
import { directoryOf, type Directory } from "./directory.ts";
import { admitSubmission } from "./firewall.ts";
import { field, firstValue, prepend, readMessage, set, writeMessage, type Message } from "./headers.ts";
import { listen, type Envelope, type Listener } from "./listener.ts";
import { connectorFor, offersSignIn } from "./receive-connector.ts";
import { receivedField, withMessageId } from "./received.ts";
import { Refusal } from "./refusal.ts";
import { countSending } from "./sending-limit.ts";
import { keepSentCopies, type Submitted } from "./sent-copies.ts";
import type { Transport } from "./transport.ts";

const refusal = "550 5.7.60 SMTP; Client does not have permissions to send as this sender";

/** Port 587 of a side: takes mail from signed-in people (STARTTLS, then AUTH PLAIN or LOGIN). */
export function submission(
  organization: Organization,
  sideName: SideName,
  transport: Transport,
  certificate: Certificate,
  name: string,
): Promise<Listener> {
  const side = sideOf(organization, sideName);
  const directory = directoryOf(side);
  return listen({
    name,
    certificate,
    ca: organization.authority.ca,
    reports: true,
    faults: (verb, mailbox) => organization.faults.take("smtp", verb, sideName, mailbox),
    signIn: (user, password, address) => {
      const connector = sideName === "online" ? undefined : connectorFor(side, 587, address);
      if (connector && !offersSignIn(connector))
        throw new Refusal("504 5.7.4 Unrecognized authentication type");
      return signIn(side, user, password);
    },
    onSender: ({ account }, from) => {
      if (!account || relationTo(directory, account, from) === undefined) throw new Refusal(refusal);
    },
    onMessage: async (peer, envelope, mime) => {
      const { account } = peer;
      if (!account) throw new Refusal(refusal);
      countSending(sideName, side.mailboxes.get(account.guid), organization.now());
      const taken = await take(organization, sideName, { account, by: "smtp" }, mime, envelope.from, name);
      const admitted = prepend(taken, receivedField(organization, peer, name));
      const detail = `submitted by ${account.primarySmtpAddress}`;
      const id = transport.submit(sideName, envelope, writeMessage(admitted), detail, peer.address);
      await organization.settled();
      return `2.6.0 ${id} Queued mail for delivery`;
    },
  });
}

/**
 * Takes a message that an account sends from its mailbox (EWS, Graph); answers the queue's name for it.
 * @throws Refusal when the account may not send as who stands in From
 */
export async function submitFromMailbox(
  organization: Organization,
  sideName: SideName,
  transport: Transport,
  server: string,
  account: Recipient,
  envelope: Envelope,
  mime: Uint8Array,
): Promise<string> {
  const taken = await take(organization, sideName, { account, by: "mailbox" }, mime, envelope.from, server);
  const peer = { secure: true, names: [], address: "[::1]", greeting: server, account };
  const admitted = prepend(taken, receivedField(organization, peer, server, "mapi"));
  const detail = `submitted from the mailbox of ${account.primarySmtpAddress}`;
  return transport.submit(sideName, envelope, writeMessage(admitted), detail);
}

/** A submitted message as transport takes it; copies are in Sent Items where they belong. */
async function take(
  organization: Organization,
  sideName: SideName,
  who: Pick<Submitted, "account" | "by">,
  mime: Uint8Array,
  envelopeSender: string,
  server: string,
): Promise<Message> {
  const side = sideOf(organization, sideName);
  const allowed = authorise(directoryOf(side), who.account, readMessage(mime), envelopeSender);
  const message = withMessageId(allowed.message, organization);
  await keepSentCopies(organization, side, { ...allowed, by: who.by, message });
  return admitSubmission(message, server);
}

/** How an account may use a sender address; undefined when it may not. */
function relationTo(
  directory: Directory,
  account: Recipient,
  address: string,
): Submitted["relation"] | undefined {
  const sender = directory.find(address);
  if (!sender) return undefined;
  if (sender.guid === account.guid) return "self";
  if (sender.sendAs?.includes(account.guid)) return "sentAs";
  return sender.grantSendOnBehalfTo?.includes(account.guid) ? "onBehalf" : undefined;
}

/** Checks the From header as well, which is what the recipients see; somebody else's delegate is named in Sender. */
function authorise(
  directory: Directory,
  account: Recipient,
  message: Message,
  envelopeSender: string,
): Omit<Submitted, "by"> {
  const [from = envelopeSender] = addressesIn(firstValue(message, "From"));
  const relation = relationTo(directory, account, from);
  const sender = directory.find(from);
  if (relation === undefined || !sender) throw new Refusal(refusal);
  const complete =
    firstValue(message, "From") === undefined
      ? prepend(message, field("From", `<${sender.primarySmtpAddress}>`))
      : message;
  return {
    relation,
    account,
    sender,
    message: relation === "onBehalf" ? set(complete, "Sender", `<${account.primarySmtpAddress}>`) : complete,
  };
}
