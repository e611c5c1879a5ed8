import { Fault } from "./errors.ts";
import type { Row } from "./port.ts";
import type { Session } from "./session.ts";

/** The one recipient (mailbox, mail user, group) with an address. @throws Fault NOT_FOUND saying which side has none */
export async function recipient(session: Session, address: string): Promise<Row> {
  const found = await session.recipient(address);
  if (found) return found;
  const place = session.side === "online" ? "Exchange Online" : "the on-premises organization";
  throw new Fault(
    "NOT_FOUND",
    `Nobody and no group in ${place} has the address '${address}'. Correct it in the stack's file, or wait until the directory has synchronized.`,
  );
}
