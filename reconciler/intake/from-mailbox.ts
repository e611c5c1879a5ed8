import type { Verdict } from "./origin.ts";
import { isOwn } from "./proof.ts";
import { headerValues, parseHead, saysProcessed } from "../stamp.ts";
import type { Arrival } from "./port.ts";

/**
 * Judges what lies in the intake mailbox: only a copy that Exchange itself calls the organization's own is taken. Anybody may
 * write to the mailbox, but outsiders' mail cannot carry these headers inward.
 */
export async function fromMailbox(raw: Uint8Array, processedHeader: string): Promise<Verdict> {
  const mail = await parseHead(raw);
  if (!saysProcessed(mail, processedHeader))
    return { refuse: `the header ${processedHeader} does not say true` };
  if (!isOwn(mail)) return { refuse: "the message did not originate in the organization" };
  const [path = ""] = headerValues(mail, "Return-Path");
  const arrival: Arrival = { raw, envelopeSender: path.replaceAll(/[<>\s]/g, "").toLowerCase() };
  return { take: arrival };
}
