import type { ParsedMail } from "mailparser";
import { headerValues } from "../stamp.ts";

const organization = "X-MS-Exchange-Organization-";

/**
 * Why a message does not prove that it left a tenant, or undefined. Exchange Online strips these headers from outsiders'
 * mail, so together with its client certificate they cannot be forged from outside.
 */
export function tenantProblem(tenantId: string, mail: ParsedMail): string | undefined {
  const tenants = headerValues(mail, "X-MS-Exchange-CrossTenant-Id");
  if (tenants.length === 0) return "the header X-MS-Exchange-CrossTenant-Id is missing";
  return tenants.every((tenant) => tenant.toLowerCase() === tenantId.toLowerCase())
    ? undefined
    : "the message comes from another tenant";
}

/** Whether nothing in a message says that it came into the organization from outside. */
export function isNotIncoming(mail: ParsedMail): boolean {
  return directions(mail).every((direction) => direction === "originating");
}

/**
 * Whether a message within the organization says that it is its own: sent by somebody signed in, or come back through a
 * connector that counts as the organization's. Outsiders' mail cannot carry these headers inward.
 */
export function isOwn(mail: ParsedMail): boolean {
  const found = directions(mail);
  const internal = headerValues(mail, `${organization}AuthAs`).map((value) => value.toLowerCase());
  return found.length > 0
    ? isNotIncoming(mail)
    : internal.length > 0 && internal.every((value) => value === "internal");
}

function directions(mail: ParsedMail): string[] {
  return headerValues(mail, `${organization}MessageDirectionality`).map((value) => value.toLowerCase());
}
