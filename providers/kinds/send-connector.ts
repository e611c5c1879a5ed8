import type { Row } from "../exchange/port.ts";
import { costedSpaces, hosts, loose } from "../forms.ts";
import { objectKind, type Props } from "../kind.ts";

/** A connector through which mail leaves servers of one's own: to a signature relay, or to the daemon's listener. */
export const sendConnector = objectKind({
  noun: "SendConnector",
  sides: ["onPremises"],
  mark: "Comment",
  forms: { AddressSpaces: costedSpaces, SmartHosts: hosts },
  defaults: { IgnoreSTARTTLS: false, IsScopedConnector: false },
  advise: async (props, session) => cheaper(props, await session.rows("SendConnector")),
});

/** Other send connectors that take mail away from one of ours. Pure. */
export function cheaper(props: Props, connectors: readonly Row[]): string[] {
  return connectors
    .filter((row) => loose(row["Name"]) !== loose(props["Name"]) && loose(row["Enabled"]) === "true")
    .flatMap((row) => {
      const shared = spaces(row["AddressSpaces"]).find((space) =>
        spaces(props["AddressSpaces"]).some((own) => own.domain === space.domain && own.cost >= space.cost),
      );
      return shared === undefined
        ? []
        : `SendConnector '${String(row["Name"])}' takes mail to '${shared.domain}' at the cost ${shared.cost}, so not all of it goes through '${String(props["Name"])}'. Raise its cost, or lower connectors.send.cost.`;
    });
}

function spaces(value: unknown): { domain: string; cost: number }[] {
  return [costedSpaces(value) ?? []].flat().map((space) => {
    const [domain = "", cost] = space.split(";");
    return { domain, cost: Number(cost) };
  });
}
