import type { Config } from "../../stacks/config/types.ts";
import type { Row, SideName } from "../exchange/port.ts";
import type { Session } from "../exchange/session.ts";
import type { World } from "../kind.ts";
import { senderScope } from "../kinds/sender-scope.ts";
import { groups as groupConditions } from "../rule-parameters.ts";
import { certificateFacts, type NamedCertificate } from "./certificates.ts";
import { domainFacts, type DomainFacts } from "./domain-facts.ts";
import { sideTitle } from "./side-title.ts";
import type { Prepared } from "./prepared.ts";
import { sideFacts, type SideFacts } from "./side-facts.ts";
import type { Resolver } from "./spf.ts";
import { remembering, type Or } from "./unread.ts";

/** Everything that the lints are about, read before the first of them. */
export interface Facts {
  config: Config;
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
  { config, world, platform, dns, resolved, shown }: Surroundings,
  resources: readonly Prepared[],
  open: ReadonlySet<SideName>,
): Promise<Facts> {
  const { or, unread } = remembering();
  const sides: Partial<Record<SideName, SideFacts>> = {};
  const recipients = new Map<string, Row>();
  for (const side of open) {
    const here: Or = (nothing, what, read) => or(nothing, `${what} (${sideTitle[side]})`, read);
    sides[side] = await sideFacts(world.on(side), config, here);
    const known = await here([], "Get-Recipient", () => recipientsOf(config, world.on(side)));
    for (const [address, row] of known) recipients.set(address, row);
  }
  const licences: string[] = [];
  for (const { kind, props, side, name } of resources)
    if (kind === "SenderScope" && open.has(side))
      licences.push(
        ...(await or([], name, async () => (await senderScope.advise?.(props, world, side)) ?? [])),
      );
  const asked = config.serviceAccount.application !== undefined && open.has("online");
  return {
    config,
    now: world.now(),
    platform,
    resources,
    sides,
    consents: asked
      ? await or({ unknown: "nobody could be asked" }, "consents", () => world.consents())
      : { roles: [] },
    recipients,
    licences,
    certificates: [...(await certificateFacts(config, resolved, or)), ...shown],
    domains: dns ? await domainFacts(config, resources, dns, or) : [],
    unread,
  };
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
