import type { Config } from "../../stacks/config/types.ts";
import { intakeRule, outboundToIntake } from "../presets.ts";
import { item, type Desired } from "./resource.ts";

/** The connector to the listener, where there is one, and the rule that copies to it. */
export function intakeItems(
  { intake }: Config,
  processedHeader: string,
  after: readonly Desired[],
): Desired[] {
  if (intake?.via !== "connector" && intake?.via !== "mailbox") return [];
  const { name, address, adopt } = intake;
  const connector =
    intake.via === "connector"
      ? item(
          "intake-connector",
          "OutboundConnector",
          "online",
          outboundToIntake(name, intake.smartHost, address.slice(address.indexOf("@") + 1)),
          after,
          { adopt },
        )
      : undefined;
  const rule = item(
    "intake-rule",
    "TransportRule",
    "online",
    intakeRule(name, address, processedHeader),
    [...after, connector],
    { adopt },
  );
  return [...(connector ? [connector] : []), rule];
}
