import { field, firstValue, prepend, set, without, type Field, type Message } from "./headers.ts";

/**
 * The header firewall: what Exchange says about a message to itself (`X-MS-Exchange-Organization-*`) neither comes in
 * from strangers nor leaks out. Between the two halves of a hybrid organization, and through any connector with
 * CloudServicesMailEnabled, it travels as `X-MS-Exchange-CrossPremises-*`: demoted on leaving, promoted on arrival.
 */

const organization = "X-MS-Exchange-Organization-";
const crossPremises = "X-MS-Exchange-CrossPremises-";
const reserved = [organization, crossPremises, "X-MS-Exchange-CrossTenant-", "X-MS-Exchange-Forest-"];

/** Header: whether a message began in the organization (`Originating`) or outside (`Incoming`). */
export const directionality = `${organization}MessageDirectionality`;
/** Header: `Internal` for a signed-in sender, `Anonymous` otherwise. */
export const authAs = `${organization}AuthAs`;
/** Header: the server that the sender signed in to. */
export const authSource = `${organization}AuthSource`;
/** Header: the tenant whose mail this is; on everything that leaves Exchange Online. */
export const tenantIdentity = "X-MS-Exchange-CrossTenant-Id";

/** Header without a value: the message is a journal report, which no rule touches. Outside transport it says `X-MS-Journal-Report`. */
export const journalReport = `${organization}Journal-Report`;

/** Values of MessageDirectionality. */
export type Direction = "Originating" | "Incoming";

/** What a server found out about the peer that brings a message. */
export interface Trust {
  /** The connector lets CrossPremises headers in. */
  cloudServices: boolean;
  /** `told` leaves it to the peer's own word. */
  direction: Direction | "told";
  /**
   * The peer is a server of the organization, so its word that the sender signed in counts. A relay with a certificate
   * of its own is not: what returns from it is anonymous, whatever its headers say.
   */
  authenticated: boolean;
  /** TreatMessagesAsInternal: the connector itself makes a colleague of the sender. */
  internal?: boolean;
}

/** A message as it may come in: foreign claims gone, CrossPremises headers promoted where the connector allows, our verdict set. */
export function admit(message: Message, trust: Trust): Message {
  const promoted = trust.cloudServices ? renamed(message.fields, crossPremises, organization) : [];
  const clean = without(message, isReserved);
  const kept = promoted.filter(
    ({ name }) => !["messagedirectionality", "authas", "authsource"].some((end) => name.endsWith(`-${end}`)),
  );
  const claimed = { fields: promoted, rest: message.rest };
  const internal = trust.internal || (trust.authenticated && firstValue(claimed, authAs) === "Internal");
  return prepend(
    clean,
    field(
      directionality,
      trust.direction === "told" ? told(firstValue(claimed, directionality)) : trust.direction,
    ),
    field(authAs, internal ? "Internal" : "Anonymous"),
    ...kept,
  );
}

function told(direction: string | undefined): Direction {
  return direction === "Originating" ? "Originating" : "Incoming";
}

/** A message as a client of our own submits it: signed in, so internal and originating. */
export function admitSubmission(message: Message, server: string): Message {
  return prepend(
    without(message, isReserved),
    field(directionality, "Originating"),
    field(authAs, "Internal"),
    field(authSource, server),
  );
}

/** A message as it may leave: organization headers demoted for a connector with CloudServicesMailEnabled, removed otherwise. */
export function release(message: Message, cloudServices: boolean, tenantId?: string): Message {
  const demoted = cloudServices ? renamed(message.fields, organization, crossPremises) : [];
  const left = prepend(without(message, isReserved), ...demoted);
  return tenantId === undefined ? left : set(left, tenantIdentity, tenantId);
}

/** Whether Exchange counts the message as sent by a signed-in sender. */
export function isAuthenticated(message: Message): boolean {
  return firstValue(message, authAs) === "Internal";
}

/** Whether a message is a journal report of this organization, and does not only say so. */
export function isJournalReport(message: Message): boolean {
  return firstValue(message, journalReport) !== undefined;
}

function isReserved(name: string): boolean {
  return reserved.some((prefix) => name.startsWith(prefix.toLowerCase()));
}

function renamed(fields: Field[], from: string, to: string): Field[] {
  const found = fields.filter(({ name }) => name.startsWith(from.toLowerCase()));
  return found.map(({ name, raw }) => ({
    name: `${to.toLowerCase()}${name.slice(from.length)}`,
    raw: `${to}${raw.trimStart().slice(from.length)}`,
  }));
}
