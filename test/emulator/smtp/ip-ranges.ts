import { isIP, isIPv6 } from "node:net";

/** The first and last address of a range, as numbers. */
interface Bounds {
  v6: boolean;
  first: bigint;
  last: bigint;
}

/** How many addresses the narrowest range around an address has; undefined when none holds it. */
export function closest(ranges: Bounds[], address: string): bigint | undefined {
  const at = numberOf(address);
  const v6 = isIPv6(bare(address));
  const around = ranges.filter((each) => each.v6 === v6 && each.first <= at && at <= each.last);
  return around
    .map(({ first, last }) => last - first + 1n)
    .toSorted((one, other) => (one < other ? -1 : 1))[0];
}

/** Reads `10.0.0.1`, `10.0.0.0/8` or `10.0.0.1-10.0.0.9`. @throws Error for what is none of these */
export function boundsOf(range: string): Bounds {
  const v6 = range.includes(":");
  const [start = "", end] = range.split("-").map((each) => each.trim());
  const [net = "", bits] = start.split("/");
  const width = v6 ? 128 : 32;
  const size = 1n << BigInt(width - Number(bits ?? width));
  const first = (numberOf(net) / size) * size;
  const last = end === undefined ? first + size - 1n : numberOf(end);
  if (last < first) throw new Error(`no range of addresses: ${range}`);
  return { v6, first, last };
}

function bare(address: string): string {
  return address.replace(/^\[|\]$/g, "").replace(/^::ffff:(?=\d+\.)/i, "");
}

function numberOf(address: string): bigint {
  const plain = bare(address);
  if (!isIP(plain)) throw new Error(`no address: ${address}`);
  if (!isIPv6(plain)) return plain.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [left = [], right = []] = plain.split("::").map((half) => half.split(":").filter(Boolean));
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...zeros, ...right].reduce((sum, part) => sum * 65_536n + BigInt(`0x${part}`), 0n);
}
