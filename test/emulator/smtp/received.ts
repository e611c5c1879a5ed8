import { randomUUID } from "node:crypto";
import type { Organization } from "../organization.ts";
import { field, firstValue, prepend, valuesOf, type Field, type Message } from "./headers.ts";
import type { Peer } from "./listener.ts";
import { Refusal } from "./refusal.ts";

/** Exchange's MaxHopCount of a receive connector. */
export const maxHops = 60;

/** The trace line that a server puts above a message it takes. */
export function receivedField(
  organization: { now: () => number },
  peer: Peer,
  server: string,
  protocol = peer.account ? "ESMTPSA" : peer.secure ? "ESMTPS" : "ESMTP",
): Field {
  const date = dateOf(organization.now());
  return field(
    "Received",
    `from ${peer.greeting} (${peer.address}) by ${server}\r\n\twith ${protocol} id ${randomUUID()}; ${date}`,
  );
}

/** Milliseconds as a mail header's date: `Sun, 22 Nov 2026 13:45:00 +0000`. */
export function dateOf(at: number): string {
  return new Date(at).toUTCString().replace("GMT", "+0000");
}

/** @throws Refusal for a message that goes round in circles */
export function checkHops(message: Message, most = maxHops): void {
  if (valuesOf(message, "Received").length >= most) {
    throw new Refusal("554 5.4.14 Hop count exceeded - possible mail loop ATTR1");
  }
}

/** A message with the Message-ID and Date that a client may leave to the server. */
export function withMessageId(message: Message, organization: Organization): Message {
  let complete = message;
  if (firstValue(message, "Date") === undefined)
    complete = prepend(complete, field("Date", dateOf(organization.now())));
  if (firstValue(message, "Message-ID") === undefined) {
    complete = prepend(complete, field("Message-ID", `<${randomUUID()}@${organization.store.domain}>`));
  }
  return complete;
}
