import { X509Certificate } from "node:crypto";
import type { Config } from "../../stacks/config/types.ts";
import { isFault } from "../exchange/errors.ts";
import type { Row, SideName } from "../exchange/port.ts";
import type { Session } from "../exchange/session.ts";
import type { World } from "../kind.ts";
import { allOutbound } from "../kinds/outbound-connector.ts";
import { senderScope } from "../kinds/sender-scope.ts";
import { isGroup, membersOf } from "../people.ts";
import { groups as groupConditions } from "../rule-parameters.ts";
import { expected } from "./expected.ts";
import { sideTitle } from "./operator.ts";
import type { Prepared } from "./prepared.ts";
import { spfOf, type Resolver, type Spf } from "./spf.ts";

/** What one side shows, each noun read once; nothing of what nobody may read, which `unread` says. */
export interface SideFacts {
  rules: readonly Row[];
  outbound: readonly Row[];
  sendConnectors: readonly Row[];
  domains: readonly Row[];
  organization: readonly Row[];
  transport: readonly Row[];
  journalRules: readonly Row[];
  /** Who works in mailboxes: every assignment that the account or the application has, and all scopes. */
  grants: readonly Row[];
  scopes: readonly Row[];
  /** Groups inside of groups that a scope names, which the scope itself does not name. */
  nested: readonly { scope: string; group: string; inside: string }[];
  /** Mailboxes on litigation hold. */
  held: number;
  policies: readonly Row[];
}

/** A certificate of this stack, and what the file calls it. */
export interface NamedCertificate {
  what: string;
  certificate: X509Certificate;
  /** The name that it has to carry, where that matters here. */
  name?: string;
}

/** What DNS says of a domain that people send from. */
export interface DomainFacts {
  domain: string;
  /** SPF, judged for the addresses of the signature service. */
  spf: Spf;
  /** Whether DNS has a DKIM key of Exchange Online. */
  signed: boolean;
}

/** Everything that the lints are about, read before the first of them. */
export interface Facts {
  config: Config;
  stack: string;
  now: number;
  /** Node's name of the operating system. */
  platform: string;
  resources: readonly Prepared[];
  sides: Partial<Record<SideName, SideFacts>>;
  consents: { roles: string[] } | { unknown: string };
  /** Whom or what the addresses of senders and conditions stand for, where some side knows them. */
  recipients: ReadonlyMap<string, Row>;
  /** Sentences about the sender scopes, with the numbers of licences. */
  licences: readonly string[];
  certificates: readonly NamedCertificate[];
  domains: readonly DomainFacts[];
  /** What could not be looked at, with the reason. */
  unread: readonly string[];
}

/** Where the facts come from. */
export interface Surroundings {
  config: Config;
  stack: string;
  world: World;
  platform: string;
  dns: Resolver | undefined;
  /** A secret's or certificate's text by its reference. @throws UnresolvedReferences */
  resolved: (reference: string) => string;
  /** Certificates that listeners showed. */
  shown: readonly NamedCertificate[];
}

/** Reads them; what cannot be read is among `unread`, and the lints about it find nothing. Only reads. */
export async function readFacts(
  { config, stack, world, platform, dns, resolved, shown }: Surroundings,
  resources: readonly Prepared[],
  open: ReadonlySet<SideName>,
): Promise<Facts> {
  const unread: string[] = [];
  async function or<T>(nothing: T, what: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      unread.push(`${what}: ${expected(error)}`);
      return nothing;
    }
  }
  const side = async (name: SideName): Promise<[SideName, SideFacts]> => {
    const here: Or = (nothing, what, read) => or(nothing, `${what} (${sideTitle[name]})`, read);
    return [name, await sideFacts(world.on(name), config, here)];
  };
  const recipients = [...open].map((name) =>
    or([], `Get-Recipient (${sideTitle[name]})`, () => recipientsOf(config, world.on(name))),
  );
  const { application } = config.serviceAccount;
  const scopes = resources.filter(({ kind, side }) => kind === "SenderScope" && open.has(side));
  const counted = scopes.map(({ props, side, name }) =>
    or([], name, async () => (await senderScope.advise?.(props, world, side)) ?? []),
  );
  const written = certificatesIn(config).map(({ what, name, reference }) =>
    or<NamedCertificate[]>([], what, async () => {
      const certificate = new X509Certificate(resolved(reference));
      return [{ what, certificate, ...(name !== undefined && { name }) }];
    }),
  );
  return {
    config,
    stack,
    now: world.now(),
    platform,
    resources,
    sides: Object.fromEntries(await Promise.all([...open].map(side))),
    consents:
      application && open.has("online")
        ? await or({ unknown: "nobody could be asked" }, "consents", () => world.consents())
        : { roles: [] },
    recipients: new Map((await Promise.all(recipients)).flat()),
    licences: (await Promise.all(counted)).flat(),
    certificates: [...(await Promise.all(written)).flat(), ...shown],
    domains: dns ? await domainFacts(config, resources, dns, or) : [],
    unread,
  };
}

type Or = <T>(nothing: T, what: string, read: () => Promise<T>) => Promise<T>;

async function sideFacts(session: Session, config: Config, or: Or): Promise<SideFacts> {
  const online = session.side === "online";
  const rows = (noun: string): Promise<readonly Row[]> => or([], `Get-${noun}`, () => session.rows(noun));
  const holder = online ? config.serviceAccount.application : config.serviceAccount;
  const who = holder && ("clientId" in holder ? (holder.objectId ?? holder.clientId) : holder.upn);
  const [rules, outbound, sendConnectors, domains, organization, transport, journalRules, scopes, policies] =
    await Promise.all([
      rows("TransportRule"),
      online ? or([], "Get-OutboundConnector", () => allOutbound(session)) : [],
      online ? [] : rows("SendConnector"),
      rows("AcceptedDomain"),
      rows("OrganizationConfig"),
      rows("TransportConfig"),
      rows("JournalRule"),
      rows("ManagementScope"),
      online ? rows("ApplicationAccessPolicy") : [],
    ]);
  const grants =
    who === undefined ? [] : await or([], "Get-ManagementRoleAssignment", () => grantsOf(who, session));
  return {
    rules,
    outbound,
    sendConnectors,
    domains,
    organization,
    transport,
    journalRules,
    grants,
    scopes,
    policies,
    nested: await or([], "nested groups", () => nestedIn(scopes, grants, session)),
    held: await or(0, "Get-Mailbox", async () => {
      const Filter = "LitigationHoldEnabled -eq $true";
      return (await session.run("Get-Mailbox", { Filter, ResultSize: "Unlimited" })).length;
    }),
  };
}

async function grantsOf(RoleAssignee: string, session: Session): Promise<Row[]> {
  try {
    return await session.run("Get-ManagementRoleAssignment", { RoleAssignee, Enabled: true });
  } catch (error) {
    if (isFault(error, "NOT_FOUND")) return [];
    throw error;
  }
}

/** Groups that `MemberOfGroup` of a granted scope passes over: members of members are none for it. */
async function nestedIn(
  scopes: readonly Row[],
  grants: readonly Row[],
  session: Session,
): Promise<SideFacts["nested"]> {
  const used = new Set(
    grants.flatMap((row) => [row["CustomRecipientWriteScope"], row["CustomResourceScope"]].map(String)),
  );
  const found: { scope: string; group: string; inside: string }[] = [];
  for (const scope of scopes.filter((row) => used.has(String(row["Name"])))) {
    const filter = String(scope["RecipientFilter"]);
    for (const [, quoted = ""] of filter.matchAll(/MemberOfGroup\s+-eq\s+'((?:[^']|'')*)'/gi)) {
      const group = quoted.replaceAll("''", "'");
      for (const member of await membersOf({ DistinguishedName: group }, session)) {
        const inside = String(member["DistinguishedName"]);
        if (isGroup(member) && !filter.toLowerCase().includes(inside.toLowerCase().replaceAll("'", "''")))
          found.push({ scope: String(scope["Name"]), group, inside: String(member["Name"]) });
      }
    }
  }
  return found;
}

/** Whom the file names as senders and in conditions of rules, as far as this side knows them. */
async function recipientsOf(
  { senders, senderScopes, transportRules }: Config,
  session: Session,
): Promise<[string, Row][]> {
  const scoped = Object.values(senderScopes).flatMap(({ group }) => group ?? []);
  const inRules = transportRules.flatMap((rule) =>
    rule.preset === "custom" ? groupsIn(rule.parameters) : [],
  );
  const looks = [...new Set([...senders.users, ...scoped, ...inRules])].map(async (address) => {
    const row = await session.recipient(address);
    return row ? [[address, row] satisfies [string, Row]] : [];
  });
  return (await Promise.all(looks)).flat();
}

/** The groups in the conditions of a rule. Pure. */
export function groupsIn(parameters: object): string[] {
  return Object.entries(parameters).flatMap(([name, value]) =>
    groupConditions.includes(name) ? [value].flat().map(String) : [],
  );
}

function certificatesIn(config: Config): { what: string; name?: string; reference: string }[] {
  const { connections, serviceAccount, intake = [] } = config;
  const listeners = [intake].flat().flatMap((way, index) => {
    const path = `intake${index === 0 ? "" : `[${index}]`}`;
    if (way.via !== "mailbox") {
      const named = way.via === "relay" ? {} : { name: way.smartHost };
      return [{ what: `${path}.listen.certificate`, reference: way.listen.certificate, ...named }];
    }
    const { publicUrl, listen } = way.webhook ?? {};
    if (publicUrl === undefined || listen?.certificate === undefined) return [];
    const what = `${path}.webhook.listen.certificate`;
    return [{ what, reference: listen.certificate, name: new URL(publicUrl).hostname }];
  });
  const others: [string, string | undefined][] = [
    ["connections.certificateAuthority", connections.certificateAuthority],
    ["connections.online.admin.certificate", connections.online?.admin.certificate?.certificate],
    ["serviceAccount.application.certificate", serviceAccount.application?.certificate?.certificate],
  ];
  return [
    ...listeners,
    ...others.flatMap(([what, reference]) => (reference === undefined ? [] : [{ what, reference }])),
  ];
}

/** The domains of the organization, as receivers of its mail see them. */
async function domainFacts(
  { organization, environment, connectors }: Config,
  resources: readonly Prepared[],
  dns: Resolver,
  or: Or,
): Promise<DomainFacts[]> {
  const out = resources.find(({ name }) => name === "outbound-connector" || name === "send-connector");
  if (!out || connectors.manage === "none") return [];
  const hosts = [out.props["SmartHosts"] ?? []].flat().map(String);
  const domains = [organization.domain, ...organization.acceptedDomains];
  const looks = domains.map((domain) =>
    or<DomainFacts[]>([], `DNS of ${domain}`, async () => {
      const addresses = (await Promise.all(hosts.map((host) => dns.addresses(host)))).flat();
      const keys = environment === "onPremises" ? ["-"] : await dns.texts(`selector1._domainkey.${domain}`);
      return [{ domain, spf: await spfOf(domain, addresses, dns), signed: keys.length > 0 }];
    }),
  );
  return (await Promise.all(looks)).flat();
}
