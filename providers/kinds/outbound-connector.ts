import type { Row } from "../exchange/port.ts";
import type { Session } from "../exchange/session.ts";
import { addressSpaces, connectorSource, loose } from "../forms.ts";
import { objectKind } from "../kind.ts";
import { connectorAdvice } from "../rule-advice.ts";

/** Microsoft's page says that Get- leaves out both unless asked; the service shows the second ones. */
export const hiddenConnectors = [{ IncludeTestModeConnectors: true }, { IsTransportRuleScoped: true }];

const queries = [undefined, ...hiddenConnectors];

/** Every outbound connector, those that Get- may leave out too; one may come twice. @throws Fault */
export async function allOutbound(session: Session): Promise<Row[]> {
  return (await Promise.all(queries.map((query) => session.rows("OutboundConnector", query)))).flat();
}

/** The outbound connector of a name; what Get- leaves out is asked for only where it does not show it. @throws Fault */
export async function outboundOf(name: unknown, session: Session): Promise<Row | undefined> {
  for (const query of queries) {
    const rows = await session.rows("OutboundConnector", query);
    const found = rows.find((row) => loose(row["Name"]) === loose(name));
    if (found) return found;
  }
  return undefined;
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
