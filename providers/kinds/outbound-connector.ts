import type { Row } from "../exchange/port.ts";
import type { Session } from "../exchange/session.ts";
import { addressSpaces, connectorSource } from "../forms.ts";
import { objectKind } from "../kind.ts";
import { connectorAdvice } from "../rule-advice.ts";

/** Microsoft's page says that Get- leaves out both unless asked; the service shows the second ones. */
export const hiddenConnectors = [{ IncludeTestModeConnectors: true }, { IsTransportRuleScoped: true }];

/** Every outbound connector, those that Get- may leave out too; one may come twice. @throws Fault */
export async function allOutbound(session: Session): Promise<Row[]> {
  const queries = [undefined, ...hiddenConnectors];
  return (await Promise.all(queries.map((query) => session.rows("OutboundConnector", query)))).flat();
}

/**
 * A connector through which mail leaves Exchange Online: to the signature service, or to the daemon's listener.
 * IsValidated and LastValidationTimestamp belong to the server: outbound-connector-validation.ts sets them once.
 */
export const outboundConnector = objectKind({
  noun: "OutboundConnector",
  sides: ["online"],
  mark: "Comment",
  hidden: hiddenConnectors,
  forms: { RecipientDomains: addressSpaces, ConnectorSource: connectorSource },
  defaults: {
    Enabled: true,
    RecipientDomains: null,
    IsTransportRuleScoped: false,
    RouteAllMessagesViaOnPremises: false,
    AllAcceptedDomains: false,
    SenderRewritingEnabled: false,
    TestMode: false,
  },
  advise: async (props, session) =>
    connectorAdvice(props, await session.rows("TransportRule"), await session.rows("OutboundConnector")),
  // Rules go first, but every server takes a while to hear of it, and mail that finds no connector bounces.
  leave: async ({ Name, IsTransportRuleScoped }, { drainMinutes, say, wait }) => {
    if (IsTransportRuleScoped !== true || drainMinutes === 0) return;
    say(
      `Waiting ${drainMinutes} minutes before '${String(Name)}' is removed: mail is still on its way to it (connectors.drainMinutes).`,
    );
    await wait(drainMinutes * 60_000);
  },
});
