import type { Organization } from "../organization.ts";
import { sideOf, signIn, type Recipient, type SideName } from "../store.ts";
import type { Certificate } from "../tls.ts";
import { addressesIn } from "./addresses.ts";
import { directoryOf, type Directory } from "./directory.ts";
import { admitSubmission } from "./firewall.ts";
import { field, firstValue, prepend, readMessage, set, writeMessage, type Message } from "./headers.ts";
import { listen, type Listener } from "./listener.ts";
import { receivedField, withMessageId } from "./received.ts";
import { Refusal } from "./refusal.ts";
import { keepSentCopies, type Submitted } from "./sent-copies.ts";
import type { Transport } from "./transport.ts";

const refusal = "550 5.7.60 SMTP; Client does not have permissions to send as this sender";

/** Port 587 of a side: takes mail from signed-in people (STARTTLS, then AUTH PLAIN or LOGIN). @throws Error when the port is taken. */
export function submission(
  organization: Organization,
  sideName: SideName,
  transport: Transport,
  certificate: Certificate,
  name: string,
  port = 0,
): Promise<Listener> {
  const side = sideOf(organization, sideName);
  const directory = directoryOf(side);
  return listen({
    name,
    certificate,
    ca: organization.authority.ca,
    port,
    signIn: (user, password) => {
      if (organization.faults.take("smtp", "AUTH", sideName))
        throw new Refusal("454 4.7.0 Temporary authentication failure");
      return signIn(side, user, password);
    },
    onSender: ({ account }, from) => {
      if (!account || relationTo(directory, account, from) === undefined) throw new Refusal(refusal);
    },
    onMessage: async (peer, envelope, mime) => {
      const { account } = peer;
      if (!account) throw new Refusal(refusal);
      const message = readMessage(mime);
      const submitted = authorise(directory, account, message, envelope.from);
      const complete = withMessageId(submitted.message, organization);
      await keepSentCopies(organization, side, { ...submitted, message: complete });
      const admitted = prepend(admitSubmission(complete, name), receivedField(organization, peer, name));
      const id = transport.submit(
        sideName,
        envelope,
        writeMessage(admitted),
        `submitted by ${account.primarySmtpAddress}`,
      );
      return `2.6.0 ${id} Queued mail for delivery`;
    },
  });
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
): Submitted {
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
