import { domainOf, ownDomains, type Rule, sameName, waysIn } from "../draft.ts";
import type { Finding } from "../problem.ts";
import { ruleCycle } from "./rule-cycle.ts";
import { nearest } from "../suggest.ts";

/** Connectors of this kind, and rules that route through one, exist only in Exchange Online. */
export const mailFlowIsOnline: Rule = ({ config, written }) => {
  if (config.environment !== "onPremises") return [];
  const connectors = (["inbound", "outbound"] as const).filter((key) => key in (written.connectors ?? {}));
  const signing = (config.transportRules ?? []).flatMap((rule, index) =>
    rule?.preset === "signatures" ? [["transportRules", index]] : [],
  );
  return [
    ...connectors.map((key) => ["connectors", key]),
    ...("senderScopes" in written ? [["senderScopes"]] : []),
    ...signing,
  ].map((path) => ({
    path,
    key: true,
    message: "must go: it exists only in Exchange Online (hybrid or online)",
  }));
};

/** Send and receive connectors are those of servers of one's own; a hybrid organization signs its mail in Exchange Online. */
export const ownConnectorsAreOnPremises: Rule = ({ config }) => {
  const { environment, connectors } = config;
  if (environment === undefined || environment === "onPremises") return [];
  return (["send", "receive"] as const)
    .filter((key) => connectors?.[key] !== undefined)
    .map((key) => ({
      path: ["connectors", key],
      key: true,
      message: `must go: in the environment ${environment} mail is sent through connectors.outbound and comes back through connectors.inbound`,
    }));
};

/** CodeTwo's service takes mail of Exchange Online; servers of one's own send to a relay that somebody runs for them. */
export const ownConnectorsLeadToARelay: Rule = ({ config }) => {
  const { environment, connectors, signatureService } = config;
  if (environment !== "onPremises" || (!connectors?.send && !connectors?.receive)) return [];
  if (signatureService?.preset === "custom") return [];
  const path = ["signatureService", ...(signatureService ? ["preset"] : [])];
  return [
    {
      path,
      key: true as const,
      message: "must be custom: connectors.send and receive lead to a relay of your own",
    },
  ];
};

/** Of two receive connectors for the same clients and the same port, Exchange takes only one. */
export const receiveConnectorIsDistinct: Rule = ({ config }) => {
  const receive = config.connectors?.receive;
  if (receive === undefined || receive.remoteAddresses !== undefined || receive.bindings !== undefined)
    return [];
  return [
    {
      path: ["connectors", "receive"],
      key: true,
      message:
        "must say remoteAddresses (the relay's), or bindings of its own: every server has a connector for everybody on port 25",
    },
  ];
};

/** A rule redirects to the outbound connector, which leads to the service. */
export const rulesHaveTheirConnector: Rule = ({ config }) => {
  const { connectors, signatureService, transportRules } = config;
  const first = transportRules?.findIndex((rule) => rule?.preset === "signatures") ?? -1;
  if (first === -1 || connectors === undefined) return [];
  const findings = [];
  if (!("signatureService" in config) && signatureService === undefined)
    findings.push({
      path: ["signatureService"],
      key: true as const,
      message: "is missing: transportRules send mail to it",
    });
  if (connectors.manage === "none")
    findings.push({
      path: ["connectors", "manage"],
      message: "must be full or verify: transportRules route mail through the outbound connector",
    });
  for (const side of ["inbound", "outbound"] as const)
    if (connectors[side]?.enabled === false) {
      const what =
        side === "inbound" ? "stamped mail could not come back" : "mail in scope would wait in the queue";
      findings.push({
        path: ["connectors", side, "enabled"],
        message: `must be true while there are transportRules: ${what}`,
      });
    }
  return findings;
};

/** The scope that a rule names is one of senderScopes. */
export const scopesExist: Rule = ({ config }) => {
  const { senderScopes, transportRules } = config;
  if (senderScopes === undefined) return [];
  const names = Object.keys(senderScopes);
  return (transportRules ?? []).flatMap((rule, index) => {
    if (rule?.preset !== "signatures" || rule.scope === undefined || names.includes(rule.scope)) return [];
    const meant = nearest(rule.scope, names);
    const known = names.length === 0 ? "; define it there" : `; known: ${names.join(", ")}`;
    const advice = meant === undefined ? known : `; did you mean ${meant}?`;
    return [
      {
        path: ["transportRules", index, "scope"],
        message: `must be the name of a set in senderScopes${advice}`,
      },
    ];
  });
};

/** Exchange knows a rule and a connector by its name. */
export const namesAreUnique: Rule = ({ config }) => {
  const { connectors, transportRules } = config;
  const ways = waysIn(config).flatMap(({ intake, path }) =>
    "name" in intake ? [{ name: intake.name, via: intake.via, path: [...path, "name"] }] : [],
  );
  const rules: Finding[] = (transportRules ?? []).flatMap((rule, index) => {
    const earlier = (transportRules ?? []).slice(0, index).some((other) => sameName(other?.name, rule?.name));
    const isIntakes = ways.some(({ name, via }) => via !== "journal" && sameName(rule?.name, name));
    if (!earlier && !isIntakes) return [];
    const whose = earlier ? "another rule above" : "the intake's rule (intake.name)";
    return [
      { path: ["transportRules", index, "name"], message: `must be a name of its own; ${whose} has it` },
    ];
  });
  const intakes = ways.flatMap(({ name, via, path }, index) => {
    const outbound = via !== "mailbox" && sameName(connectors?.outbound?.name, name);
    if (!outbound && !ways.slice(0, index).some((other) => sameName(other.name, name))) return [];
    const whose = outbound ? "connectors.outbound" : "another way in";
    return [{ path, message: `must be a name of its own; ${whose} has it` }];
  });
  return [...rules, ...intakes];
};

/** Rules cannot each come before the other. */
export const rulesHaveAnOrder: Rule = ({ config }) => {
  const rules = config.transportRules ?? [];
  const cycle = ruleCycle(
    rules.map((rule) => ({ name: rule?.name ?? "", before: texts(rule?.before), after: texts(rule?.after) })),
  );
  if (cycle === undefined) return [];
  const index = rules.findIndex((rule) => sameName(rule?.name, cycle[0]));
  const circle = cycle.map((name) => `'${name}'`).join(" before ");
  return [
    {
      path: ["transportRules", index],
      message: `must not run before itself: before and after ask for ${circle}`,
    },
  ];
};

const texts = (list: readonly (string | undefined)[] | undefined): string[] =>
  (list ?? []).filter((text) => text !== undefined);

/** Manual: the outbound connector is validated "by typing any external (not hosted in Office 365) email address". */
export const validationRecipientIsExternal: Rule = ({ config }) => {
  const domain = domainOf(config.connectors?.outbound?.validationRecipient);
  if (domain === undefined || (!ownDomains(config).includes(domain) && !domain.endsWith(".onmicrosoft.com")))
    return [];
  return [
    {
      path: ["connectors", "outbound", "validationRecipient"],
      message: "must be an external address, not hosted in Office 365",
    },
  ];
};
