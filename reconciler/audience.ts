import type { Settings } from "../stacks/config/types.ts";

/** For whom a version of a split message is: outsiders (perhaps among others), or only people of the organization. */
export type Audience = "external" | "internal";

/** Tells it by the recipients of the version; undefined where the way in does not tell them. */
export function audienceOf(
  recipients: readonly string[] | undefined,
  { domain, acceptedDomains }: Settings["organization"],
): Audience | undefined {
  if (recipients === undefined || recipients.length === 0) return undefined;
  const own = new Set([domain, ...acceptedDomains].map((one) => one.toLowerCase()));
  const isOwn = (address: string) => own.has(address.slice(address.lastIndexOf("@") + 1).toLowerCase());
  return recipients.every(isOwn) ? "internal" : "external";
}
