import { deliver } from "../smtp/deliver.ts";
import { anna, type EwsTest } from "./client.ts";

/** Hands a message to Anna's mailbox as transport does. @throws Error when it was not delivered */
export async function deliverTo({ organization, recipient }: EwsTest, mime: Buffer): Promise<void> {
  const mail = { from: "x@example.org", to: [anna], mime, stage: "route", attempt: 0 } as const;
  const outcome = await deliver(
    organization,
    { side: "onPremises", ...mail, to: [anna] },
    recipient(anna),
    anna,
  );
  if (!outcome.delivered) throw new Error(outcome.answer);
}
