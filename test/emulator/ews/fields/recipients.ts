import type { Address } from "../../item/headers.ts";
import { recipientByAddress, type RecipientType, type Side } from "../../store.ts";
import { EwsError } from "../error.ts";
import { child, element, type Element } from "../xml.ts";
import { viewOf, type Change, type Field, type View } from "./field.ts";

type Header = "from" | "sender" | "to" | "cc" | "bcc" | "replyTo";

const mailboxTypes: Record<RecipientType, string> = {
  UserMailbox: "Mailbox",
  SharedMailbox: "Mailbox",
  MailUser: "Mailbox",
  MailContact: "Contact",
  User: "OneOff",
  MailUniversalDistributionGroup: "PublicDL",
};

/** `t:Mailbox` of an address, with what the directory knows about it. */
export function mailboxElement(side: Side, { name, address }: Address): Element {
  const known = recipientByAddress(side, address);
  return element(
    "t:Mailbox",
    {},
    element("t:Name", {}, known?.displayName ?? name),
    element("t:EmailAddress", {}, known?.primarySmtpAddress ?? address),
    element("t:RoutingType", {}, "SMTP"),
    element("t:MailboxType", {}, known ? mailboxTypes[known.type] : "OneOff"),
  );
}

/** Addresses in a list of `t:Mailbox`. @throws EwsError ErrorInvalidRecipients when one has none */
export function addressesIn(value: Element): Address[] {
  return value.children.map((mailbox) => {
    const address = child(mailbox, "t:EmailAddress")?.text.trim();
    if (!address) throw new EwsError("ErrorInvalidRecipients");
    return { name: child(mailbox, "t:Name")?.text ?? "", address };
  });
}

function put(change: Change, header: Header, addresses: Address[]): void {
  if (!change.creating && !change.item.isDraft) throw new EwsError("ErrorInvalidPropertyUpdateSentMessage");
  const [first] = addresses;
  if (header === "from" || header === "sender") {
    if (first) change.mail[header] = first;
  } else change.mail[header] = addresses;
  change.headers.add(header === "replyTo" ? "reply-to" : header);
}

function recipients(name: string, header: Header, options: Pick<Field, "shape" | "found">): Field {
  // A message without a Sender line was sent by whom it is from.
  const addresses = ({ headers }: View) =>
    header === "sender" && headers.sender.length === 0 ? headers.from : headers[header];
  return {
    uri: `message:${name}`,
    name: `t:${name}`,
    ...options,
    read: (view) => {
      const list = addresses(view).map((address) => mailboxElement(view.call.side, address));
      return list.length > 0 ? element(`t:${name}`, {}, ...list) : undefined;
    },
    query: {
      kind: "string",
      value: (view) =>
        addresses(view)
          .map(({ name, address }) => `${name} ${address}`)
          .join("; "),
    },
    set: (change, value) => put(change, header, addressesIn(value)),
    append: (change, value) =>
      put(change, header, [...addresses(viewOf(change.call, change.item)), ...addressesIn(value)]),
    clear: (change) => put(change, header, []),
  };
}

export const sender = recipients("Sender", "sender", { shape: "AllProperties" });
export const toRecipients = recipients("ToRecipients", "to", { shape: "Default", found: false });
export const ccRecipients = recipients("CcRecipients", "cc", { shape: "Default", found: false });
export const bccRecipients = recipients("BccRecipients", "bcc", { shape: "Default", found: false });
export const from = recipients("From", "from", { shape: "Default" });
export const replyTo = recipients("ReplyTo", "replyTo", { shape: "AllProperties", found: false });
