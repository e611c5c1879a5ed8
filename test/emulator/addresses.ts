import type { Recipient, Side } from "./store.ts";

/** Recipients by their addresses, and what each of them had when this was made: addresses change in place. */
interface Index {
  byAddress: Map<string, Recipient>;
  seen: { of: Recipient; upn: string | undefined; proxies: string[]; count: number }[];
}

const indexes = new WeakMap<Side, Index>();

/** The recipient of a side that carries an address (any proxy address or UPN), compared without letter case. */
export function recipientByAddress(side: Side, address: string): Recipient | undefined {
  const wanted = address.toLowerCase();
  const last = indexes.get(side)?.byAddress.get(wanted);
  if (last && side.recipients.get(last.guid) === last && carries(last, wanted)) return last;
  return current(side).byAddress.get(wanted);
}

/** Whether an address (in lower case) is a recipient's: any proxy address, or the UPN. */
export function carries(recipient: Recipient, wanted: string): boolean {
  return addressesOf(recipient).includes(wanted);
}

function addressesOf({ userPrincipalName, emailAddresses }: Recipient): string[] {
  const bare = emailAddresses.map((proxy) => proxy.slice(proxy.indexOf(":") + 1));
  return [...bare, ...(userPrincipalName === undefined ? [] : [userPrincipalName])].map((each) =>
    each.toLowerCase(),
  );
}

/** The index of a side as it is now: to see whether it is takes a fiftieth of making it. */
function current(side: Side): Index {
  const known = indexes.get(side);
  if (known && isCurrent(side, known)) return known;
  const index: Index = { byAddress: new Map(), seen: [] };
  for (const of of side.recipients.values()) {
    const { userPrincipalName: upn, emailAddresses: proxies } = of;
    index.seen.push({ of, upn, proxies, count: proxies.length });
    // Where two have one address, it is the older one's.
    for (const address of addressesOf(of))
      if (!index.byAddress.has(address)) index.byAddress.set(address, of);
  }
  indexes.set(side, index);
  return index;
}

function isCurrent({ recipients }: Side, { seen }: Index): boolean {
  if (seen.length !== recipients.size) return false;
  let at = 0;
  for (const now of recipients.values()) {
    const then = seen[at++];
    if (then?.of !== now || then.upn !== now.userPrincipalName) return false;
    if (then.proxies !== now.emailAddresses || then.count !== now.emailAddresses.length) return false;
  }
  return true;
}
