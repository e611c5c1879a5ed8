import type { Row } from "./exchange/port.ts";
import { loose, state } from "./forms.ts";
import type { Props } from "./kind.ts";

/** What carries the mark of any stack. */
const ours = /\[sent-items-update:[^\]]+\]/;

/**
 * What the organization's other rules do to the mail of one of ours: dangers that no deployment removes, each with what to do. A rule
 * that does not exist yet will run last. Pure.
 */
export function ruleAdvice(props: Props, rules: readonly Row[]): string[] {
  return [...stopping(props, rules), ...routing(props, rules)];
}

/** Rules that run before one of ours and keep mail from it. Pure. */
export function stopping(props: Props, rules: readonly Row[]): string[] {
  const { name, place, others } = among(props, rules);
  return others
    .filter((row) => isTrue(row["StopRuleProcessing"]) && Number(row["Priority"]) < place)
    .map(
      (row) =>
        `TransportRule '${name}' may never see its mail: '${String(row["Name"])}' runs before it and stops rule processing. Put it into before of '${name}', or narrow its conditions.`,
    );
}

/** Rules that send the mail of one of ours through another connector. Pure. */
export function routing(props: Props, rules: readonly Row[]): string[] {
  const { name, others } = among(props, rules);
  const connector = loose(props["RouteMessageOutboundConnector"]);
  return others
    .filter((row) => {
      const other = loose(row["RouteMessageOutboundConnector"]);
      return connector !== null && other !== null && other !== connector;
    })
    .map(
      (row) =>
        `TransportRules '${name}' and '${String(row["Name"])}' send mail through different connectors (${String(props["RouteMessageOutboundConnector"])}, ${String(row["RouteMessageOutboundConnector"])}): a message takes one of the two ways. Let another smart host take mail that comes back from the signature service.`,
    );
}

/** Rules that somebody else made and that use a connector of ours, and connectors that take all mail. Pure. */
export function connectorAdvice(props: Props, rules: readonly Row[], connectors: readonly Row[]): string[] {
  return [...strangers(props, rules), ...catchingAll(props, connectors)];
}

/** Rules that somebody else made and that use a connector of ours. Pure. */
export function strangers(props: Props, rules: readonly Row[]): string[] {
  const name = String(props["Name"]);
  if (!isTrue(props["IsTransportRuleScoped"])) return [];
  return rules
    .filter(
      (row) =>
        works(row) &&
        loose(row["RouteMessageOutboundConnector"]) === loose(name) &&
        !ours.test(String(row["Comments"])),
    )
    .map(
      (row) =>
        `TransportRule '${String(row["Name"])}' sends mail through OutboundConnector '${name}', and was not created from a stack: its senders cost licences, and it has to go before the connector can.`,
    );
}

/** Other connectors that take all mail to the outside. Pure. */
export function catchingAll(props: Props, connectors: readonly Row[]): string[] {
  if (!isTrue(props["IsTransportRuleScoped"])) return [];
  return connectors
    .filter(
      (row) =>
        loose(row["Name"]) !== loose(props["Name"]) &&
        isTrue(row["Enabled"]) &&
        !isTrue(row["IsTransportRuleScoped"]) &&
        [row["RecipientDomains"]].flat().some((domain) => /^(smtp:)?\*(;\d+)?$/i.test(String(domain))),
    )
    .map(
      (row) =>
        `OutboundConnector '${String(row["Name"])}' takes all mail to the outside to a smart host of its own. Stamped mail leaves through it too: it must not refuse or stamp it again.`,
    );
}

/** A rule of ours among the others that may apply to its mail. */
function among(props: Props, rules: readonly Row[]): { name: string; place: number; others: Row[] } {
  const name = String(props["Name"]);
  const own = rules.find((row) => loose(row["Name"]) === loose(name));
  return {
    name,
    place: Number(own?.["Priority"] ?? rules.length),
    others: rules.filter((row) => row !== own && works(row) && meets(row, props)),
  };
}

/** Whether a rule is on, and does what it says instead of only testing. Pure. */
export function works(row: Row): boolean {
  return state(row["State"]) !== "false" && (loose(row["Mode"]) ?? "enforce") === "enforce";
}

/** Whether both may apply to one message: not, when one is for mail from or to inside and the other for mail from or to outside. */
function meets(row: Row, props: Props): boolean {
  return (["FromScope", "SentToScope"] as const).every((scope) => {
    const [one, other] = [loose(row[scope]), loose(props[scope])];
    return one === null || other === null || (one === "inorganization") === (other === "inorganization");
  });
}

function isTrue(value: unknown): boolean {
  return loose(value) === "true";
}
