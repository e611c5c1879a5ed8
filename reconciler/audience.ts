import type { Audience, Job } from "./job.ts";
import type { Settings } from "../stacks/config/types.ts";

/** As the way in tells it, or by the recipients of the version; undefined where the way in tells neither. */
export function audienceOf(
  { audience, recipients }: Pick<Job, "audience" | "recipients">,
  { domain, acceptedDomains }: Settings["organization"],
): Audience | undefined {
  if (audience !== undefined) return audience;
  if (recipients === undefined || recipients.length === 0) return undefined;
  const own = new Set([domain, ...acceptedDomains].map((one) => one.toLowerCase()));
  const isOwn = (address: string) => own.has(address.slice(address.lastIndexOf("@") + 1).toLowerCase());
  return recipients.every(isOwn) ? "internal" : "external";
}
