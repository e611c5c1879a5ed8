import type { Session } from "../exchange/session.ts";
import { loose } from "../forms.ts";
import type { ConditionKind, Props } from "../kind.ts";
import { moment } from "../rule-parameters.ts";
import { outboundOf } from "./outbound-connector.ts";

/**
 * Waits until the connectors' last change is as old as Microsoft says that a change may take, where nobody can test them. A run that
 * is repeated waits for the rest only.
 */
export const connectorPropagation: ConditionKind = {
  is: "condition",
  sides: ["online"],
  observe: async () => ({}),
  unmet: () => [],
  bring: async (props, world, side) => {
    const session = world.on(side);
    session.forget("InboundConnector");
    session.forget("OutboundConnector");
    const until = await propagatedAt(props, session);
    if (until <= world.now()) return;
    world.say(
      `Waiting until ${new Date(until).toISOString()}: a changed connector takes that long to work everywhere, and mail that a rule sends to it earlier bounces (connectors.propagationMinutes; connectors.outbound.validationRecipient makes a test of it).`,
    );
    await world.wait(until - world.now());
  },
};

/** When the connectors' last change is as old as it has to be, in milliseconds since 1970. @throws Fault */
export async function propagatedAt({ Inbound, Outbound, Minutes }: Props, session: Session): Promise<number> {
  const inbound = await session.rows("InboundConnector");
  const ours = [
    ...inbound.filter((row) => loose(row["Name"]) === loose(Inbound)),
    await outboundOf(Outbound, session),
  ];
  const changes = ours.map((row) => Date.parse(String(moment(row?.["WhenChangedUTC"]))));
  return Math.max(...changes.filter((time) => !Number.isNaN(time)), 0) + Number(Minutes) * 60_000;
}
