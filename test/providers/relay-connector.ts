import type { Parameters } from "../../providers/exchange/port.ts";
import type { Props } from "../../providers/kind.ts";
import { outboundConnector } from "../../providers/kinds/outbound-connector.ts";
import { outboundToRelay } from "../../providers/presets.ts";
import type { Target } from "../../providers/target.ts";
import type { Embedded } from "./embedded.ts";

/** The connector to the signature service, as the tests of one object make it. */
export const mark = "[sent-items-update:test]";
export const noun = "OutboundConnector";
export const name = "CodeTwo Outbound Connector";
export const props: Props = outboundToRelay(
  name,
  { smartHost: "contoso.smtp.codetwo.online", certificateName: "*.codetwo.com" },
  { enabled: true, retainHeaders: true },
);
export const target: Target = { kind: outboundConnector, side: "online", props, mark };

/** What an administrator of Exchange Online does by hand, behind the stack's back. */
export async function byHand(embedded: Embedded, cmdlet: string, parameters: Parameters): Promise<void> {
  const exchange = embedded.exchange("online");
  await exchange.invoke(cmdlet, parameters);
  embedded.renew();
  embedded.calls.length = 0;
}
