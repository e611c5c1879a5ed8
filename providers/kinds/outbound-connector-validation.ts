import { lookUntil } from "../catch-up.ts";
import { Fault } from "../exchange/errors.ts";
import type { Row } from "../exchange/port.ts";
import { loose } from "../forms.ts";
import type { ConditionKind } from "../kind.ts";
import { outboundOf } from "./outbound-connector.ts";

/** Milliseconds: the first pause between two tests, the longest one. A new connector takes minutes to over an hour to work. */
const pauses = { first: 1_000, longest: 60_000 };

/**
 * Waits until an outbound connector works, by tests with real mail, and then marks it validated. Run again when what it
 * depends on changes; whether it still counts as validated is the server's affair.
 */
export const outboundConnectorValidation: ConditionKind = {
  is: "condition",
  sides: ["online"],
  observe: async ({ Connector }, world, side) => ({
    Present: String((await outboundOf(Connector, world.on(side))) !== undefined),
  }),
  unmet: ({ Connector }, { Present }) =>
    Present === "true" ? [] : [`There is no outbound connector '${String(Connector)}' to validate.`],
  bring: async ({ Connector, Recipients, Minutes }, world, side) => {
    const session = world.on(side);
    const Identity = String(Connector);
    const minutes = Number(Minutes ?? 90);
    world.say(`Testing ${Identity} with a message, until it works: ${minutes} minutes at most.`);
    let failure: Row | undefined;
    const test = async (): Promise<boolean> => {
      const parameters = { Identity, Recipients: Recipients ?? null };
      const results = await session.run("Validate-OutboundConnector", parameters);
      failure = results.find((row) => !succeeded(row));
      return results.length > 0 && !failure;
    };
    const before = (pause: number): void => {
      if (pause === pauses.longest) world.say(`${Identity} does not work yet: ${answerOf(failure)}`);
    };
    const works = await lookUntil(world, test, { ...pauses, total: minutes * 60_000, before });
    if (!works) throw notValidated(Identity, failure);
    // Nobody compares what this sets, so it need not be read back.
    await session.write("Set-OutboundConnector", {
      Identity,
      IsValidated: true,
      LastValidationTimestamp: new Date(world.now()).toISOString(),
    });
  },
};

function succeeded(row: Row): boolean {
  return loose(row["IsTaskSuccessful"]) === "true";
}

/** What Exchange said about the failed test, without the recipient, and what it means. */
function notValidated(connector: string, row: Row | undefined): Fault {
  const said = answerOf(row);
  const known = /4\.5\.4|version mismatch/i.test(said)
    ? 'The answer "401 4.5.4 ... version mismatch" is a mistake of Microsoft\'s test, not of the connector: send a message through it by hand, and leave out connectors.outbound.validationRecipient.'
    : "A new connector can take over an hour to work: run again. If it stays so, check that the smart host is reachable on port 25 and shows the certificate name that the connector demands.";
  return new Fault(
    "NOT_VALIDATED",
    `OutboundConnector '${connector}' did not pass its test: ${said}. ${known}`,
  );
}

function answerOf(row: Row | undefined): string {
  return JSON.stringify(row?.["Details"] ?? row?.["Message"] ?? row?.["TaskName"] ?? "no answer");
}
