import type { Row } from "../exchange/port.ts";
import { loose, type Normal } from "../forms.ts";
import { normal, type Props } from "../kind.ts";
import { distributionGroup } from "../kinds/distribution-group.ts";
import { transportRule } from "../kinds/transport-rule.ts";
import { markOf, originOf } from "../mark.ts";
import { addressOf, membersOf } from "../people.ts";
import { signaturesRule } from "../presets.ts";
import { flags, implied, size, sizes } from "../rule-parameters.ts";
import { adoption, textsOf, unless, unlike, type Section, type Source } from "./found.ts";

/** The manual's name of the signatures rule, which the configuration takes for granted. */
const usualName = "CodeTwo Exchange transport rule";

/** What the rules of one side say in the file. */
export interface Rules {
  transportRules: Section[];
  senderScopes: Record<string, Section>;
}

/** Rules in the order in which they run; those that `known` names belong to a way in. `connector` leads to the signature service. @throws Fault */
export async function rulesOf(
  source: Source,
  known: ReadonlySet<string>,
  relay: { connector?: string; processedHeader: string },
): Promise<Rules> {
  const { session, stack } = source;
  const rows = (await session.rows("TransportRule"))
    .filter((row) => !known.has(String(row["Name"])))
    .toSorted((a, b) => Number(a["Priority"]) - Number(b["Priority"]));
  const found: Rules = { transportRules: [], senderScopes: {} };
  for (const row of rows) {
    const name = String(row["Name"]);
    const signs = isSignatures(row, relay, stack);
    if (!signs) {
      found.transportRules.push({
        preset: "custom",
        name,
        parameters: parametersOf(row),
        ...adoption(transportRule, row, stack),
      });
      continue;
    }
    const scope = await scopeOf(row, source);
    found.transportRules.push({
      preset: "signatures",
      ...unless({ name: usualName }, { name }),
      scope: put(scope, found.senderScopes),
      ...(loose(row["SentToScope"]) !== null && { internalMail: false }),
      ...adoption(transportRule, row, stack),
    });
  }
  return found;
}

/** Whether a deployment would make exactly this rule for the scope that it shows. */
function isSignatures(
  row: Row,
  { connector, processedHeader }: { connector?: string; processedHeader: string },
  stack: string,
): boolean {
  if (connector === undefined) return false;
  const conditions = ["From", "FromMemberOf", "SenderDomainIs"].filter(
    (name) => textsOf(row[name]).length > 0,
  );
  if (conditions.length > 1) return false;
  const scope: Props = Object.fromEntries(conditions.map((name) => [name, textsOf(row[name])]));
  const internalMail = loose(row["SentToScope"]) !== "notinorganization";
  const props = signaturesRule(String(row["Name"]), connector, { scope, internalMail, processedHeader });
  // One group is all that a scope names.
  return textsOf(scope["FromMemberOf"]).length <= 1 && unlike(transportRule, props, row, stack).length === 0;
}

/** Whom a signatures rule catches. The people of a dynamic group stand in the rule as people, and come as such. */
async function scopeOf(row: Row, { session, stack }: Source): Promise<Section> {
  const people = textsOf(row["From"]);
  if (people.length > 0) return { people };
  const domains = textsOf(row["SenderDomainIs"]);
  if (domains.length > 0) return { domains };
  const [address] = textsOf(row["FromMemberOf"]);
  if (address === undefined) return { everyone: true };
  const groups = await session.rows("DistributionGroup", { ResultSize: "Unlimited" });
  const group = groups.find((each) => loose(each["PrimarySmtpAddress"]) === loose(address));
  if (!group || originOf(group[distributionGroup.mark ?? ""], markOf(stack)) !== "created")
    return { group: address };
  const members = (await membersOf(group, session)).map(addressOf);
  const usual = { name: address.slice(0, address.indexOf("@")), hidden: true };
  const hidden = loose(group["HiddenFromAddressListsEnabled"]) === "true";
  return { managedGroup: { address, ...unless(usual, { name: String(group["Name"]), hidden }), members } };
}

/** The name of a scope; of the same one where two rules share it. */
function put(scope: Section, into: Record<string, Section>): string {
  const text = JSON.stringify(scope);
  const known = Object.entries(into).find(([, each]) => JSON.stringify(each) === text);
  if (known) return known[0];
  const { group, managedGroup, everyone } = scope as {
    group?: string;
    managedGroup?: { address: string };
  } & Section;
  const address = managedGroup?.address ?? group;
  const called =
    Object.keys(into).length === 0
      ? "signatures"
      : (address?.slice(0, address.indexOf("@")) ?? (everyone ? "everyone" : "people"));
  let name = called;
  for (let number = 2; name in into; number += 1) name = `${called}-${number}`;
  into[name] = scope;
  return name;
}

/** The parameters of `New-TransportRule` that make this rule: whatever is not as without them. Pure. */
export function parametersOf(row: Row): Section {
  const asked = Object.entries(transportRule.defaults)
    .map(([name, usual]): [string, unknown] => {
      const value = row[transportRule.properties[name] ?? name];
      const now = normal(transportRule, name, value);
      return [name, isSame(now, normal(transportRule, name, usual)) ? undefined : written(name, value, now)];
    })
    .filter(([, value]) => value !== undefined);
  const parameters: Section = Object.fromEntries(asked);
  for (const name of Object.keys(parameters)) {
    if (!(name in parameters)) continue;
    for (const [other, value] of Object.entries(implied[name] ?? {}))
      if (isSame(normal(transportRule, other, parameters[other]), normal(transportRule, other, value)))
        delete parameters[other];
  }
  return { ...parameters, ...(loose(row["UseLegacyRegex"]) === "true" && { UseLegacyRegex: true }) };
}

/** A value as the configuration takes it. */
function written(name: string, value: unknown, now: Normal): unknown {
  if (flags.includes(name) || name === "Enabled" || name === "StopRuleProcessing") return now === "true";
  if (sizes.includes(name)) return Number(size(value));
  if (name === "ActivationDate" || name === "ExpiryDate")
    return String(now).replace(/\.\d+/, "").toUpperCase();
  if (/^(ExceptIf)?SCLOver$|^SetSCL$/.test(name)) return Number(value);
  return value;
}

function isSame(one: Normal, other: Normal): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
