import type { Row } from "../../exchange/port.ts";
import { exact, loose } from "../../forms.ts";
import { cheaper } from "../../kinds/send-connector.ts";
import { isDynamic } from "../../people.ts";
import { catchingAll, routing, stopping, strangers, works } from "../../rule-advice.ts";
import { groupsIn, type Facts } from "../facts.ts";
import type { Lint } from "../lint.ts";

const usual = "CodeTwo Outbound Connector";

/** Connectors and rules, ours and those around them. */
export const mailFlow = {
  SIU040: {
    severity: "error",
    title: "The loop exception is missing",
    find: (facts) =>
      throughOurs(facts)
        .filter((row) => !excepts(row, processedHeader(facts)))
        .map(
          (row) =>
            `TransportRule '${name(row)}' sends stamped mail to the signature service once more, and so on until Exchange ends the loop (ATTR1): it lacks the exception for the header ${processedHeader(facts)}. Run npx siu up, or by hand: Set-TransportRule -Identity '${name(row)}' -ExceptIfHeaderMatchesMessageHeader ${processedHeader(facts)} -ExceptIfHeaderMatchesPatterns 'true'`,
        ),
  },
  SIU041: {
    severity: "error",
    title: "A rule sends mail to a connector that does not work",
    find: (facts) =>
      throughOurs(facts).flatMap((row) => {
        const to = connectorOf(row, facts);
        if (to && loose(to["Enabled"]) === "true") return [];
        const what = to ? "is switched off" : "does not exist";
        return [
          `TransportRule '${name(row)}' is on, and the connector '${String(row["RouteMessageOutboundConnector"])}' ${what}: mail in its scope bounces. At once: Disable-TransportRule -Identity '${name(row)}'. Then run npx siu up.`,
        ];
      }),
  },
  SIU042: {
    severity: "warning",
    title: "A rule sends mail to a connector that was not validated",
    find: (facts) =>
      throughOurs(facts).flatMap((row) => {
        const to = connectorOf(row, facts);
        if (!to || loose(to["Enabled"]) !== "true" || loose(to["IsValidated"]) === "true") return [];
        return [
          `TransportRule '${name(row)}' is on, and nobody tested the connector '${String(to["Name"])}'. Name connectors.outbound.validationRecipient, so that npx siu up tests it.`,
        ];
      }),
  },
  SIU043: {
    severity: "warning",
    title: "An earlier rule stops rule processing",
    find: (facts) => rules(facts).flatMap(({ props, rows }) => stopping(props, rows)),
  },
  SIU044: {
    severity: "warning",
    title: "Another smart host is in use",
    find: (facts) => [
      ...rules(facts).flatMap(({ props, rows }) => routing(props, rows)),
      ...ofKind(facts, "OutboundConnector").flatMap((props) =>
        catchingAll(props, once(facts.sides.online?.outbound ?? [])),
      ),
      ...ofKind(facts, "SendConnector").flatMap((props) =>
        cheaper(props, facts.sides.onPremises?.sendConnectors ?? []),
      ),
    ],
  },
  SIU045: {
    severity: "warning",
    title: "A rule of somebody else uses the connector",
    find: (facts) =>
      ofKind(facts, "OutboundConnector").flatMap((props) =>
        strangers(props, facts.sides.online?.rules ?? []),
      ),
  },
  SIU046: {
    severity: "note",
    title: "A dynamic group in a condition",
    find: ({ recipients, config }) =>
      [
        ...Object.values(config.senderScopes).flatMap(({ group }) => group ?? []),
        ...config.transportRules.flatMap((rule) =>
          rule.preset === "custom" ? groupsIn(rule.parameters) : [],
        ),
      ]
        .filter((address) => isDynamic(recipients.get(address) ?? {}))
        .map(
          (address) =>
            `Transport rules take no dynamic groups, so the people of '${address}' stand in the rule in its place. Who joins counts after the next npx siu up: run it regularly, or use a distribution group.`,
        ),
  },
  SIU047: {
    severity: "note",
    title: "The exception for an empty sender catches nothing",
    find: (facts) =>
      throughOurs(facts)
        .filter((row) => [exact(row["ExceptIfFromAddressMatchesPatterns"])].flat().includes("<>"))
        .map(
          (row) =>
            `TransportRule '${name(row)}' has the manual's exception for the sender '<>', and Microsoft says that this pattern does not find an empty sender. It does no harm; delivery reports do not need it, because they do not come from inside of the organization.`,
        ),
  },
} satisfies Record<string, Lint>;

/** Rules of any owner that are on, and send mail to the outbound connector of this stack. */
function throughOurs({ config, sides }: Facts): readonly Row[] {
  const ours = loose(config.connectors.outbound.name ?? usual);
  return (sides.online?.rules ?? []).filter(
    (row) => works(row) && loose(row["RouteMessageOutboundConnector"]) === ours,
  );
}

function connectorOf(rule: Row, { sides }: Facts): Row | undefined {
  return sides.online?.outbound.find(
    (row) => loose(row["Name"]) === loose(rule["RouteMessageOutboundConnector"]),
  );
}

function excepts(row: Row, header: string): boolean {
  const patterns = [exact(row["ExceptIfHeaderMatchesPatterns"]) ?? []].flat();
  return (
    loose(row["ExceptIfHeaderMatchesMessageHeader"]) === header.toLowerCase() &&
    patterns.some((pattern) => new RegExp(pattern, "i").test("true"))
  );
}

function processedHeader({ config: { signatureService } }: Facts): string {
  return signatureService?.preset === "custom" ? signatureService.processedHeader : "X-CodeTwoProcessed";
}

/** The rules of this stack, each with everything that its side has. */
function rules({ resources, sides }: Facts) {
  return resources
    .filter(({ kind }) => kind === "TransportRule")
    .map(({ props, side }) => ({ props, rows: sides[side]?.rules ?? [] }));
}

function ofKind({ resources }: Facts, kind: string) {
  return resources.filter((each) => each.kind === kind).map(({ props }) => props);
}

/** Some connectors come in two readings. */
function once(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [String(row["Guid"] ?? row["Name"]), row])).values()];
}

function name(row: Row): string {
  return String(row["Name"]);
}
