import type { Row } from "../exchange/port.ts";
import { loose } from "../forms.ts";
import type { ConditionKind } from "../kind.ts";
import { moment } from "../rule-parameters.ts";
import { hiddenConnectors } from "./outbound-connector.ts";

/**
 * Waits until the connectors' last change is as old as Microsoft says that a change may take, where nobody can test them. A run that
 * is repeated waits for the rest only.
 */
export const connectorPropagation: ConditionKind = {
  is: "condition",
  sides: ["online"],
  observe: async () => ({}),
  unmet: () => [],
  bring: async ({ Inbound, Outbound, Minutes }, world, side) => {
    const session = world.on(side);
    session.forget("InboundConnector");
    session.forget("OutboundConnector");
    const out = await Promise.all(
      [undefined, ...hiddenConnectors].map((query) => session.rows("OutboundConnector", query)),
    );
    const changes = [
      ...changesOf(await session.rows("InboundConnector"), Inbound),
      ...changesOf(out.flat(), Outbound),
    ];
    const until = Math.max(...changes, 0) + Number(Minutes) * 60_000;
    if (until <= world.now()) return;
    world.say(
      `Waiting until ${new Date(until).toISOString()}: a changed connector takes that long to work everywhere, and mail that a rule sends to it earlier bounces (connectors.propagationMinutes; connectors.outbound.validationRecipient makes a test of it).`,
    );
    await world.wait(until - world.now());
  },
};

/** When connectors of a name were changed last, in milliseconds since 1970. */
function changesOf(rows: readonly Row[], name: unknown): number[] {
  return rows
    .filter((row) => loose(row["Name"]) === loose(name))
    .map((row) => Date.parse(String(moment(row["WhenChangedUTC"]))))
    .filter((time) => !Number.isNaN(time));
}
