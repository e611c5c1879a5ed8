import { type PeerCertificate, checkServerIdentity } from "node:tls";
import type { ParsedMail } from "mailparser";
import { headerValues, saysProcessed } from "../stamp.ts";

/** What a copy must show to count as the organization's own. */
export interface Expected {
  /** Name on the client certificate of the sending Exchange: `mail.protection.outlook.com`. */
  clientCertificateName: string;
  /** The intake's address, used for nothing else. */
  address: string;
  tenantId: string;
  processedHeader: string;
}

/** What TLS told about a client. */
export interface Client {
  /** Whether an accepted authority issued its certificate. */
  authorized: boolean;
  /** Why not, as OpenSSL calls it. */
  problem?: string;
  certificate: PeerCertificate | undefined;
}

/** Why a client is not the organization's Exchange, or undefined when its certificate proves that it is. */
export function clientProblem(
  expected: Pick<Expected, "clientCertificateName">,
  client: Client,
): string | undefined {
  const { clientCertificateName: name } = expected;
  if (!client.certificate || Object.keys(client.certificate).length === 0)
    return `no client certificate was shown; '${name}' is required`;
  if (!client.authorized)
    return `the client certificate is not trusted (${client.problem ?? "unknown authority"})`;
  if (checkServerIdentity(name, client.certificate)) return `the client certificate is not that of '${name}'`;
  return undefined;
}

/** Why a recipient is not the intake, or undefined. */
export function recipientProblem(expected: Pick<Expected, "address">, recipient: string): string | undefined {
  return recipient.toLowerCase() === expected.address.toLowerCase()
    ? undefined
    : "the recipient is not the intake's address";
}

/**
 * Why a message does not prove that it comes from the own organization, or undefined. These headers are stripped
 * from outsiders' mail by Exchange, so together with the client certificate they cannot be forged from outside.
 */
export function headerProblem(expected: Expected, mail: ParsedMail): string | undefined {
  const tenants = headerValues(mail, "X-MS-Exchange-CrossTenant-Id");
  if (tenants.length === 0) return "the header X-MS-Exchange-CrossTenant-Id is missing";
  if (!tenants.every((tenant) => tenant.toLowerCase() === expected.tenantId.toLowerCase()))
    return "the message comes from another tenant";
  if (!saysProcessed(mail, expected.processedHeader))
    return `the header ${expected.processedHeader} does not say true`;
  const directions = headerValues(mail, "X-MS-Exchange-Organization-MessageDirectionality");
  if (!directions.every((direction) => direction.toLowerCase() === "originating"))
    return "the message did not originate in the organization";
  return undefined;
}
