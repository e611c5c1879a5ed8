import { recipient } from "../exchange/recipient.ts";
import type { Session } from "../exchange/session.ts";
import type { ConditionKind, Props } from "../kind.ts";
import { peopleIn } from "../people.ts";

/** Who can send in an organization; on-premises people are mail users in Exchange Online. */
const senders = ["UserMailbox", "LinkedMailbox", "SharedMailbox", "MailUser"];

/** Counting ends here: a number is worth no more time in every preview. */
const enough = 5_000;

/**
 * The senders whose mail a rule sends to the signature service: `Everyone`, or these `Recipients`, people and groups. Each of them
 * costs a licence, so every preview tells how many there are; that somebody joins a group is no drift.
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
    const { count, hidden } = await counted(props, world.on(side));
    const scope = String(props["Scope"]);
    const more = count >= enough || hidden.length > 0 ? "or more " : "";
    const groups = hidden.map((each) => ` Who is in the Microsoft 365 group '${each}' is not counted.`);
    return count === 0 && hidden.length === 0
      ? [`Nobody is in the sender scope '${scope}': no mail gets signatures through it.`]
      : [
          `The sender scope '${scope}' has ${count} ${more}${count === 1 ? "sender" : "senders"}, each of whom uses a licence of the signature service.${groups.join("")}`,
        ];
  },
};

async function counted(
  { Everyone, Recipients }: Props,
  session: Session,
): Promise<{ count: number; hidden: string[] }> {
  if (Everyone === true) {
    const query = { RecipientTypeDetails: senders, ResultSize: enough };
    return { count: (await session.run("Get-Recipient", query)).length, hidden: [] };
  }
  const named = Array.isArray(Recipients) ? Recipients.map(String) : [];
  const rows = await Promise.all(named.map((each) => recipient(session, each)));
  const { addresses, hidden } = await peopleIn(rows, session);
  return { count: addresses.length, hidden };
}
