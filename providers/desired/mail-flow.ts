import type { Config } from "../../stacks/config/types.ts";
import {
  inboundFromRelay,
  outboundToRelay,
  receiveFromRelay,
  relayOf,
  sendToRelay,
  type Relay,
} from "../presets.ts";
import { intakeCopies, intakeWay } from "./intake.ts";
import { item, type Desired } from "./resource.ts";
import { ruleItems } from "./rules.ts";
import { countItems } from "./sender-scopes.ts";

/** What CodeTwo's products add to stamped mail where the file names no other service. */
const usualHeader = "X-CodeTwoProcessed";

/** Connectors to the signature service, the intake, and last the rules: nothing sends mail on a way that is not there yet. */
export function mailFlow(config: Config, stack: string, groups: readonly Desired[]): Desired[] {
  const relay = config.signatureService && relayOf(config.signatureService, config.connectors);
  const way = intakeWay(config, stack);
  const connectors =
    relay === undefined || config.connectors.manage === "none"
      ? []
      : config.environment === "onPremises"
        ? ownConnectors(config, relay, way)
        : onlineConnectors(config, relay, way);
  const processedHeader = relay?.processedHeader ?? usualHeader;
  const copies = intakeCopies(config, stack, processedHeader, [...way, ...connectors]);
  const tested = relay && config.environment !== "onPremises" ? readiness(config, relay, connectors) : [];
  const ready = [...way, ...connectors, ...copies, ...tested, ...countItems(config, groups)];
  return [...ready, ...ruleItems(config, processedHeader, [...groups, ...ready])];
}

/** The outbound connector goes first, and waits for mail on its way: so copies have time to arrive before `way` goes. */
function onlineConnectors({ connectors }: Config, relay: Relay, way: readonly Desired[]): Desired[] {
  const { inbound, outbound } = connectors;
  const verify = connectors.manage === "verify";
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
    { adopt: inbound.adopt, verify },
  );
  const out = item(
    "outbound-connector",
    "OutboundConnector",
    "online",
    outboundToRelay(
      outbound.name,
      { smartHost: relay.smartHost, certificateName: relay.serverCertificateName },
      { enabled: outbound.enabled, retainHeaders: outbound.retainInternalHeaders },
    ),
    [into, ...way],
    { adopt: outbound.adopt, verify },
  );
  return [domain, into, out];
}

/** The way to a relay of one's own and back; there is a way back before anything is sent. */
function ownConnectors({ connectors }: Config, relay: Relay, way: readonly Desired[]): Desired[] {
  const { send, receive, manage } = connectors;
  const verify = manage === "verify";
  const back =
    receive &&
    item("receive-connector", "ReceiveConnector", "onPremises", receiveFromRelay(receive, relay), [], {
      adopt: receive.adopt,
      verify,
    });
  const out =
    send &&
    item("send-connector", "SendConnector", "onPremises", sendToRelay(send, relay), [back, ...way], {
      adopt: send.adopt,
      verify,
    });
  return [back, out].filter((each) => each !== undefined);
}

/** What shows that connectors of ours work before a rule sends mail to them: a test with real mail, or else time. */
function readiness({ connectors, transportRules }: Config, relay: Relay, after: Desired[]): Desired[] {
  const { manage, inbound, outbound, propagationMinutes } = connectors;
  if (manage !== "full" || !outbound.enabled) return [];
  if (outbound.validationRecipient !== undefined) {
    const inputs = {
      Connector: outbound.name,
      Recipients: [outbound.validationRecipient],
      // The relay's names are here so that a change of them asks for another test.
      smartHost: relay.smartHost,
      certificateName: relay.serverCertificateName,
    };
    return [item("outbound-connector-validation", "OutboundConnectorValidation", "online", inputs, after)];
  }
  if (transportRules.length === 0) return [];
  const inputs = {
    Inbound: inbound.name,
    Outbound: outbound.name,
    Minutes: propagationMinutes,
    smartHost: relay.smartHost,
    certificateName: relay.serverCertificateName,
  };
  return [item("connector-propagation", "ConnectorPropagation", "online", inputs, after)];
}
