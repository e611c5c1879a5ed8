import type { Desired } from "../../../providers/desired/resource.ts";
import type { Config } from "../../config/types.ts";
import type { Path } from "../../config/problem.ts";

/** Where in the file a resource may be declared, the most telling place first; what is not written there has its defaults. */
type Places = (rest: string, resource: Pick<Desired, "inputs">, config: Config) => Path[];

const service: Path = ["signatureService"];
const account: Places = () => [["serviceAccount"]];
const grant: Places = () => [["impersonation"], ["serviceAccount"]];
const senders: Places = () => [["senders"], ["impersonation"]];

/** By the beginning of a resource's name in the stack; the longest one counts. */
const places: Readonly<Record<string, Places>> = {
  "service-account": account,
  "impersonation-check": grant,
  "impersonation-grant": grant,
  "sender-scope": senders,
  "organization-customization": () => [["serviceAccount", "application"]],
  application: () => [["serviceAccount", "application"]],
  "application-grant": () => [["impersonation"], ["serviceAccount", "application"]],
  "application-check": () => [["impersonation"], ["serviceAccount", "application"]],
  "application-scope": senders,
  "accepted-domain": () => [["connectors", "inbound", "certificateName"], service],
  "inbound-connector": () => [["connectors", "inbound"], service],
  "outbound-connector": () => [["connectors", "outbound"], service],
  "outbound-connector-validation": () => [["connectors", "outbound", "validationRecipient"], service],
  "connector-propagation": () => [["connectors", "propagationMinutes"], service],
  "receive-connector": () => [["connectors", "receive"]],
  "send-connector": () => [["connectors", "send"]],
  "group-": (scope) => [["senderScopes", scope, "managedGroup"]],
  "senders-of-": (scope) => [["senderScopes", scope]],
  "rule-": ruleOf,
  "signatures-rule-": ruleOf,
  intake: (rest, _, { intake }) => {
    const number = Number(/^-(\d+)-/.exec(rest)?.[1] ?? 1);
    return [Array.isArray(intake) ? ["intake", number - 1] : ["intake"]];
  },
  settings: () => [["daemon"]],
};

/** Paths of the places that declare a resource, or one of its parameters, the most telling first. Pure. */
export function placesOf(
  resource: Pick<Desired, "name" | "inputs">,
  config: Config,
  parameter?: string,
): Path[] {
  const key = Object.keys(places)
    .filter((each) => resource.name.startsWith(each))
    .toSorted((a, b) => b.length - a.length)[0];
  const found = key === undefined ? [] : places[key]?.(resource.name.slice(key.length), resource, config);
  const whole = found ?? [];
  return parameter === undefined
    ? whole
    : [...whole.map((path) => [...path, "parameters", parameter]), ...whole];
}

function ruleOf(_: string, { inputs }: Pick<Desired, "inputs">, { transportRules }: Config): Path[] {
  const index = transportRules.findIndex(({ name }) => name === inputs["Name"]);
  return [index < 0 ? ["transportRules"] : ["transportRules", index]];
}
