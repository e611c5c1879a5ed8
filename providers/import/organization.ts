import type { SideName } from "../exchange/port.ts";
import type { Session } from "../exchange/session.ts";
import { loose } from "../forms.ts";
import { accountAccess, applicationAccess, type Access } from "./access.ts";
import { onlineWay, ownWay, type Way } from "./connectors.ts";
import type { Section, Source } from "./found.ts";
import { intakesOf, processedHeaderOf } from "./intake.ts";
import { rulesOf } from "./rules.ts";
import { sendersOf, stands, type Senders } from "./senders.ts";

/** What the operator says: how Exchange is reached, and whatever no server tells. It wins over what is found. */
export interface Given extends Section {
  environment: "onPremises" | "hybrid" | "online";
  organization: { domain: string; tenant?: string } & Section;
  serviceAccount?: { upn?: string; application?: { clientId?: string } } & Section;
}

/** A configuration of what there is, and what it cannot say. */
export interface Imported {
  config: Section;
  remarks: string[];
}

/**
 * The organization as it stands today, in the terms of the configuration: what this stack would make the same is written as its own
 * sections, every other rule as one of the operator's own. Reads only.
 * @throws Fault, NOT_FOUND where nobody works in the mailboxes and nobody was named
 */
export async function readOrganization(
  stack: string,
  given: Given,
  on: (side: SideName) => Session,
): Promise<Imported> {
  const { environment, organization } = given;
  const remarks: string[] = [];
  const sourceOf = (side: SideName): Source => ({
    session: on(side),
    stack,
    remark: (text) => void remarks.push(text),
  });
  const home = sourceOf(environment === "onPremises" ? "onPremises" : "online");
  const processedHeader = await processedHeaderOf(home);
  const { ways, names, mailboxes, byAudience } = await intakesOf(home, processedHeader);
  const way: Way =
    environment === "onPremises"
      ? await ownWay(home, processedHeader, names)
      : await onlineWay(home, processedHeader);
  const { connector } = way;
  const rules = await rulesOf(home, names, {
    processedHeader,
    ...(connector !== undefined && { connector }),
  });
  const elsewhere =
    environment === "hybrid"
      ? (await rulesOf(sourceOf("onPremises"), new Set(), { processedHeader })).transportRules
      : [];

  const access: { source: Source; found: Access; intake: string[] }[] = [];
  if (environment !== "online") {
    const source = sourceOf("onPremises");
    const intake = environment === "onPremises" ? mailboxes : [];
    access.push({ source, found: await accountAccess(source, given.serviceAccount?.upn), intake });
  }
  if (environment !== "onPremises") {
    const found = await applicationAccess(home, given.serviceAccount?.application?.clientId);
    access.push({ source: home, found, intake: mailboxes });
  }
  const accepted = (await home.session.rows("AcceptedDomain")).map((row) => String(row["DomainName"]));
  const further = accepted.filter(
    (domain) =>
      ![organization.domain, organization.tenant].some((own) => loose(own) === loose(domain)) &&
      !/\.onmicrosoft\.com$|\.codetwo\.online$/i.test(domain),
  );
  const config = {
    environment,
    organization: { ...organization, ...(further.length > 0 && { acceptedDomains: further }) },
    status: "off",
    connections: {},
    serviceAccount: Object.assign({}, ...access.map(({ found }) => found.serviceAccount)) as Section,
    ...(await rightsOf(access, remarks)),
    ...(byAudience && { splitMessages: { enabled: true, keep: "external" } }),
    ...(way.signatureService && { signatureService: way.signatureService }),
    ...(way.connectors && { connectors: way.connectors }),
    ...(Object.keys(rules.senderScopes).length > 0 && { senderScopes: rules.senderScopes }),
    transportRules: [...rules.transportRules, ...elsewhere.map((rule) => ({ ...rule, side: "onPremises" }))],
    ...(ways.length > 0 && { intake: ways }),
  };
  return { config: merged(config, given), remarks };
}

/** `impersonation` and `senders`: the stack goes on with a right that it granted itself, else it checks it. */
async function rightsOf(
  access: readonly { source: Source; found: Access; intake: string[] }[],
  remarks: string[],
): Promise<Section> {
  const limited = access.filter(({ found }) => found.filter !== undefined);
  let senders: Senders | undefined;
  for (const { source, found, intake } of limited)
    senders ??= await sendersOf(found.filter ?? "", intake, source.session);
  let same = senders !== undefined || limited.length === 0;
  for (const { source, found, intake } of limited)
    same &&= senders !== undefined && (await stands(found.filter ?? "", senders, intake, source.session));
  const own = same && access.every(({ found }) => found.own) && [0, access.length].includes(limited.length);
  if (!own)
    remarks.push(
      "The right to the mailboxes is not one that this stack would grant: the file has it checked (impersonation.manage: verify). Say whose sent items are updated: senders.",
    );
  const everybody = access.every(({ found }) => found.granted && found.filter === undefined);
  return {
    impersonation: {
      ...(!own && { manage: "verify" }),
      ...(everybody && { scope: "organization" }),
    },
    ...(senders && senders.include !== "all" && { senders: withoutEmpty(senders) }),
  };
}

function withoutEmpty(section: Section): Section {
  return Object.fromEntries(
    Object.entries(section).filter(([, value]) => !Array.isArray(value) || value.length > 0),
  );
}

/** Two configurations as one; what the second says wins. Pure. */
export function merged(found: Section, given: Section): Section {
  const both = Object.entries(given).map(([key, value]): [string, unknown] => {
    const there = found[key];
    return [key, isSection(there) && isSection(value) ? merged(there, value) : value];
  });
  return { ...found, ...Object.fromEntries(both) };
}

function isSection(value: unknown): value is Section {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
