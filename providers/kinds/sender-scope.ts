import type { Row } from "../exchange/port.ts";
import { recipient } from "../exchange/recipient.ts";
import type { Session } from "../exchange/session.ts";
import type { ConditionKind, Props } from "../kind.ts";
import { addressOf, peopleIn } from "../people.ts";

/** Who can send in an organization; on-premises people are mail users in Exchange Online. */
const senders = ["UserMailbox", "LinkedMailbox", "SharedMailbox", "MailUser"];

/** Counting ends here: a number is worth no more time in every preview. */
const enough = 5_000;

/**
 * The senders whose mail a rule sends to the signature service: `Everyone`, those of these `Domains`, or these `Recipients`, people and
 * groups. Each of them costs a licence, so every preview tells how many there are; that somebody joins a group is no drift.
 */
export const senderScope: ConditionKind = {
  is: "condition",
  sides: ["online"],
  observe: async (props, world, side) => {
    const { count, hidden } = await counted(props, world.on(side));
    return { Senders: String(count), Hidden: hidden };
  },
  unmet: () => [],
  advise: async (props, world, side) => {
    const { count, hidden, isWhole } = await counted(props, world.on(side));
    const scope = String(props["Scope"]);
    const more = isWhole ? "" : "or more ";
    const groups = hidden.map((each) => ` Who is in the Microsoft 365 group '${each}' is not counted.`);
    return count === 0 && hidden.length === 0
      ? [`Nobody is in the sender scope '${scope}': no mail gets signatures through it.`]
      : [
          `The sender scope '${scope}' has ${count} ${more}${count === 1 ? "sender" : "senders"}, each of whom uses a licence of the signature service.${groups.join("")}`,
        ];
  },
};

interface Count {
  count: number;
  /** Groups that nobody could look into. */
  hidden: string[];
  /** Whether there are no more than counted. */
  isWhole: boolean;
}

async function counted({ Everyone, Domains, Recipients }: Props, session: Session): Promise<Count> {
  if (Everyone === true || Array.isArray(Domains)) {
    const query = { RecipientTypeDetails: senders, ResultSize: enough };
    const rows = await session.run("Get-Recipient", query);
    // Exchange Online takes no filter that begins with a wildcard.
    const domains = Array.isArray(Domains)
      ? new Set(Domains.map((each) => String(each).toLowerCase()))
      : undefined;
    const found = rows.filter((row) => domains?.has(domainOf(row)) ?? true);
    return { count: found.length, hidden: [], isWhole: rows.length < enough };
  }
  const named = Array.isArray(Recipients) ? Recipients.map(String) : [];
  const rows = await Promise.all(named.map((each) => recipient(session, each)));
  const { addresses, hidden } = await peopleIn(rows, session);
  return { count: addresses.length, hidden, isWhole: addresses.length < enough && hidden.length === 0 };
}

function domainOf(row: Row): string {
  const address = addressOf(row);
  return address.slice(address.lastIndexOf("@") + 1).toLowerCase();
}
