import type { Config } from "../../stacks/config/types.ts";
import type { Prepared } from "./prepared.ts";
import { spfOf, type Resolver, type Spf } from "./spf.ts";
import type { Or } from "./unread.ts";

/** What DNS says of a domain that people send from. */
export interface DomainFacts {
  domain: string;
  /** SPF, judged for the addresses of the signature service. */
  spf: Spf;
  /** Whether DNS has a DKIM key of Exchange Online; on-premises servers sign nothing. */
  signed: boolean;
}

/** The domains of the organization, as receivers of its mail see them. */
export async function domainFacts(
  { organization, environment, connectors }: Config,
  resources: readonly Prepared[],
  dns: Resolver,
  or: Or,
): Promise<DomainFacts[]> {
  const out = resources.find(({ name }) => name === "outbound-connector" || name === "send-connector");
  if (!out || connectors.manage === "none") return [];
  const hosts = [out.props["SmartHosts"] ?? []].flat().map(String);
  const domains = [organization.domain, ...organization.acceptedDomains].filter(
    (domain) => !domain.toLowerCase().endsWith(".onmicrosoft.com"),
  );
  const looks = domains.map((domain) =>
    or<DomainFacts[]>([], `DNS of ${domain}`, async () => {
      const addresses = (await Promise.all(hosts.map((host) => dns.addresses(host)))).flat();
      const keys = await dns.texts(`selector1._domainkey.${domain}`);
      const signed = environment === "onPremises" || keys.length > 0;
      return [{ domain, spf: await spfOf(domain, addresses, dns), signed }];
    }),
  );
  return (await Promise.all(looks)).flat();
}
