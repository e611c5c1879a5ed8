import type { CachedDirectory } from "./directory.ts";
import type { Settings } from "../stacks/config/types.ts";

/** Mailboxes that may hold a copy of a message, by their primary addresses. */
export interface Candidates {
  /** Behind an address that the message names. */
  named: ReadonlySet<string>;
  /** Of those who, by the settings, may have sent as one of the senders: mail that was sent so does not tell who did. */
  delegates: ReadonlySet<string>;
}

/** Who may have sent a message, given the addresses that it names (lower case). @throws Fault */
export async function candidatesOf(
  senders: string[],
  { sendAs = [] }: Pick<Settings, "sendAs">,
  directory: CachedDirectory,
): Promise<Candidates> {
  const mailboxes = await Promise.all(senders.map((sender) => directory.mailboxOf(sender)));
  const named = new Set(mailboxes.filter((one) => one !== undefined));
  const delegates = new Set<string>();
  for (const { address, ...listed } of sendAs) {
    const sender = address.toLowerCase();
    const isMeant = senders.includes(sender) || named.has((await directory.mailboxOf(sender)) ?? "");
    for (const one of isMeant ? await directory.people(listed) : []) if (!named.has(one)) delegates.add(one);
  }
  return { named, delegates };
}
