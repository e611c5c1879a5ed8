import { BlockList, isIP } from "node:net";

/** DNS as far as it is needed; a name that does not exist has nothing. @throws Fault UNAVAILABLE */
export interface Resolver {
  /** TXT records, each in one piece. CNAMEs are followed. */
  texts: (name: string) => Promise<string[]>;
  /** IPv4 and IPv6 addresses. */
  addresses: (name: string) => Promise<string[]>;
  /** Mail exchangers. */
  exchangers: (name: string) => Promise<string[]>;
}

/** What SPF (RFC 7208) says of a domain: `passes` are the addresses that may send for it. `invalid` is a permanent error. */
export type Spf =
  | { state: "none" }
  | { state: "invalid"; why: string }
  | { state: "valid"; asked: string[]; passes: string[] };

/** Lookups that RFC 7208 allows in one evaluation. */
const most = 10;

/** Which of these addresses may send mail of a domain, as receivers judge. @throws Fault */
export async function spfOf(domain: string, asked: readonly string[], dns: Resolver): Promise<Spf> {
  const budget = { left: most };
  try {
    const record = await recordOf(domain, dns);
    if (record === undefined) return { state: "none" };
    const passes: string[] = [];
    for (const address of asked) {
      budget.left = most;
      if ((await evaluate(domain, record, address, dns, budget)) === "+") passes.push(address);
    }
    return { state: "valid", asked: [...asked], passes };
  } catch (error) {
    if (error instanceof PermanentError) return { state: "invalid", why: error.message };
    throw error;
  }
}

class PermanentError extends Error {}

async function recordOf(domain: string, dns: Resolver): Promise<string | undefined> {
  const [record, second] = (await dns.texts(domain)).filter((text) => /^v=spf1( |$)/i.test(text));
  if (second !== undefined) throw new PermanentError(`${domain} has two SPF records`);
  return record;
}

/** The qualifier of the first mechanism that an address matches; `?` where none does. */
async function evaluate(
  domain: string,
  record: string,
  address: string,
  dns: Resolver,
  budget: { left: number },
): Promise<string> {
  let redirect: string | undefined;
  for (const term of record.split(/\s+/).slice(1).filter(Boolean)) {
    redirect = /^redirect=(.+)$/i.exec(term)?.[1] ?? redirect;
    const [, qualifier = "+", name = "", value = ""] =
      /^([+?~-]?)(all|include|a|mx|ip4|ip6|exists|ptr)(?:[:/](.*))?$/i.exec(term) ?? [];
    if (name === "") {
      if (!term.includes("=")) throw new PermanentError(`${domain} has a mechanism that is none: ${term}`);
      continue;
    }
    const slash = term.slice(term.search(/[:/]/))[0] === "/";
    const matched = await matches(name.toLowerCase(), slash ? `/${value}` : value, {
      domain,
      address,
      dns,
      budget,
    });
    if (matched) return qualifier === "" ? "+" : qualifier;
  }
  if (redirect === undefined) return "?";
  spend(budget);
  return included(redirect, address, dns, budget);
}

async function matches(
  name: string,
  value: string,
  {
    domain,
    address,
    dns,
    budget,
  }: { domain: string; address: string; dns: Resolver; budget: { left: number } },
): Promise<boolean> {
  if (name === "all") return true;
  if (name === "ip4" || name === "ip6") return within(address, value);
  spend(budget);
  if (name === "include") return (await included(value, address, dns, budget)) === "+";
  // Macros and reverse names say nothing about a service's fixed addresses.
  if (name === "exists" || name === "ptr" || value.includes("%")) return false;
  const [host, ...prefix] = value.split("/");
  const target = host === undefined || host === "" ? domain : host;
  const hosts = name === "mx" ? await dns.exchangers(target) : [target];
  const addresses = (await Promise.all(hosts.map((each) => dns.addresses(each)))).flat();
  // `a/24//64`: the first length is for IPv4, the second for IPv6.
  const length = isIP(address) === 6 ? prefix[2] : prefix[0];
  return addresses.some((each) => within(address, length ? `${each}/${length}` : each));
}

async function included(
  domain: string,
  address: string,
  dns: Resolver,
  budget: { left: number },
): Promise<string> {
  const record = await recordOf(domain, dns);
  if (record === undefined) throw new PermanentError(`it includes ${domain}, which has no SPF record`);
  return evaluate(domain, record, address, dns, budget);
}

function spend(budget: { left: number }): void {
  budget.left -= 1;
  if (budget.left < 0) throw new PermanentError(`it takes more than ${most} lookups`);
}

function within(address: string, network: string): boolean {
  const [base = "", length] = network.split("/");
  const family = isIP(base);
  if (family === 0) throw new PermanentError(`'${network}' is no network`);
  if (family !== isIP(address)) return false;
  const list = new BlockList();
  const type = family === 6 ? "ipv6" : "ipv4";
  list.addSubnet(base, length === undefined ? (family === 6 ? 128 : 32) : Number(length), type);
  return list.check(address, type);
}
