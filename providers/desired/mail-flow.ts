import type { Config, SenderScope, TransportRule } from "../../stacks/config/types.ts";
import type { Props } from "../kind.ts";
import { inboundFromRelay, outboundToRelay, relayOf, signaturesRule, type Relay } from "../presets.ts";
import { inOrder } from "../rule-order.ts";
import { intakeItems } from "./intake.ts";
import { item, type Desired } from "./resource.ts";

/** Connectors to the signature service, the intake, and last the rules that use them; online only. */
export function mailFlow(config: Config): Desired[] {
  const { connectors, intake, senderScopes, signatureService } = config;
  if (!signatureService || config.environment === "onPremises") return [];
  const relay = relayOf(signatureService, connectors);
  const managed = connectors.manage === "full";
  const { inbound, outbound } = connectors;

  const domain = item("accepted-domain", "AcceptedDomain", "online", {
    DomainName: relay.clientCertificateName,
  });
  const into = item(
    "inbound-connector",
    "InboundConnector",
    "online",
    inboundFromRelay(inbound.name, relay.clientCertificateName, {
      enabled: inbound.enabled,
      retainHeaders: inbound.retainInternalHeaders,
    }),
    [domain],
    { adopt: inbound.adopt, verify: !managed },
  );
  const target = { smartHost: relay.smartHost, certificateName: relay.serverCertificateName };
  const out = item(
    "outbound-connector",
    "OutboundConnector",
    "online",
    outboundToRelay(outbound.name, target, {
      enabled: outbound.enabled,
      retainHeaders: outbound.retainInternalHeaders,
    }),
    [into],
    { adopt: outbound.adopt, verify: !managed },
  );
  const validation =
    managed && outbound.enabled && outbound.validationRecipient !== undefined
      ? item(
          "outbound-connector-validation",
          "OutboundConnectorValidation",
          "online",
          // The relay's names are here so that a change of them asks for another test.
          { Connector: outbound.name, Recipients: [outbound.validationRecipient], ...target },
          [out],
        )
      : undefined;
  const flow = connectors.manage === "none" ? [] : [domain, into, out];
  const copies = intakeItems(intake, relay.processedHeader, flow);
  const ready = [...flow, ...copies, validation];
  const rules = inOrder(config.transportRules);
  const signed = rules.map((rule, index) => {
    const above = rules.slice(Math.max(0, index - 1), index);
    const inputs = {
      ...ruleInputs(rule, { connector: outbound.name, relay, senderScopes }),
      ...(rule.before.length > 0 && { Before: rule.before }),
      ...(above.length + rule.after.length > 0 && {
        After: [...above.map(({ name }) => name), ...rule.after],
      }),
    };
    return item(ruleName(rule, rules), "TransportRule", "online", inputs, ready, { adopt: rule.adopt });
  });
  // Each is made after the one that runs before it.
  signed.forEach((rule, index) =>
    rule.dependsOn.push(...signed.slice(Math.max(0, index - 1), index).map(({ name }) => name)),
  );
  return [...flow, ...copies, ...(validation ? [validation] : []), ...signed];
}

/** The first rule of a scope is called after it, any other one after itself too. */
function ruleName(rule: TransportRule, rules: readonly TransportRule[]): string {
  if (rule.preset === "custom") return `rule-${rule.name}`;
  const first = rules.find((each) => each.preset === "signatures" && each.scope === rule.scope);
  return `signatures-rule-${rule.scope}${first === rule ? "" : `-${rule.name}`}`;
}

function ruleInputs(
  rule: TransportRule,
  {
    connector,
    relay,
    senderScopes,
  }: { connector: string; relay: Relay; senderScopes: Record<string, SenderScope> },
): Props {
  if (rule.preset === "custom") return { Enabled: true, ...rule.parameters, Name: rule.name };
  const { people, group } = senderScopes[rule.scope] ?? {};
  return signaturesRule(rule.name, connector, {
    scope: { ...(people && { From: people }), ...(group !== undefined && { FromMemberOf: [group] }) },
    internalMail: rule.internalMail,
    processedHeader: relay.processedHeader,
  });
}
