import { Fault } from "../exchange/errors.ts";
import type { Parameter, Parameters, Row } from "../exchange/port.ts";
import { recipient } from "../exchange/recipient.ts";
import type { Session } from "../exchange/session.ts";
import { loose } from "../forms.ts";
import { objectKind } from "../kind.ts";
import { addressOf, isDynamic, isGroup, membersOf } from "../people.ts";

/** An application manages no group, not even one that it made (Microsoft's KB 2731947). */
const insist = { BypassSecurityGroupManagerCheck: true };

/** A distribution group that this stack makes and fills: senders whose mail gets signatures. Its list is written as a whole. */
export const distributionGroup = objectKind({
  noun: "DistributionGroup",
  sides: ["online"],
  identity: "PrimarySmtpAddress",
  query: () => ({ ResultSize: "Unlimited" }),
  mark: "Description",
  insist,
  afterwards: ["HiddenFromAddressListsEnabled"],
  wishes: {
    names: ["Members"],
    fulfil: async (row, { Members }, session) => {
      await session.run("Update-DistributionGroupMember", {
        ...filling(row["Guid"], Members),
        Confirm: false,
      });
      return {};
    },
    recall: listOf,
    possible: async ({ Members }, session) => {
      const found = await Promise.all(listed(Members).map((each) => session.recipient(each)));
      return { Members: listed(Members).filter((_, index) => found[index]) };
    },
    byHand: ({ PrimarySmtpAddress, Members }) => [
      "Update-DistributionGroupMember",
      filling(PrimarySmtpAddress, Members),
    ],
  },
  derive: async (row, _props, session) => ({ ...row, ...(await listOf(row, session)) }),
  prepare: async (props, session) => {
    await refuseOthers(String(props["PrimarySmtpAddress"]), session);
    return { ...props, Members: await Promise.all(listed(props["Members"]).map(member(session))) };
  },
});

async function listOf(row: Row, session: Session): Promise<{ Members: string[] }> {
  return { Members: (await membersOf(row, session)).map(addressOf) };
}

function filling(identity: unknown, Members: Parameter | undefined): Parameters {
  return { Identity: String(identity), Members: Members ?? null, ...insist };
}

function listed(value: Parameter | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** A member's primary address, by which Exchange shows it. @throws Fault NOT_FOUND; UNSUPPORTED for a dynamic group */
function member(session: Session): (each: string) => Promise<string> {
  return async (each) => {
    const found = await recipient(session, each);
    if (!isDynamic(found)) return addressOf(found);
    throw new Fault(
      "UNSUPPORTED",
      `'${each}' is a dynamic distribution group: inside of another group no transport rule sees its people. List them, or let a scope of its own name it (group).`,
    );
  };
}

/** @throws Fault UNMET when the address belongs to what is no such group, or is not its main one */
async function refuseOthers(address: string, session: Session): Promise<void> {
  const holder = await session.recipient(address);
  if (!holder || (isGroup(holder) && loose(addressOf(holder)) === loose(address))) return;
  throw new Fault(
    "UNMET",
    `'${address}' belongs to '${String(holder["Name"])}' (${String(holder["RecipientTypeDetails"])}). Choose an address that nobody has for the group.`,
  );
}
