import type { Recipients } from "./mailbox/port.ts";

/**
 * Those of an item's recipients whom a version of its message went to, in their order; undefined where that is nobody whom the item
 * names. `primary`: primary addresses by others, of those whom `unmatched` told; for a group
 * that of a member whom the version went to. Addresses to compare are in lower case.
 */
export function recipientsOfVersion(
  named: Recipients,
  version: readonly string[],
  primary: ReadonlyMap<string, string> = new Map(),
): Recipients | undefined {
  const known = (address: string): string => primary.get(address) ?? address;
  const went = new Set(version.map(known));
  const isTo = ({ address }: { address: string }): boolean => went.has(known(address.toLowerCase()));
  const { to, cc, bcc } = named;
  const own = { to: to.filter(isTo), cc: cc.filter(isTo), bcc: bcc.filter(isTo) };
  return own.to.length + own.cc.length + own.bcc.length > 0 ? own : undefined;
}

/** Addresses that only the version or only the item has, lower case: two of them may belong to one recipient. */
export function unmatched(version: readonly string[], named: Recipients): string[] {
  const all = [...named.to, ...named.cc, ...named.bcc].map(({ address }) => address.toLowerCase());
  return [
    ...version.filter((address) => !all.includes(address)),
    ...all.filter((address) => !version.includes(address)),
  ];
}
