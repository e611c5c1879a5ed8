import { hasOnline, hasOnPremises, type Draft, type Rule } from "../draft.ts";
import type { Finding } from "../problem.ts";
import { rootSchema, type Schema } from "../schema.ts";
import type { Side } from "../types.ts";

/** A rule of one's own, where it stands, the side that it runs on, and the names of its parameters. */
interface Own {
  path: readonly (string | number)[];
  side: Side;
  names: string[];
}

const known: Readonly<Record<string, Schema>> = rootSchema.$defs["RuleParameters"]?.properties ?? {};

const withExceptions = (...names: string[]): string[][] => [names, names.map((name) => `ExceptIf${name}`)];

/** Parts of one condition or action: none does anything without the others. */
const inseparable = [
  ...withExceptions("ADComparisonAttribute", "ADComparisonOperator"),
  ...withExceptions("BetweenMemberOf1", "BetweenMemberOf2"),
  ...withExceptions("HeaderContainsMessageHeader", "HeaderContainsWords"),
  ...withExceptions("HeaderMatchesMessageHeader", "HeaderMatchesPatterns"),
  ...withExceptions("ManagerAddresses", "ManagerForEvaluatedUser"),
  ["SetHeaderName", "SetHeaderValue"],
];

/** What says how another parameter works, and that one. */
const dependent: Readonly<Record<string, string>> = {
  ApplyHtmlDisclaimerFallbackAction: "ApplyHtmlDisclaimerText",
  ApplyHtmlDisclaimerLocation: "ApplyHtmlDisclaimerText",
  ApplyRightsProtectionCustomizationTemplate: "ApplyRightsProtectionTemplate",
  IncidentReportContent: "GenerateIncidentReport",
};

/** What describes a rule as a whole, and does nothing with a message. */
const about = [
  "ActivationDate",
  "Comments",
  "Enabled",
  "ExpiryDate",
  "Mode",
  "RecipientAddressType",
  "RuleErrorAction",
  "SenderAddressLocation",
  "UseLegacyRegex",
  ...Object.keys(dependent),
];

/** Each side of Exchange has rules of its own. */
export const rulesHaveTheirSide: Rule = ({ config }) =>
  (config.transportRules ?? []).flatMap((rule, index) => {
    const side = rule?.preset === "custom" ? rule.side : undefined;
    if (config.environment === undefined || side === undefined) return [];
    if (side === "online" ? hasOnline(config) : hasOnPremises(config)) return [];
    const message = `must go: the environment ${config.environment} has no such side`;
    return [{ path: ["transportRules", index, "side"], message }];
  });

/** `applicable` of New-TransportRule: servers of one's own and Exchange Online do not know the same parameters. */
export const parametersExistThere: Rule = ({ config }) =>
  own(config).flatMap(({ path, side, names }) =>
    names
      .filter((name) => known[name]?.side !== undefined && known[name].side !== side)
      .map((name) => ({ path: [...path, name], key: true, message: `must go: ${elsewhere(name)}` })),
  );

/** Recipients of partners are a distinction of one's own servers. */
export const partnersAreOnPremises: Rule = ({ config }) =>
  (config.transportRules ?? []).flatMap((rule, index) => {
    if (rule?.preset !== "custom" || sideOf(config, rule.side) !== "online") return [];
    return (["SentToScope", "ExceptIfSentToScope"] as const).flatMap((name) =>
      rule.parameters?.[name]?.endsWith("Partner")
        ? [
            {
              path: ["transportRules", index, "parameters", name],
              message: "must be InOrganization or NotInOrganization: partners are known on-premises only",
            },
          ]
        : [],
    );
  });

/** What Microsoft has retired, keeps to itself, or is said by another key. */
export const parametersAreInUse: Rule = ({ config }) =>
  own(config).flatMap(({ path, names }) =>
    names
      .filter((name) => known[name]?.deprecated)
      .map((name) => ({
        path: [...path, name],
        key: true,
        message: `must go. ${known[name]?.description ?? ""}`.replace(/\.$/, ""),
      })),
  );

/** Exchange refuses half a condition, and an action's manner without the action. */
export const parametersGoTogether: Rule = ({ config }) =>
  own(config).flatMap(({ path, names }) => [
    ...inseparable.flatMap((group) => {
      const missing = group.filter((name) => !names.includes(name));
      if (missing.length === 0 || missing.length === group.length) return [];
      return [lacking(path, group.find((name) => names.includes(name)) ?? "", missing.join(" and "))];
    }),
    ...names.flatMap((name) => {
      const other = dependent[name];
      return other === undefined || names.includes(other) ? [] : [lacking(path, name, other)];
    }),
  ]);

/** A rule without an action is none. */
export const rulesAct: Rule = ({ config }) =>
  own(config)
    .filter(
      ({ names }) => names.length > 0 && names.every((name) => isPredicate(name) || about.includes(name)),
    )
    .map(({ path }) => ({
      path,
      key: true,
      message: "must hold an action, such as PrependSubject or BlindCopyTo: conditions alone do nothing",
    }));

/** A rule that expires before it begins never works. */
export const rulesBeginBeforeTheyEnd: Rule = ({ config }) =>
  (config.transportRules ?? []).flatMap((rule, index) => {
    const { ActivationDate: from, ExpiryDate: to } = (rule?.preset === "custom" && rule.parameters) || {};
    if (from === undefined || to === undefined || Date.parse(to) > Date.parse(from)) return [];
    const message = "must be later than ActivationDate";
    return [{ path: ["transportRules", index, "parameters", "ExpiryDate"], message }];
  });

function own(config: Draft): Own[] {
  return (config.transportRules ?? []).flatMap((rule, index) => {
    if (rule?.preset !== "custom" || rule.parameters === undefined) return [];
    return {
      path: ["transportRules", index, "parameters"],
      side: sideOf(config, rule.side),
      names: Object.keys(rule.parameters),
    };
  });
}

function sideOf(config: Draft, side: Side | undefined): Side {
  return side ?? (hasOnline(config) ? "online" : "onPremises");
}

function elsewhere(name: string): string {
  return known[name]?.side === "online" ? "it exists only in Exchange Online" : "it exists only on-premises";
}

/** Every condition has an exception of its name. */
function isPredicate(name: string): boolean {
  return `ExceptIf${name.replace(/^ExceptIf/, "")}` in known;
}

function lacking(path: Own["path"], name: string, other: string): Finding {
  return {
    path: [...path, name],
    key: true,
    message: `must not stand alone: it works together with ${other}`,
  };
}
