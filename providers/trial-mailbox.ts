import type { Session } from "./exchange/session.ts";
import type { Props } from "./kind.ts";
import { equals } from "./opath.ts";
import { filterOf } from "./sender-filter.ts";

/**
 * The user principal name of the mailbox on which a right is tried: `Mailbox`, else one of the senders, `User` aside; null when no
 * sender has one on this side. In a `Hybrid` organization the named one may be on the other side.
 * @throws Fault
 */
export async function trialMailbox(props: Props, session: Session): Promise<string | null> {
  const { Mailbox, Hybrid, User } = props;
  const named = Mailbox === undefined ? undefined : String(Mailbox);
  if (named !== undefined && Hybrid !== true) return named;
  const found = named === undefined ? null : await first(equals("UserPrincipalName", named), session);
  if (found !== null) return found;
  const senders = await filterOf(props, session);
  const others = User === undefined ? "" : ` -and -not (${equals("UserPrincipalName", String(User))})`;
  return first(`(${senders})${others}`, session);
}

async function first(Filter: string, session: Session): Promise<string | null> {
  const [row] = await session.run("Get-Mailbox", { Filter, ResultSize: 1 });
  return row ? String(row["UserPrincipalName"]) : null;
}
